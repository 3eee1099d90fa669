import type { ImportedLock } from './lock.ts';

/**
 * Reads a lock file of another program: the `@EXPLICIT` list that `conda list --explicit` prints, or the
 * `conda-lock.yml` of conda-lock in version 1.
 *
 * @param source - the name of the file in messages
 * @throws InvalidFileError with every line that is wrong
 */
export async function importLock(text: string, source: string): Promise<ImportedLock> {
  if (/^@EXPLICIT\s*$/m.test(text)) {
    const { parseExplicitList } = await import('./explicit-list.ts');
    return parseExplicitList(text, source);
  }
  const { parseCondaLock } = await import('./conda-lock/read.ts');
  return parseCondaLock(text, source);
}
