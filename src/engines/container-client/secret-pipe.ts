import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { chown, open, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { errorCode } from '../../errors.ts';
import { ownUser } from '../../files/own-user.ts';
import { makePrivateFolder } from '../../files/private-file.ts';
import type { Variables } from '../../variables.ts';

/** How often it is looked whether somebody reads. */
const EVERY_MS = 10;

/**
 * Makes a pipe (0600) in a folder of this user's alone.
 *
 * @param owner - the uid that may read it
 * @returns its path; undefined where none can be made
 */
export async function makePipe(
  folder: string,
  owner: number,
  env: Variables,
): Promise<string | undefined> {
  try {
    const path = join(await makePrivateFolder(folder), 'secrets');
    await promisify(execFile)('mkfifo', ['-m', '600', path], { env });
    if (owner !== ownUser().uid) await chown(path, owner, -1);
    return path;
  } catch {
    await removePipe(join(folder, 'secrets'));
    return undefined;
  }
}

/**
 * Writes a text into a pipe for the first who reads it. No thread waits for that: a pipe that is opened for writing
 * without a reader is refused at once, so it is tried again.
 *
 * @param ended - ends the waiting
 */
export async function writeToPipe(path: string, text: string, ended: AbortSignal): Promise<void> {
  const pipe = await tryUntil(ended, 'ENXIO', () =>
    open(path, constants.O_WRONLY | constants.O_NONBLOCK),
  );
  try {
    await writeAll(pipe, Buffer.from(text), ended);
  } finally {
    await pipe?.close();
  }
}

async function writeAll(
  pipe: FileHandle | undefined,
  bytes: Buffer,
  ended: AbortSignal,
): Promise<void> {
  let rest = bytes;
  while (rest.length > 0 && !ended.aborted) {
    // A pipe holds 64 KiB that are not read yet.
    const written = await tryUntil(ended, 'EAGAIN', async () => pipe?.write(rest));
    rest = rest.subarray(written?.bytesWritten ?? rest.length);
  }
}

/** What `act` gives once it fails by that code no more; undefined when that has an end before. */
async function tryUntil<Value>(
  ended: AbortSignal,
  code: string,
  act: () => Promise<Value>,
): Promise<Value | undefined> {
  while (!ended.aborted) {
    try {
      return await act();
    } catch (error) {
      if (errorCode(error) !== code) throw error;
    }
    await sleep(EVERY_MS, undefined, { signal: ended }).catch(() => {});
  }
  return undefined;
}

/** Removes a pipe, and its folder where nothing else is in it. */
export async function removePipe(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => {});
  await rmdir(dirname(path)).catch(() => {});
}
