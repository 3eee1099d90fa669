/**
 * Does something for all items, at once or so many at a time. When one fails the others are ended, and none is still
 * going on when this rejects.
 *
 * @param work - ends when its signal is aborted
 * @throws what the first that failed threw
 */
export async function allOrNone<Item, Result>(
  items: readonly Item[],
  signal: AbortSignal | undefined,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
  atOnce = items.length,
): Promise<readonly Result[]> {
  const failed = new AbortController();
  const either = AbortSignal.any([failed.signal, ...(signal === undefined ? [] : [signal])]);
  const results: Result[] = [];
  // One iterator for all workers, so that each item is taken once.
  const waiting = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) {
      either.throwIfAborted();
      results[index] = await work(item, either);
    }
  };
  const workers = Array.from({ length: Math.min(atOnce, items.length) }, () =>
    worker().catch((error: unknown) => failed.abort(error)),
  );
  await Promise.all(workers);
  failed.signal.throwIfAborted();
  return results;
}
