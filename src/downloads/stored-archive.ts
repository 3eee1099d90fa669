import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { chmod, copyFile, link, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { errorCode, isSystemError } from '../errors.ts';
import type { Checksum, PlannedArchive } from './archive.ts';
import { orUnwritten } from './download-errors.ts';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, COPYFILE_FICLONE } = constants;
const PIECE_BYTES = 2 ** 20;

/** For a container's user, who is somebody else; nobody else comes into the folders above. */
export const READABLE = 0o644;

/** The name of a file that is not whole yet. */
export function temporaryName(): string {
  return `.${randomBytes(6).toString('hex')}.part`;
}

/** Whether a file that is not whole has that name. */
export function isTemporaryName(name: string): boolean {
  return /^\.[0-9a-f]{12}\.part$/.test(name);
}

/** Where the store of downloads has an archive; undefined for one of which nothing is known to keep it by. */
export function pathInStore(store: string, { checksum, name }: PlannedArchive): string | undefined {
  if (checksum === undefined) return undefined;
  const { algorithm, digest } = checksum;
  return join(store, algorithm === 'sha256' ? digest : `${algorithm}-${digest}`, name);
}

/** Whether a regular file is there and has the right bytes; disks and people change what nobody should. */
export async function isWhole(
  path: string,
  { checksum }: PlannedArchive,
  signal: AbortSignal,
): Promise<boolean> {
  if (checksum === undefined) return false;
  try {
    const file = await open(path, O_RDONLY | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0));
    try {
      return (
        (await file.stat()).isFile() && (await hashOf(file, checksum, signal)) === checksum.digest
      );
    } finally {
      await file.close();
    }
  } catch (error) {
    // What cannot be read is fetched again; what cannot be replaced then is told with its reason.
    if (isSystemError(error)) return false;
    throw error;
  }
}

async function hashOf(
  file: FileHandle,
  { algorithm }: Checksum,
  signal: AbortSignal,
): Promise<string> {
  const hash = createHash(algorithm);
  const piece = Buffer.alloc(PIECE_BYTES);
  for (;;) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(piece, 0, PIECE_BYTES, null);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(piece.subarray(0, bytesRead));
  }
}

/** What a file system says that cannot link these two places. */
const NO_LINK: ReadonlySet<string> = new Set(['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'ENOSYS']);

/**
 * Puts an archive of the store into a folder, in the place of whatever has that name there.
 *
 * @throws SubmarineError `downloads-not-writable`
 */
export async function giveArchive(stored: string, target: string): Promise<void> {
  const temporary = join(dirname(target), temporaryName());
  await orUnwritten(target, async () => {
    try {
      await linkOrCopy(stored, temporary);
      await chmod(temporary, READABLE);
      await rename(temporary, target);
    } finally {
      // Two links to one file stay two when one of them is renamed to the other.
      await rm(temporary, { force: true }).catch(() => {});
    }
  });
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!NO_LINK.has(errorCode(error) ?? '')) throw error;
    await copyFile(from, to, COPYFILE_FICLONE);
  }
}
