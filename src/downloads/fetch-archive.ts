import type { Hash } from 'node:crypto';
import { createHash } from 'node:crypto';
import { writeSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { SubmarineError, throwIfAborted } from '../errors.ts';
import type { WebAnswer } from '../web/web-client.ts';
import { isWorthAnotherTry, PAUSES_MS } from '../web/web-client.ts';
import type { ArchiveWeb } from './archive-web.ts';
import type { PlannedArchive } from './archive.ts';
import {
  failedDownload,
  isOtherBytes,
  otherBytes,
  orUnwritten,
  refusedBy,
  unwritten,
} from './download-errors.ts';
import { isTemporaryName, READABLE, temporaryName } from './stored-archive.ts';

/** How an archive is fetched. */
export interface Fetching {
  readonly web: ArchiveWeb;
  readonly signal: AbortSignal | undefined;
  /** Told how many bytes were written; of less than nothing where a download begins anew. */
  readonly received: (bytes: number) => void;
}

/** An archive of which a part has come. */
interface Download {
  readonly archive: PlannedArchive;
  readonly file: FileHandle;
  /** Where it goes in the end. */
  readonly path: string;
  hash: Hash | undefined;
  bytes: number;
  /** Whether some of it came in an earlier answer than the rest. */
  isResumed: boolean;
  /** What a server calls the bytes that it began to send. */
  etag: string | undefined;
}

/** No download pauses for so long. */
const ABANDONED_MS = 3_600_000;
const OK = 200;
const PARTIAL = 206;
/** A part that was not asked for, and none: the server has something else now. */
const RANGE_STATUS: ReadonlySet<number> = new Set([PARTIAL, 416]);

/**
 * Fetches an archive into its place, in a folder that is there; whoever looks finds it whole or not at all. What breaks
 * off goes on where it was, as far as the server can do that.
 *
 * @throws InvalidDataError when it cannot be had, or has other bytes than it should
 * @throws SubmarineError `downloads-not-writable`, or what the signal was aborted with
 */
export async function fetchArchive(
  archive: PlannedArchive,
  path: string,
  fetching: Fetching,
): Promise<void> {
  await removeAbandoned(dirname(path));
  const unfinished = join(dirname(path), temporaryName());
  await orUnwritten(path, async () => {
    try {
      const file = await open(unfinished, 'wx', 0o600);
      try {
        await download({ ...newDownload(archive), file, path }, fetching);
        await file.chmod(READABLE);
      } finally {
        await file.close();
      }
      await rename(unfinished, path);
    } finally {
      await rm(unfinished, { force: true }).catch(() => {});
    }
  });
}

/** What processes have left that ended in the middle. */
async function removeAbandoned(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter(isTemporaryName)) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > ABANDONED_MS) await rm(path, { force: true });
  }
}

function newDownload(archive: PlannedArchive): Omit<Download, 'file' | 'path'> {
  return { archive, hash: newHash(archive), bytes: 0, isResumed: false, etag: undefined };
}

async function download(state: Download, fetching: Fetching): Promise<void> {
  for (const pause of [...PAUSES_MS, undefined]) {
    try {
      await receiveRest(state, fetching);
      checkBytes(state);
      return;
    } catch (error) {
      throwIfAborted(fetching.signal);
      const isTold = error instanceof SubmarineError;
      const isMixed = isOtherBytes(error) && state.isResumed;
      if (pause === undefined || !(isMixed || (!isTold && isWorthAnotherTry(error)))) {
        throw isTold ? error : failedDownload(state.archive, error);
      }
      if (isMixed) await beginAnew(state, fetching);
      await sleep(pause, undefined, { signal: fetching.signal });
    }
  }
}

function newHash({ checksum }: PlannedArchive): Hash | undefined {
  return checksum === undefined ? undefined : createHash(checksum.algorithm);
}

/** Asks for what has not come yet, and writes what comes. */
async function receiveRest(state: Download, fetching: Fetching): Promise<void> {
  const answer = await ask(state, fetching);
  try {
    if (answer.status === PARTIAL && goesOn(state, answer)) state.isResumed = true;
    else if (answer.status === OK) await beginAnew(state, fetching, answer.header('etag'));
    else if (state.bytes > 0 && RANGE_STATUS.has(answer.status)) {
      await beginAnew(state, fetching);
      return await receiveRest(state, fetching);
    } else throw refusedBy(state.archive, answer.status);
    for await (const piece of answer.body as AsyncIterable<Buffer>) {
      state.hash?.update(piece);
      // At once, so that what comes faster than the disk is waits in the network and not in memory.
      write(state, piece);
      fetching.received(piece.length);
    }
  } finally {
    answer.body.destroy();
  }
}

/** @throws InvalidDataError when there is no answer: the client has tried again already */
async function ask(state: Download, { web, signal }: Fetching): Promise<WebAnswer> {
  try {
    return await web(state.archive, headersFor(state), signal);
  } catch (error) {
    throwIfAborted(signal);
    throw error instanceof SubmarineError ? error : failedDownload(state.archive, error);
  }
}

/** A tag tells the server to send all of it where it has other bytes by now. */
function headersFor({ bytes, etag }: Download): Record<string, string> {
  // A range asks for no encoding by itself.
  if (bytes === 0) return { 'accept-encoding': 'identity' };
  // A weak tag says nothing of bytes.
  const isStrong = etag?.startsWith('"') === true;
  return { range: `bytes=${bytes}-`, ...(isStrong ? { 'if-range': etag } : {}) };
}

function goesOn({ bytes }: Download, { header }: WebAnswer): boolean {
  return bytes > 0 && header('content-range')?.startsWith(`bytes ${bytes}-`) === true;
}

async function beginAnew(state: Download, { received }: Fetching, etag?: string): Promise<void> {
  if (state.bytes > 0) {
    received(-state.bytes);
    await orUnwritten(state.path, () => state.file.truncate(0));
  }
  Object.assign(state, { hash: newHash(state.archive), bytes: 0, isResumed: false, etag });
}

function write(state: Download, piece: Buffer): void {
  try {
    for (let from = 0; from < piece.length;) {
      const written = writeSync(state.file.fd, piece, from, piece.length - from, state.bytes);
      from += written;
      state.bytes += written;
    }
  } catch (error) {
    throw unwritten(state.path, error);
  }
}

function checkBytes({ archive, hash }: Download): void {
  const found = hash?.digest('hex');
  if (archive.checksum === undefined || found === archive.checksum.digest) return;
  throw otherBytes(archive, archive.checksum, found ?? '');
}
