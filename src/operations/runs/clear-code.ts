import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { Submarine } from '../submarine.ts';
import { codeCache } from './find-code.ts';

const UNUSED_MS = 30 * 24 * 60 * 60 * 1000;

/** Removes commits of repositories elsewhere that no run has used for 30 days, and repositories of which none is left. */
export async function clearCode({ caller, records }: Submarine): Promise<void> {
  const cache = codeCache(caller);
  const repositories = await readdir(cache).catch(() => []);
  if (repositories.length === 0) return;
  const inUse = (await records.list()).records.flatMap(({ request, end }) =>
    end === undefined && request.code !== undefined ? [request.code] : [],
  );
  for (const repository of repositories) {
    const folder = join(cache, repository);
    const commits = (await readdir(folder).catch(() => [])).filter((name) =>
      /^[0-9a-f]+$/.test(name),
    );
    const gone = await Promise.all(commits.map((name) => clearUnused(join(folder, name), inUse)));
    if (gone.every(Boolean)) await clearUnused(folder, inUse);
  }
}

/** @returns whether it is gone */
async function clearUnused(folder: string, inUse: readonly string[]): Promise<boolean> {
  const stats = await stat(folder).catch(() => undefined);
  const isOld = stats !== undefined && Date.now() - stats.mtimeMs > UNUSED_MS;
  if (!isOld || inUse.some((code) => code.startsWith(`${folder}/`))) return false;
  await rm(folder, { recursive: true, force: true }).catch(() => {});
  return true;
}
