import { quote } from '../../text/quote.ts';
import type { Context } from '../context.ts';
import { confirmed } from './confirm.ts';

export interface DeleteOptions {
  /** Said beforehand, so that nothing is asked. */
  readonly yes?: true;
  readonly dryRun?: true;
}

/** What deletes, or with `dryRun` only finds out whether it could; gives the names, each once. */
type Remove = (names: readonly string[], dryRun: boolean) => Promise<readonly string[]>;

/** Deletes what is named, all or nothing, once the user has said yes, and prints the names. */
export async function deleteConfirmed(
  given: readonly string[],
  { yes, dryRun }: DeleteOptions,
  remove: Remove,
  context: Context,
): Promise<void> {
  const { io } = context;
  // Names that are not there are an answer of their own, before any question.
  const names = await remove(given, true);
  if (dryRun !== true) {
    const question = `delete ${names.map(quote).join(', ')}?`;
    if (yes !== true && !(await confirmed(question, context)))
      return io.note('nothing was deleted');
    await remove(names, false);
  }
  for (const name of names) io.out(name);
}
