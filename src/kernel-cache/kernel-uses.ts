import { utimesSync } from 'node:fs';
import { open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { errorCode } from '../errors.ts';
import { makePrivateFolder } from '../files/private-file.ts';
import { locationName } from './cache-location.ts';

/**
 * Notes that a start is about to use a kernel: the time of a file in the host's own folder, which no container sees. To
 * be done before the kernel's mark is looked at, so that whoever removes it sees one or the other.
 *
 * @param location - of the cache: a folder's path, or the name of a volume
 * @param path - of the kernel: `linux-64-glibc2.36/2f93ec1eb45b0d6c691fb333a240976a`
 * @throws InvalidDataError when the folder is another user's
 * @throws what the system call threw where it cannot be written
 */
export async function noteUse(hostFolder: string, location: string, path: string): Promise<void> {
  const file = useFile(hostFolder, location, path);
  const now = new Date();
  try {
    utimesSync(file, now, now);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    await makeUseFile(file, hostFolder);
  }
}

/** Each folder for itself, since a folder that is made on the way has the mode that the umask leaves it. */
async function makeUseFile(file: string, hostFolder: string): Promise<void> {
  const platform = dirname(file);
  for (const folder of [hostFolder, join(hostFolder, 'used'), dirname(platform), platform]) {
    await makePrivateFolder(folder);
  }
  const made = await open(file, 'a', 0o600);
  try {
    await made.chmod(0o600);
    const now = new Date();
    await made.utimes(now, now);
  } finally {
    await made.close();
  }
}

/** When each kernel of a cache was last used from here, by its path. */
export async function lastUses(
  hostFolder: string,
  location: string,
): Promise<ReadonlyMap<string, Date>> {
  const folder = useFolder(hostFolder, location);
  const uses = new Map<string, Date>();
  for (const platform of await namesIn(folder)) {
    for (const id of await namesIn(join(folder, platform))) {
      const path = `${platform}/${id}`;
      const use = await lastUse(hostFolder, location, path);
      if (use !== undefined) uses.set(path, use);
    }
  }
  return uses;
}

/** When a kernel was last used from here; undefined where it never was. */
export async function lastUse(
  hostFolder: string,
  location: string,
  path: string,
): Promise<Date | undefined> {
  try {
    return (await stat(useFile(hostFolder, location, path))).mtime;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Forgets the use of a kernel that is gone. */
export async function forgetUse(hostFolder: string, location: string, path: string): Promise<void> {
  await rm(useFile(hostFolder, location, path), { force: true });
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '');
}

function useFolder(hostFolder: string, location: string): string {
  return join(hostFolder, 'used', locationName(location));
}

function useFile(hostFolder: string, location: string, path: string): string {
  return join(useFolder(hostFolder, location), path);
}
