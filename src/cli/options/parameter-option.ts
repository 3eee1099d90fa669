import { UsageError } from '../../errors.ts';
import { quote } from '../../text/quote.ts';

/** What `--param NAME=VALUE` gives; of a name given twice the last one counts. */
export function parseParameters(given: readonly string[] = []): Readonly<Record<string, string>> {
  return Object.fromEntries(given.map(parseParameter));
}

function parseParameter(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new UsageError(`invalid parameter ${quote(text)}`, 'write it as name=value');
}
