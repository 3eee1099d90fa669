import { chmod } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { throwIfAborted } from '../errors.ts';
import { makeFolders } from '../files/make-folders.ts';
import { makePrivateFolder } from '../files/private-file.ts';
import type { Variables } from '../variables.ts';
import { allOrNone } from '../web/all-or-none.ts';
import { openArchiveWeb } from './archive-web.ts';
import type { Archive, PlannedArchive } from './archive.ts';
import { planArchives } from './archive.ts';
import { isGone, notDownloaded, orUnwritten } from './download-errors.ts';
import type { Fetching } from './fetch-archive.ts';
import { fetchArchive } from './fetch-archive.ts';
import { giveArchive, isWhole, pathInStore } from './stored-archive.ts';

/** Where downloads are kept, and where a build takes its own from; neither need exist. */
export interface ArchivePlaces {
  /** `<sha256>/<file>`, `md5-<md5>/<file>`; nobody but us writes there. */
  readonly store: string;
  /** Of one build: `conda/<file>`, `pip/<file>`. */
  readonly folder: string;
}

/** How far it is: of those that were not there before. */
export interface DownloadProgress {
  readonly files: number;
  readonly of: number;
  /** What has come so far. */
  readonly bytes: number;
}

export interface DownloadOptions {
  /** Of the user, with proxies, certificates and logins. */
  readonly env: Variables;
  /** Where the user's `.condarc` and `.netrc` are looked for. */
  readonly home: string;
  readonly offline: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Told when a file is whole, and some ten times a second besides. */
  readonly progress?: ((done: DownloadProgress) => void) | undefined;
}

const AT_ONCE = 6;
/** For a container's user, who is somebody else. */
const OPEN = 0o755;
const PROGRESS_PAUSE_MS = 100;

/**
 * Fetches what the store of downloads does not have, and puts all archives into the folder of one build, for anybody to
 * read. What the store has is compared with its checksum first. Archives with a `file://` address are left out.
 *
 * @throws InvalidDataError when one cannot be had, or has other bytes than it should
 * @throws SubmarineError `downloads-not-writable`, or what the signal was aborted with
 */
export async function provideArchives(
  archives: readonly Archive[],
  places: ArchivePlaces,
  options: DownloadOptions,
): Promise<void> {
  const { env, home, offline, signal } = options;
  const planned = planArchives(archives);
  if (planned.length === 0) return;
  try {
    await makePlaces(places, planned);
    const missing = await provideStored(planned, places, signal);
    if (missing.length === 0) return;
    if (offline) throw notDownloaded(missing);
    const web = openArchiveWeb(env, home);
    const { received, finished } = count(missing.length, options.progress);
    await allOrNone(
      missing,
      signal,
      async (archive, either) => {
        await provideFetched(archive, places, { web, signal: either, received });
        finished();
      },
      AT_ONCE,
    );
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  }
}

async function makePlaces(
  { store, folder }: ArchivePlaces,
  planned: readonly PlannedArchive[],
): Promise<void> {
  await orUnwritten(store, () => makePrivateFolder(store));
  const kinds = new Set(planned.map(({ kind }) => join(folder, kind)));
  for (const path of [folder, ...kinds]) {
    await orUnwritten(path, async () => {
      await makeFolders(path, OPEN);
      await chmod(path, OPEN);
    });
  }
}

/** @returns those that the store does not have, in their order */
async function provideStored(
  planned: readonly PlannedArchive[],
  { store, folder }: ArchivePlaces,
  signal: AbortSignal | undefined,
): Promise<readonly PlannedArchive[]> {
  const provide = async (archive: PlannedArchive, either: AbortSignal): Promise<boolean> => {
    const stored = pathInStore(store, archive);
    if (stored === undefined || !(await isWhole(stored, archive, either))) return false;
    try {
      await giveArchive(stored, join(folder, archive.kind, archive.name));
      return true;
    } catch (error) {
      if (isGone(error)) return false;
      throw error;
    }
  };
  const isProvided = await allOrNone(planned, signal, provide, AT_ONCE);
  return planned.filter((_, index) => isProvided[index] !== true);
}

async function provideFetched(
  archive: PlannedArchive,
  { store, folder }: ArchivePlaces,
  fetching: Fetching,
): Promise<void> {
  const target = join(folder, archive.kind, archive.name);
  const stored = pathInStore(store, archive);
  if (stored === undefined) return fetchArchive(archive, target, fetching);
  const provide = async (): Promise<void> => {
    await orUnwritten(stored, () => makePrivateFolder(dirname(stored)));
    await fetchArchive(archive, stored, fetching);
    await giveArchive(stored, target);
  };
  try {
    await provide();
  } catch (error) {
    // Somebody who clears the store takes the folder away that is fetched into.
    if (!isGone(error)) throw error;
    await provide();
  }
}

/** Counts what has come, and tells of it now and then. */
function count(
  of: number,
  progress: DownloadOptions['progress'],
): { readonly received: (bytes: number) => void; readonly finished: () => void } {
  let [files, bytes, toldMs] = [0, 0, 0];
  const tell = (): void => {
    toldMs = Date.now();
    progress?.({ files, of, bytes });
  };
  return {
    received: (more) => {
      bytes += more;
      if (Date.now() - toldMs >= PROGRESS_PAUSE_MS) tell();
    },
    finished: () => {
      files += 1;
      tell();
    },
  };
}
