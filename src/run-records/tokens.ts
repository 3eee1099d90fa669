import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { writePrivateFile } from '../files/private-file.ts';
import { readOwnFile } from './own-file.ts';

/** What the servers of notebooks ask of whoever opens them, by the id of the run, while they run. */
export interface Tokens {
  keep(id: string, token: string): Promise<void>;
  /** @returns undefined where there is none */
  find(id: string): Promise<string | undefined>;
  /** The runs that one is kept of; the end of some may not have been seen. */
  ids(): Promise<readonly string[]>;
  remove(ids: readonly string[]): Promise<void>;
  /** Removes all but those of these runs. */
  removeOthers(ids: ReadonlySet<string>): Promise<void>;
}

/** Keeps them as files for nobody but the user. */
export function fileTokens(folder: string): Tokens {
  const ids = (): Promise<readonly string[]> => readdir(folder).catch(() => []);
  const remove = async (ids: readonly string[]): Promise<void> => {
    for (const id of ids) await rm(join(folder, id), { force: true });
  };
  return {
    keep: (id, token) => writePrivateFile(join(folder, id), `${token}\n`),
    ids,
    find: async (id) => (await readOwnFile(join(folder, id)))?.trimEnd(),
    remove,
    removeOthers: async (living) => remove((await ids()).filter((id) => !living.has(id))),
  };
}
