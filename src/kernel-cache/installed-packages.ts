import { constants } from 'node:fs';
import type { Dirent } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
/** The name of a folder in which pip records what it has installed. */
const RECORD = /^([A-Za-z0-9][A-Za-z0-9._]*)-([A-Za-z0-9][A-Za-z0-9.!+_]*)\.dist-info$/;
const MAX_PACKAGES = 1000;

/**
 * What a run has installed into its own folder, by the names of pip's records alone: whatever ran there wrote them, so
 * no link is followed and no file is read.
 *
 * @param base - what `PYTHONUSERBASE` is in the container
 * @returns `humanize 4.10.0`, sorted; nothing where the folder is not there
 */
export async function installedPackages(base: string): Promise<readonly string[]> {
  const found = new Set<string>();
  const lib = join(base, 'lib');
  for (const { name } of await foldersIn(lib)) {
    if (!/^python\d+(?:\.\d+)?$/.test(name)) continue;
    for (const record of await foldersIn(join(lib, name), 'site-packages')) {
      const [, distribution, version] = RECORD.exec(record.name) ?? [];
      if (distribution !== undefined) found.add(`${distribution} ${version}`);
      if (found.size >= MAX_PACKAGES) break;
    }
  }
  return [...found].toSorted();
}

/** The folders in a folder, which no link leads to; on Linux it is read through its open descriptor. */
async function foldersIn(folder: string, below?: string): Promise<readonly Dirent[]> {
  const handle = await open(folder, O_RDONLY | (O_DIRECTORY ?? 0) | (O_NOFOLLOW ?? 0)).catch(
    () => undefined,
  );
  if (handle === undefined) return [];
  try {
    const held = `/proc/self/fd/${handle.fd}`;
    if (below !== undefined) return await foldersIn(join(held, below));
    const entries = await readdir(held, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory());
  } catch {
    return [];
  } finally {
    await handle.close();
  }
}
