import type { Stats } from 'node:fs';
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { access, lstat, open, readlink, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

import { errorCode, isSystemError } from '../errors.ts';
import { assertOwnFile, inFolder } from './confined.ts';
import { makeFolders } from './make-folders.ts';
import { NotRegularError } from './regular-file.ts';

const MODE_BITS = 0o7777;

/**
 * Follows symbolic links to the file that is meant, which need not exist, and makes its folder.
 *
 * @param within - a folder that the file must lie in; then it may not be a link itself, and must be YAML by its name
 * @returns an absolute path through which nothing is a link, so that two names of one file become the same
 * @throws OutsideError before any folder is made
 * @throws NotOwnFileError
 */
export async function prepareTarget(path: string, within?: string): Promise<string> {
  if (within !== undefined) assertOwnFile(path, within);
  await makeFolders(dirname(path));
  const folder = await realpath(dirname(path));
  const own = join(folder, basename(path));
  if (within !== undefined) return own;
  const link = await readlink(own).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'EINVAL') return undefined;
    throw error;
  });
  if (link === undefined) return own;
  // realpath knows when links lead in a circle; a link to a file that is not there yet is followed by hand.
  return realpath(own).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return prepareTarget(resolve(folder, link));
    throw error;
  });
}

/**
 * Replaces a file as a whole: whoever reads it, and whatever crashes, finds the old content or the new one.
 *
 * The mode of the file stays, its owner too where that is permitted. A new file gets what the umask allows, as an
 * editor would do it: a store holds no secrets, and colleagues who share its folder are meant to read it.
 *
 * @param target - from `prepareTarget`; one writer at a time, the caller's lock sees to it
 * @param beforeReplace - the last thing that is asked; when it throws, the old file stays
 * @throws OutsideError
 * @throws what the system call threw; the old file is then untouched and nothing is left beside it
 */
export async function replaceFile(
  target: string,
  content: string,
  beforeReplace: () => Promise<void> = async () => {},
  { within, like }: ReplaceOptions = {},
): Promise<void> {
  await (within === undefined
    ? replace(target, content, beforeReplace, like)
    : inFolder(target, within, (path) => replace(path, content, beforeReplace, like)));
}

interface ReplaceOptions {
  /** A folder that the file must lie in at the very moment. */
  readonly within?: string | undefined;
  /** A file whose owner and mode the new one gets: the target's own, if nothing else is said. */
  readonly like?: string | undefined;
}

async function replace(
  target: string,
  content: string,
  beforeReplace: () => Promise<void>,
  like = target,
): Promise<void> {
  const old = await statOldFile(like);
  // One fixed name, so that what a crash left behind is gone with the next change.
  const temporary = join(dirname(target), `.${basename(target)}.tmp`);
  await rm(temporary, { force: true });
  try {
    const file = await open(temporary, 'wx', old === undefined ? 0o666 : 0o600);
    try {
      if (old !== undefined) await keepOwnerAndMode(file, old);
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await beforeReplace();
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(target));
}

/** What is there now; a file that its owner made read-only is refused, although a rename would get past that. */
async function statOldFile(target: string): Promise<Stats | undefined> {
  try {
    // There is no link, unless one was put there since it was prepared.
    const old = await lstat(target);
    if (!old.isFile()) throw new NotRegularError(old);
    await access(target, constants.W_OK);
    return old;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function keepOwnerAndMode(file: FileHandle, old: Stats): Promise<void> {
  const own = await file.stat();
  if (own.uid !== old.uid || own.gid !== old.gid) {
    const whole = file.chown(old.uid, old.gid);
    // Only root may give a file away; a member may still leave it to the group.
    await whole.catch(() => file.chown(own.uid, old.gid)).catch(() => {});
  }
  // After the owner: a change of owner clears set-id bits.
  await file.chmod(old.mode & MODE_BITS);
}

/** Makes the rename itself last through a power cut, where the system can do that to a folder. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    // The new file is in place by now: a folder that cannot be opened or synced is no failure of the change.
    if (!isSystemError(error)) throw error;
  }
}
