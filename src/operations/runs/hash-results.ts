import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readdir, realpath } from 'node:fs/promises';
import { join, relative } from 'node:path';

/**
 * SHA-256 of every regular file in each of the folders, by its path there. A run wrote them, so no link is followed; what
 * cannot be read is left out.
 *
 * @param folders - absolute, without links
 */
export async function hashResults(
  folders: readonly string[],
): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>> {
  const hashed = folders.map(async (folder) => {
    // Somewhere on the way there may be a link now.
    const isItself = (await realpath(folder).catch(() => undefined)) === folder;
    return [folder, isItself ? await hashFolder(folder) : {}] as const;
  });
  return Object.fromEntries(await Promise.all(hashed));
}

async function hashFolder(folder: string): Promise<Readonly<Record<string, string>>> {
  const files: [string, string][] = [];
  for (const path of (await filesIn(folder)).toSorted()) {
    const hash = await hashFile(path).catch(() => undefined);
    if (hash !== undefined) files.push([relative(folder, path), hash]);
  }
  return Object.fromEntries(files);
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesIn(path);
    return entry.isFile() ? [path] : [];
  });
  return (await Promise.all(found)).flat();
}

async function hashFile(path: string): Promise<string> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const hash = createHash('sha256');
    for await (const chunk of file.createReadStream({ autoClose: false }))
      hash.update(chunk as Buffer);
    return hash.digest('hex');
  } finally {
    await file.close();
  }
}
