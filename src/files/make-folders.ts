import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

import { errorCode } from '../errors.ts';

/**
 * Makes a folder and those above it that are not there.
 *
 * @returns the first that was made; undefined when all were there
 * @throws what the system call threw
 */
export async function makeFolders(path: string, mode = 0o777): Promise<string | undefined> {
  try {
    return await mkdir(path, { recursive: true, mode });
  } catch (error) {
    const parent = dirname(path);
    if (errorCode(error) !== 'ENOENT' || parent === path) throw error;
    // Node says so where the file system is read-only, too; making the last one alone tells the reason.
    const first = await makeFolders(parent, mode);
    await mkdir(path, { mode });
    return first ?? path;
  }
}
