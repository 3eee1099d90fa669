import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { errorCode, InvalidDataError } from '../errors.ts';
import { fileReason } from '../files/file-reason.ts';
import { ownUser } from '../files/own-user.ts';
import { assertOwnFolder, writePrivateFile } from '../files/private-file.ts';
import { readRegularFile } from '../files/regular-file.ts';
import { quote } from '../text/quote.ts';
import { parseRecord, serializeRecord } from './record-file.ts';
import type { RunRecord } from './run-record.ts';
import type { DamagedRecord, RunRecords } from './run-records.ts';

const NAME = /^([0-9a-f]{8})\.yaml$/;

/** Keeps records as files, `<id>.yaml` each, for nobody but the user; locks in a folder beside them. */
export function fileRecords(folder: string): RunRecords {
  const pathOf = (id: string): string => join(folder, `${id}.yaml`);
  const lockPath = (digest: string): string =>
    join(folder, 'locks', `${digest.replace('sha256:', '')}.yaml`);
  return {
    location: folder,
    write: (record) => writePrivateFile(pathOf(record.id), serializeRecord(record)),
    find: (id) => readRecord(id, pathOf(id)),
    list: () => listRecords(folder, pathOf),
    remove: async (ids) => {
      for (const id of ids) await rm(pathOf(id), { force: true });
      await removeUnusedLocks(folder, pathOf);
    },
    keepLock: async (text) => {
      const digest = digestOf(text);
      const path = lockPath(digest);
      if ((await readOwn(path).catch(() => undefined)) !== text) await writePrivateFile(path, text);
      return digest;
    },
    findLock: async (digest) => {
      const path = lockPath(digest);
      const text = await readOwn(path);
      if (text === undefined || digestOf(text) === digest) return text;
      throw new InvalidDataError(`the lock of a run was changed: ${quote(path)}`, 'delete it', {
        code: 'recorded-lock-changed',
        data: { path },
      });
    },
  };
}

/** @returns as `sha256:…` */
export function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

async function readRecord(id: string, path: string): Promise<RunRecord | undefined> {
  const text = await readOwn(path);
  return text === undefined ? undefined : parseRecord(text, id, path);
}

async function listRecords(
  folder: string,
  pathOf: (id: string) => string,
): ReturnType<RunRecords['list']> {
  const records: RunRecord[] = [];
  const damaged: DamagedRecord[] = [];
  await Promise.all(
    (await idsIn(folder)).map(async (id) => {
      try {
        const record = await readRecord(id, pathOf(id));
        if (record !== undefined) records.push(record);
      } catch (error) {
        if (!(error instanceof InvalidDataError)) throw error;
        damaged.push({ id, message: error.message });
      }
    }),
  );
  const newestFirst = (one: RunRecord, other: RunRecord): number =>
    other.startedAt.getTime() - one.startedAt.getTime();
  return { records: records.toSorted(newestFirst), damaged };
}

async function idsIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw unreadable(folder, error);
  });
  return names.flatMap((name) => NAME.exec(name)?.[1] ?? []);
}

async function removeUnusedLocks(folder: string, pathOf: (id: string) => string): Promise<void> {
  const locks = await readdir(join(folder, 'locks')).catch(() => []);
  if (locks.length === 0) return;
  const { records, damaged } = await listRecords(folder, pathOf);
  // One that cannot be read may need any of them.
  if (damaged.length > 0) return;
  const used = new Set(records.map(({ kernel }) => kernel?.lock?.replace('sha256:', '')));
  for (const name of locks) {
    if (!used.has(name.replace(/\.yaml$/, ''))) await rm(join(folder, 'locks', name));
  }
}

/** A record says what is started again: one that somebody else can have written is not read. */
async function readOwn(path: string): Promise<string | undefined> {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    assertOwnFolder(dirname(path));
    if (ownUser().uid >= 0 && stats.uid !== ownUser().uid) {
      throw new InvalidDataError(
        `refusing to read ${quote(path)}: uid ${stats.uid} owns it`,
        'delete it',
        {
          code: 'record-foreign',
          data: { path },
        },
      );
    }
    return (await readRegularFile(path, { noLink: true })).toString();
  } catch (error) {
    if (error instanceof InvalidDataError) throw error;
    if (errorCode(error) === 'ENOENT') return undefined;
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): InvalidDataError {
  return new InvalidDataError(
    `cannot read ${quote(path)}: ${fileReason(cause)}`,
    'give yourself access, or delete it',
    { code: 'record-unreadable', data: { path }, cause },
  );
}
