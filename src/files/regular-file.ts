import type { Stats } from 'node:fs';
import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { lstat, open, stat } from 'node:fs/promises';

const { O_RDONLY, O_NONBLOCK, O_NOCTTY, O_NOFOLLOW } = constants;
// A FIFO opens at once, and a terminal does not become this process's own. Windows has none of these.
const FLAGS = O_RDONLY | (O_NONBLOCK ?? 0) | (O_NOCTTY ?? 0);

/** What was to be read is not a regular file; `kind` says what it is: `a FIFO`. */
export class NotRegularError extends Error {
  readonly code: 'EISDIR' | 'ENOTSUP';
  readonly kind: string;

  constructor(stats: Stats) {
    const kind = kindOf(stats);
    super(`it is ${kind}`);
    this.code = stats.isDirectory() ? 'EISDIR' : 'ENOTSUP';
    this.kind = kind;
  }
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a FIFO';
  if (stats.isSocket()) return 'a socket';
  return stats.isSymbolicLink() ? 'a link' : 'a device';
}

interface RegularFileOptions {
  /** How much is read; without it, all. */
  readonly maxBytes?: number;
  /** Whether a link in the file's place is refused. */
  readonly noLink?: boolean;
}

/**
 * Reads a regular file that somebody else may have put there, and may exchange at any moment. What is known to be
 * something else is not opened at all; what is opened is opened once, without waiting, and judged by its descriptor. Its
 * size is not believed: files of `/proc` say 0 and have no end.
 *
 * @returns the bytes, `maxBytes` of them where the file is longer
 * @throws NotRegularError
 * @throws what the system call threw; `EAGAIN` where a file of `/proc` would be waited for
 */
export async function readRegularFile(
  path: string,
  { maxBytes, noLink = false }: RegularFileOptions = {},
): Promise<Buffer> {
  return withRegularFile(path, noLink, (file) =>
    maxBytes === undefined ? file.readFile() : readStart(file, maxBytes),
  );
}

/** Finds out whether a file is a regular one that can be opened, for what reads it by its path later. */
export async function checkRegularFile(path: string): Promise<void> {
  await withRegularFile(path, false, async () => {});
}

async function withRegularFile<Value>(
  path: string,
  noLink: boolean,
  work: (file: FileHandle) => Promise<Value>,
): Promise<Value> {
  refuseOther(await (noLink ? lstat : stat)(path));
  const file = await open(path, FLAGS | (noLink ? (O_NOFOLLOW ?? 0) : 0));
  try {
    refuseOther(await file.stat());
    return await work(file);
  } finally {
    await file.close();
  }
}

/** The same at once, for small files that all else waits for. */
export function readRegularFileSync(path: string): Buffer {
  refuseOther(statSync(path));
  const file = openSync(path, FLAGS);
  try {
    refuseOther(fstatSync(file));
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

function refuseOther(stats: Stats): void {
  if (!stats.isFile()) throw new NotRegularError(stats);
}

async function readStart(file: FileHandle, maxBytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(maxBytes);
  let length = 0;
  while (length < maxBytes) {
    const { bytesRead } = await file.read(buffer, length, maxBytes - length, null);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}
