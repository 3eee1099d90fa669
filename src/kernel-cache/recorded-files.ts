import { lstatSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

import { errorCode } from '../errors.ts';
import type { Difference } from './difference.ts';
import type { KernelMark, MarkedFile } from './kernel-mark.ts';

/** The folders of whose files all are recorded. */
const FOLDERS = ['bin', 'etc/conda/activate.d', 'etc/conda/deactivate.d'];

/**
 * Compares what changes which code runs in a kernel with what its mark says: programs, `.pth` files and scripts of
 * activation, by size and time. Nothing is read and no link is followed, so that it costs a start a few milliseconds.
 *
 * @param prefix - the folder of the kernel, on this machine
 * @returns a line for each file that is new, missing or changed, by path; it may hold control characters
 * @throws what the system call threw, but for what is not there
 */
export function checkRecordedFiles(prefix: string, mark: KernelMark): readonly string[] {
  return compareRecorded(findRecorded(prefix), mark).map(({ line }) => line);
}

/** Compares files that were found with those of the mark. */
export function compareRecorded(
  found: readonly MarkedFile[],
  { files }: KernelMark,
): readonly Difference[] {
  const there = new Map(found.map((file) => [file.path, file]));
  const recorded = new Map(files.map((file) => [file.path, file]));
  return [...new Set([...recorded.keys(), ...there.keys()])]
    .filter(isComparable)
    .toSorted()
    .flatMap((path) => difference(path, there.get(path), recorded.get(path)));
}

function difference(
  path: string,
  found: MarkedFile | undefined,
  recorded: MarkedFile | undefined,
): readonly Difference[] {
  if (recorded === undefined)
    return [{ path, line: `new file ${path}: the build did not leave it` }];
  if (found === undefined) return [{ path, line: `missing file ${path}` }];
  if (found.bytes !== recorded.bytes) {
    const sizes = `it has ${found.bytes} bytes, and had ${recorded.bytes} when it was built`;
    return [{ path, line: `changed file ${path}: ${sizes}` }];
  }
  if (found.seconds === recorded.seconds) return [];
  const times = `it is of ${timeOf(found)}, and was of ${timeOf(recorded)} when it was built`;
  return [{ path, line: `changed file ${path}: ${times}` }];
}

function timeOf({ seconds }: MarkedFile): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString();
}

/** A mark is lines of text, so names of other bytes are in none. */
function isComparable(path: string): boolean {
  return !/[\n\uFFFD]/.test(path);
}

function findRecorded(prefix: string): readonly MarkedFile[] {
  const root = realpathSync.native(prefix);
  const pythons = namesIn(root, 'lib', (entry) => entry.isDirectory())
    .filter((name) => name.startsWith('python'))
    .map((name) => `lib/${name}/site-packages`);
  const paths = [...FOLDERS, ...pythons].flatMap((folder) =>
    namesIn(root, folder, (entry) => !entry.isDirectory())
      .filter((name) => !folder.startsWith('lib/') || name.endsWith('.pth'))
      .map((name) => `${folder}/${name}`),
  );
  return paths.flatMap((path) => {
    const stats = lstatSync(join(root, path), { bigint: true, throwIfNoEntry: false });
    if (stats === undefined) return [];
    // Of milliseconds, the last ones of a second would be rounded to the next.
    return [{ path, bytes: Number(stats.size), seconds: floorSeconds(stats.mtimeNs) }];
  });
}

function floorSeconds(nanoseconds: bigint): number {
  return Number((nanoseconds - (((nanoseconds % SECOND) + SECOND) % SECOND)) / SECOND);
}

const SECOND = 1_000_000_000n;

/** What is in a folder; nothing where a link leads to it. */
function namesIn(
  root: string,
  folder: string,
  isWanted: (entry: { isDirectory(): boolean }) => boolean,
): readonly string[] {
  const path = join(root, folder);
  try {
    if (realpathSync.native(path) !== path) return [];
    return readdirSync(path, { withFileTypes: true })
      .filter(isWanted)
      .map(({ name }) => name);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return [];
    throw error;
  }
}
