import { SubmarineError, UsageError } from '../../errors.ts';
import type { Submarine } from '../../operations/submarine.ts';
import { shellQuote } from '../../text/quote.ts';

/** The line that is meant where the name of an environment is typed as the first word of a command; else undefined. */
export async function meantLine(
  [name = '', ...words]: readonly string[],
  { store }: Submarine,
): Promise<string | undefined> {
  const found = await store.get(name).catch(() => undefined);
  if (found === undefined || words.length === 0) return undefined;
  return `submarine run --env ${shellQuote(name)} -- ${words.map(shellQuote).join(' ')}`;
}

/** The same as an error, where no environment is named at all; any other error stays as it is. */
export async function withMeantLine(
  error: unknown,
  words: readonly string[],
  submarine: Submarine,
): Promise<unknown> {
  const isUnnamed = error instanceof SubmarineError && error.code === 'no-environment-named';
  const line = isUnnamed ? await meantLine(words, submarine) : undefined;
  return line === undefined
    ? error
    : new UsageError('no environment is named', `did you mean: ${line}`);
}
