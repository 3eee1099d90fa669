/** The files of a prefix by their path in it; `sha256` is absent where one cannot be read. */
export type PrefixFiles = ReadonlyMap<
  string,
  { readonly isLink: boolean; readonly sha256?: string }
>;

/** Reads what `files` of the cache's script prints: `link ./PATH`, `file ./PATH`, then `HASH  ./PATH`. */
export function parsePrefixFiles(stdout: string): PrefixFiles {
  const files = new Map<string, { readonly isLink: boolean; readonly sha256?: string }>();
  for (const line of stdout.split('\n')) {
    // sha256sum of GNU escapes a path with a backslash or a line end, and marks it.
    const [, mark, kind, path = ''] =
      /^(\\?)(link|file|[0-9a-f]{64}) [ *]?\.\/(.*)$/.exec(line) ?? [];
    if (kind === undefined) continue;
    if (kind === 'link' || kind === 'file') files.set(path, { isLink: kind === 'link' });
    else files.set(mark === '' ? path : unescaped(path), { isLink: false, sha256: kind });
  }
  return files;
}

function unescaped(path: string): string {
  return path.replaceAll(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
}

/** Reads what `files` prints besides, behind a word at the beginning of a line. */
export function linesOf(word: string, stdout: string): readonly string[] {
  return stdout
    .split('\n')
    .flatMap((line) => (line.startsWith(word) ? [line.slice(word.length)] : []));
}
