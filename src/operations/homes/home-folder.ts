import { randomBytes } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, utimesSync } from 'node:fs';
import { readdir, rename } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';

import { errorCode } from '../../errors.ts';
import {
  findPrivateFolder,
  makePrivateFolder,
  writePrivateFile,
} from '../../files/private-file.ts';
import { readRegularFile } from '../../files/regular-file.ts';
import type { LaunchHome } from '../../launch/launch-request.ts';
import { shortHash } from '../../text/short-hash.ts';
import type { Submarine } from '../submarine.ts';

/*
 * homes/<hash of the store's location>/<name of the environment>
 * homes/<hash>/.store             where that store is
 * homes/.deleted/<hash>.<digits>.<name>   what is still to be removed; no environment's name begins with a dot
 *
 * Containers write into the homes and see nothing above them, so that no part of these paths can become a link.
 */
const STORE = '.store';
const DELETED = '.deleted';

/** The ids of homes: none of them leads anywhere else. */
export const HOME_ID = /^(?:[0-9a-f]{16}|\.deleted)\/[A-Za-z0-9][\w.-]*$/;

/** A folder of what persists for an environment. */
export interface KeptHome {
  /** Its path in the folder of all homes. */
  readonly id: string;
  readonly environment: string;
  /** Where the environment's store is; undefined where that is not known any more. */
  readonly store: string | undefined;
  /** Whether the environment was deleted. */
  readonly isDeleted: boolean;
  readonly lastUsed: Date;
}

export function homesFolder({ caller }: Pick<Submarine, 'caller'>): string {
  return join(caller.folders.data, 'homes');
}

/** Where what persists for an environment of the store is, or would be. */
export function homeOf(submarine: Pick<Submarine, 'caller' | 'store'>, name: string): LaunchHome {
  const id = `${shortHash(submarine.store.location)}/${name}`;
  return { id, folder: join(homesFolder(submarine), id) };
}

/** A folder that is named by its path; where it is an environment's home, with its id. */
export function homeAt(submarine: Pick<Submarine, 'caller'>, folder: string): LaunchHome {
  const id = relative(homesFolder(submarine), folder).replaceAll(sep, '/');
  return HOME_ID.test(id) && !id.startsWith(DELETED) ? { id, folder } : { folder };
}

/**
 * Makes the folder for this user alone where it is not there, with `cache` in it, since some programs make no more than
 * the last folder of a path.
 *
 * @throws SubmarineError when another user has it
 * @throws what the system call threw
 */
export async function makeHome(
  submarine: Pick<Submarine, 'store'>,
  { id, folder }: LaunchHome,
): Promise<void> {
  if (id === undefined) {
    if (!existsSync(folder)) await makePrivateFolder(folder);
  } else {
    if (findPrivateFolder(folder) === undefined) await makeOwnHome(submarine, folder);
    const now = new Date();
    utimesSync(folder, now, now);
  }
  try {
    mkdirSync(join(folder, 'cache'), { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

/** Notes beside it which store it is of. */
async function makeOwnHome(
  { store: { location } }: Pick<Submarine, 'store'>,
  folder: string,
): Promise<void> {
  const ofStore = dirname(folder);
  const note = join(ofStore, STORE);
  if (basename(ofStore) === shortHash(location) && !existsSync(note)) {
    await writePrivateFile(note, `${location}\n`);
  }
  await makePrivateFolder(folder);
}

export function hasHome({ folder }: LaunchHome): boolean {
  return lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
}

/**
 * Puts a home where no environment finds it, at once and whatever is in it.
 *
 * @param lastUsed - when it was, so that one that is used since stays
 * @returns its new id; undefined where there was none, or it stays
 */
export async function setAside(
  submarine: Pick<Submarine, 'caller'>,
  id: string,
  lastUsed?: Date,
): Promise<string | undefined> {
  const root = homesFolder(submarine);
  const stats = lstatSync(join(root, id), { throwIfNoEntry: false });
  if (stats?.isDirectory() !== true) return undefined;
  if (lastUsed !== undefined && stats.mtime > lastUsed) return undefined;
  const aside = `${DELETED}/${id.replace('/', `.${randomBytes(4).toString('hex')}.`)}`;
  await makePrivateFolder(join(root, DELETED));
  await rename(join(root, id), join(root, aside));
  return aside;
}

/** All homes of this user, of whatever store. */
export async function keptHomes(
  submarine: Pick<Submarine, 'caller'>,
): Promise<readonly KeptHome[]> {
  const root = homesFolder(submarine);
  const homes: KeptHome[] = [];
  for (const folder of await namesIn(root)) {
    const isDeleted = folder === DELETED;
    if (!isDeleted && !/^[0-9a-f]{16}$/.test(folder)) continue;
    const store = isDeleted ? undefined : await storeOf(join(root, folder));
    for (const name of await namesIn(join(root, folder))) {
      const path = join(root, folder, name);
      const stats = lstatSync(path, { throwIfNoEntry: false });
      const environment = isDeleted ? /^[0-9a-f]{16}\.[0-9a-f]{8}\.(.+)$/.exec(name)?.[1] : name;
      if (name === STORE || environment === undefined || stats?.isDirectory() !== true) continue;
      const id = `${folder}/${name}`;
      homes.push({ id, environment, store, isDeleted, lastUsed: stats.mtime });
    }
  }
  return homes;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch((): string[] => [])).toSorted();
}

async function storeOf(folder: string): Promise<string | undefined> {
  const text = await readRegularFile(join(folder, STORE)).catch(() => undefined);
  return text?.toString().trimEnd();
}
