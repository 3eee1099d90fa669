import { randomBytes } from 'node:crypto';
import { lstatSync, realpathSync, statSync } from 'node:fs';
import { chmod, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { InvalidDataError } from '../errors.ts';
import { quote } from '../text/quote.ts';
import { makeFolders } from './make-folders.ts';
import { ownUser } from './own-user.ts';

const OTHERS = 0o077;
const STICKY = 0o1000;

/**
 * Refuses a folder in which somebody else than the user and root could exchange what is there; to root, a folder of any
 * other user is such a one. It need not exist.
 *
 * @throws InvalidDataError
 */
export function assertOwnFolder(path: string): void {
  const { uid } = ownUser();
  const stats = statSync(path, { throwIfNoEntry: false });
  if (uid < 0 || stats === undefined || stats.uid === uid) return;
  const why =
    stats.uid !== 0
      ? `uid ${stats.uid} owns it`
      : (stats.mode & 0o002) === 0
        ? undefined
        : 'anyone can write to it';
  if (why === undefined) return;
  throw new InvalidDataError(
    `refusing to use the folder ${quote(path)}: ${why}`,
    'remove it, run this as the user who owns it, or use a folder of your own',
  );
}

/**
 * Makes a folder for this user alone (0700), whatever the umask is; one of the user's own that is there already is
 * closed to others.
 *
 * @returns its path without links
 * @throws InvalidDataError when somebody else owns it, see `assertOwnFolder`, or it is made for others, as `/tmp` is
 * @throws what the system call threw
 */
export async function makePrivateFolder(path: string): Promise<string> {
  const isNew = (await makeFolders(path, 0o700)) !== undefined;
  assertOwnFolder(path);
  const { mode, uid } = await stat(path);
  const isOpen = (mode & OTHERS) !== 0 && uid === ownUser().uid;
  if (isOpen && (mode & STICKY) !== 0) {
    throw new InvalidDataError(
      `refusing to close the folder ${quote(path)} to others: it is shared with them`,
      'use a folder of your own',
    );
  }
  if (isNew || isOpen) await chmod(path, 0o700);
  return realpath(path);
}

/**
 * The path without links of a folder that is there and is for this user alone already; undefined for any other, which
 * `makePrivateFolder` makes or refuses. At once, for a start that waits for it.
 */
export function findPrivateFolder(path: string): string | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats?.isDirectory() !== true || stats.uid !== ownUser().uid) return undefined;
  return (stats.mode & 0o777) === 0o700 ? realpathSync.native(path) : undefined;
}

/**
 * Replaces a file that nobody else may read (0600), in a folder that is for this user alone (0700), whatever the umask
 * is. Whoever reads it, and whatever crashes, finds the old content or the new one.
 *
 * @throws what the system call threw; the old file is then untouched
 */
export async function writePrivateFile(path: string, content: string): Promise<void> {
  const folder = await makePrivateFolder(dirname(path));
  const temporary = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.chmod(0o600);
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, join(folder, basename(path)));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}
