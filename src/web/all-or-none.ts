/**
 * Does something for all items at once. When one fails the others are ended, and none is still going on when this
 * rejects.
 *
 * @param work - ends when its signal is aborted
 * @throws what the first that failed threw
 */
export async function allOrNone<Item, Result>(
  items: readonly Item[],
  signal: AbortSignal | undefined,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
): Promise<readonly Result[]> {
  const failed = new AbortController();
  const either = AbortSignal.any([failed.signal, ...(signal === undefined ? [] : [signal])]);
  const works = items.map((item) =>
    work(item, either).catch((error: unknown) => {
      failed.abort(error);
      throw error;
    }),
  );
  await Promise.allSettled(works);
  failed.signal.throwIfAborted();
  return Promise.all(works);
}
