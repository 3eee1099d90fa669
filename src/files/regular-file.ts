import type { Stats } from 'node:fs';
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { lstat, open, stat } from 'node:fs/promises';

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

export interface RegularFileOptions {
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
  refuseOther(await (noLink ? lstat : stat)(path));
  const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants;
  // Windows has neither of the flags.
  const file = await open(path, O_RDONLY | (O_NONBLOCK ?? 0) | (noLink ? (O_NOFOLLOW ?? 0) : 0));
  try {
    refuseOther(await file.stat());
    return await (maxBytes === undefined ? file.readFile() : readStart(file, maxBytes));
  } finally {
    await file.close();
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
