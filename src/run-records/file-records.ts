import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { errorCode, InvalidDataError } from '../errors.ts';
import { withFileLock } from '../files/file-lock.ts';
import { findPrivateFolder, makePrivateFolder, writePrivateFile } from '../files/private-file.ts';
import { keptTexts } from './kept-texts.ts';
import { readOwnFile, unreadable } from './own-file.ts';
import { parseRecord, serializeRecord } from './record-file.ts';
import type { RunRecord } from './run-record.ts';
import type { DamagedRecord, RunRecords } from './run-records.ts';
import { fileTokens } from './tokens.ts';

const NAME = /^([0-9a-f]{8})\.yaml$/;
/** How many are read at once: a process may have so many files open and no more. */
const TOGETHER = 64;

/**
 * Keeps records as files, `runs/<id>.yaml` each, for nobody but the user; what runs have in common in folders beside
 * them, and the tokens of notebooks in `notebooks/`.
 */
export function fileRecords(state: string): RunRecords {
  const folder = join(state, 'runs');
  const pathOf = (id: string): string => join(folder, `${id}.yaml`);
  const tokens = fileTokens(join(state, 'notebooks'));
  const locks = keptTexts(join(folder, 'locks'), 'lock', '.yaml');
  const diffs = keptTexts(join(folder, 'diffs'), 'diff', '.diff');
  return {
    location: folder,
    ...{ locks, diffs, tokens },
    write: (record) => writePrivateFile(pathOf(record.id), serializeRecord(record)),
    change: async (id, work) => {
      const found = findPrivateFolder(folder) ?? (await makePrivateFolder(folder));
      const path = join(found, `${id}.yaml`);
      return withFileLock(path, {}, async () => {
        const before = await readRecord(id, path);
        const after = await work(before);
        if (after !== before) await writePrivateFile(path, serializeRecord(after));
        return after;
      });
    },
    find: (id) => readRecord(id, pathOf(id)),
    list: () => listRecords(folder, pathOf),
    remove: async (ids) => {
      await tokens.remove(ids);
      for (const id of ids) await rm(pathOf(id), { force: true });
      const listed = listRecords(folder, pathOf);
      await locks.removeOthers(() => usedBy(listed, ({ kernel }) => kernel?.lock));
      await diffs.removeOthers(() => usedBy(listed, ({ code }) => code?.diff));
    },
  };
}

/** @returns undefined where a record cannot be read, which may need any of them */
async function usedBy(
  listed: ReturnType<RunRecords['list']>,
  digestIn: (record: RunRecord) => string | undefined,
): Promise<ReadonlySet<string> | undefined> {
  const { records, damaged } = await listed;
  return damaged.length > 0 ? undefined : new Set(records.flatMap((one) => digestIn(one) ?? []));
}

async function readRecord(id: string, path: string): Promise<RunRecord | undefined> {
  const text = await readOwnFile(path);
  return text === undefined ? undefined : parseRecord(text, id, path);
}

async function listRecords(
  folder: string,
  pathOf: (id: string) => string,
): ReturnType<RunRecords['list']> {
  const records: RunRecord[] = [];
  const damaged: DamagedRecord[] = [];
  const read = async (id: string): Promise<void> => {
    try {
      const record = await readRecord(id, pathOf(id));
      if (record !== undefined) records.push(record);
    } catch (error) {
      if (!(error instanceof InvalidDataError)) throw error;
      damaged.push({ id, message: error.message });
    }
  };
  const ids = await idsIn(folder);
  for (let at = 0; at < ids.length; at += TOGETHER) {
    await Promise.all(ids.slice(at, at + TOGETHER).map(read));
  }
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
