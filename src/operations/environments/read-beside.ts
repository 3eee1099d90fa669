import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';

import { readRegularFile } from '../../files/regular-file.ts';

/** A regular file in the folder or below, links resolved; undefined when there is none. */
export async function readBeside(folder: string, path: string): Promise<string | undefined> {
  try {
    const [root, file] = await Promise.all([realpath(folder), realpath(join(folder, path))]);
    return file.startsWith(root + sep) ? (await readRegularFile(file)).toString() : undefined;
  } catch {
    return undefined;
  }
}
