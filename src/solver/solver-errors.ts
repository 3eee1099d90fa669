import { InvalidDataError } from '../errors.ts';
import { quote } from '../text/quote.ts';

const CONFLICT = /^(?:Error: )?Cannot solve the request because of: /;

/** Whether what the solver threw says that nothing meets all specs at once. */
export function isConflict(error: unknown): boolean {
  return CONFLICT.test(String(error));
}

/**
 * Shows a conflict as the solver's own tree.
 *
 * @param error - what the solver threw
 * @param root - the package that asked for all of them, which is ours alone and left out
 */
export function conflict(
  error: unknown,
  { platform, root }: { readonly platform: string; readonly root: string },
): InvalidDataError {
  const lines = String(error).replace(CONFLICT, '').trimEnd().split('\n');
  const tree = below(root, lines).map((line) => `  ${line}`);
  return new InvalidDataError(
    `no packages for ${platform} meet all dependencies at once\n${tree.join('\n')}`,
    remedyFor(tree),
    { cause: error },
  );
}

/** What a machine lacks, no channel has. */
function remedyFor(tree: readonly string[]): string {
  const [, lacking] =
    /(?:^| )__(cuda|glibc)\b.*, for which no candidates were found/m.exec(tree.join('\n')) ?? [];
  return lacking === undefined
    ? 'loosen or drop one of those that are named, or add the channel that has them'
    : `if the machine that it is for has such a ${lacking === 'cuda' ? 'CUDA' : lacking}, say so: --${lacking} VERSION`;
}

function below(root: string, lines: readonly string[]): readonly string[] {
  const top = lines.findLastIndex((line) => line.includes(root));
  const branches = lines.slice(top + 1);
  const indents = branches.map((line) => line.length - line.trimStart().length);
  return branches.map((line) => line.slice(Math.min(...indents)));
}

/**
 * A list of packages that is none, or that holds one which is none.
 *
 * @param url - of its channel; undefined where that is not known
 */
export function unreadableList(
  url: string | undefined,
  words: string,
  cause: unknown,
): InvalidDataError {
  const channel = url === undefined ? 'a channel' : `the channel ${quote(url)}`;
  return new InvalidDataError(
    `the list of packages of ${channel} cannot be read (${words})`,
    'look at what its repodata.json is, or leave the channel out',
    { cause },
  );
}
