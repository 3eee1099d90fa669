import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const OTHERS = 0o077;

/**
 * Makes a folder for this user alone (0700), whatever the umask is; one of the user's own that is there already is
 * closed to others.
 *
 * @returns its path without links
 * @throws what the system call threw
 */
export async function makePrivateFolder(path: string): Promise<string> {
  const isNew = (await mkdir(path, { recursive: true, mode: 0o700 })) !== undefined;
  const { mode, uid } = await stat(path);
  const isOpen = (mode & OTHERS) !== 0 && uid === process.getuid?.();
  if (isNew || isOpen) await chmod(path, 0o700);
  return realpath(path);
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
