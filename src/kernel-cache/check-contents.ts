import type { PlatformLock } from '../lock/lock.ts';
import { checkFiles } from './check-files.ts';
import { checkAgainstLock } from './check-lock.ts';
import { checkUnrecorded } from './check-unrecorded.ts';
import type { KernelContents } from './kernel-contents.ts';
import { compareRecorded } from './recorded-files.ts';

/**
 * Compares a kernel with the records of its packages, with its mark, and with its lock where it has one.
 *
 * @returns a line for each difference, and one for each file; it may hold control characters
 */
export function checkContents(
  contents: KernelContents,
  lock: PlatformLock | undefined,
): readonly string[] {
  const { records, mark, files, recorded } = contents;
  const lines = new Map<string, string>();
  const differences = [
    ...checkFiles(records, files),
    ...checkUnrecorded(contents),
    ...(mark === undefined ? [] : compareRecorded(recorded, mark)),
  ];
  // What was said first of a file says most.
  for (const { path, line } of differences) if (!lines.has(path)) lines.set(path, line);
  return [...(lock === undefined ? [] : checkAgainstLock(records, lock)), ...lines.values()];
}
