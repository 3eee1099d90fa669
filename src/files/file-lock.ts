import { createHash } from 'node:crypto';
import { readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { errorCode, SubmarineError, throwIfAborted } from '../errors.ts';
import { quote } from '../text/quote.ts';
import type { LockOwner } from './lock-owner.ts';
import { createLockOwner, formatLockOwner, isAlive, parseLockOwner } from './lock-owner.ts';
import { readRegularFile } from './regular-file.ts';

export interface LockOptions {
  /** How long to wait for another writer: 30 s. */
  readonly waitMs?: number;
  /** How often to look whether it is free, on average: every 25 ms. */
  readonly pollMs?: number;
  /** When to say that it waits: after 1 s. */
  readonly tellAfterMs?: number;
  /** How long a holder that cannot be asked, one on another machine, is believed to be alive: 20 s. */
  readonly abandonedMs?: number;
  /** Ends the waiting; nothing is begun once it is aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Told once that it waits, and for whom. */
  readonly waiting?: (holder: string, path: string) => void;
}

/** Another process has been writing the file all the while. */
export class FileBusyError extends SubmarineError {
  constructor(path: string, holder: string, lockPath: string) {
    super({
      kind: 'busy',
      code: 'file-busy',
      message: `${quote(path)} is being written by ${holder}`,
      remedy: `try again; if nothing is writing there, delete ${quote(lockPath)}`,
      data: { path, holder, lockPath },
    });
  }
}

/** A lock that this process holds. */
export interface HeldLock {
  /** @throws FileBusyError when somebody took this process for dead and took the lock away */
  readonly assertHeld: () => Promise<void>;
}

/**
 * Does some work while no other process does any under the lock of the same file.
 *
 * Node has no flock, so the lock is a symbolic link `.NAME.lock` beside the file whose text says who holds it: made in
 * one step together with that text, on network file systems too. The lock of a process that died is taken away. For
 * that, one process at a time gets the right to do it: a second lock, named after the very text of the first, which no
 * other holder ever has; whoever holds that right looks once more before it deletes. Without the right, one waiter
 * could delete the lock that another one just took. A process that dies with the right in hand is treated the same.
 *
 * @param target - an absolute path without links
 * @throws FileBusyError when another writer holds the lock for `waitMs`
 * @throws InterruptedError when `signal` is aborted while it waits
 * @throws what the system call threw where the folder cannot be written
 */
export async function withFileLock<Value>(
  target: string,
  options: LockOptions,
  work: (lock: HeldLock) => Promise<Value>,
): Promise<Value> {
  const { waitMs = 30_000, pollMs = 25, tellAfterMs = 1000, abandonedMs = 20_000 } = options;
  const { signal, waiting } = options;
  const path = lockPathOf(target);
  const own = await createLockOwner();
  const text = formatLockOwner(own);
  const begin = performance.now();
  const contest: Contest = { own, text, abandonedMs, firstSeen: new Map() };
  let isTold = waiting === undefined;
  for (;;) {
    throwIfAborted(signal);
    const holder = await tryLock(path, contest);
    if (holder === undefined) break;
    const waitedMs = performance.now() - begin;
    if (waitedMs >= waitMs) throw new FileBusyError(target, describe(holder, own), path);
    if (!isTold && waitedMs >= tellAfterMs) {
      waiting?.(describe(holder, own), target);
      isTold = true;
    }
    await sleep(pollMs * (0.4 + Math.random() * 1.2));
  }
  const assertHeld = async (): Promise<void> => {
    const holder = await readLock(path);
    if (holder !== text) throw new FileBusyError(target, describe(holder ?? '', own), path);
  };
  const release = async (): Promise<void> => {
    if ((await readLock(path)) === text) await rm(path, { force: true });
  };
  try {
    return await work({ assertHeld });
  } finally {
    // What was done is done; a lock that stays is free when this process has ended.
    await release().catch(() => {});
  }
}

/**
 * Whether somebody is doing work under the lock of a file; a holder that cannot be asked, one on another machine, is
 * believed to be alive.
 *
 * @param target - as it is given to `withFileLock`
 */
export async function isFileLocked(target: string): Promise<boolean> {
  const holder = await readLock(lockPathOf(target));
  if (holder === undefined) return false;
  const owner = parseLockOwner(holder);
  return owner === undefined || (await isAlive(owner, await createLockOwner())) !== false;
}

function lockPathOf(target: string): string {
  return join(dirname(target), `.${basename(target)}.lock`);
}

interface Contest {
  readonly own: LockOwner;
  /** `own` as a text. */
  readonly text: string;
  readonly abandonedMs: number;
  /** When each text was first found in a lock, on this process's own clock: those of machines differ. */
  readonly firstSeen: Map<string, number>;
}

/** Takes the lock if it is free or its holder is dead; else returns the text of the holder. */
async function tryLock(path: string, contest: Contest): Promise<string | undefined> {
  for (;;) {
    if (await createLock(path, contest.text)) return undefined;
    const holder = await readLock(path);
    if (holder === undefined) continue;
    if (!(await isAbandoned(holder, contest))) return holder;
    const right = `${path}.${createHash('sha256').update(holder).digest('hex').slice(0, 16)}`;
    const rival = await tryLock(right, contest);
    if (rival !== undefined) return rival;
    try {
      if ((await readLock(path)) === holder) await rm(path, { force: true });
    } finally {
      await rm(right, { force: true });
    }
  }
}

async function isAbandoned(holder: string, contest: Contest): Promise<boolean> {
  const owner = parseLockOwner(holder);
  const alive = owner === undefined ? undefined : await isAlive(owner, contest.own);
  if (alive !== undefined) return !alive;
  const now = performance.now();
  const since = contest.firstSeen.get(holder) ?? now;
  contest.firstSeen.set(holder, since);
  return now - since >= contest.abandonedMs;
}

async function createLock(path: string, text: string): Promise<boolean> {
  try {
    await symlink(text, path).catch((error: unknown) => {
      if (!NO_SYMLINKS.has(errorCode(error))) throw error;
      return writeFile(path, text, { flag: 'wx' });
    });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

// FAT has no symbolic links, and Windows gives them to few; a plain file with the same text excludes as well, but is
// empty for a moment.
const NO_SYMLINKS: ReadonlySet<string | undefined> = new Set(['EPERM', 'ENOTSUP', 'ENOSYS']);

async function readLock(path: string): Promise<string | undefined> {
  try {
    return await readlink(path).catch(async (error: unknown) => {
      if (errorCode(error) === 'ENOENT') throw error;
      return (await readRegularFile(path)).toString();
    });
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    // A FIFO, a socket or a device is a lock that says nothing, and is taken away as one.
    if (errorCode(error) === 'ENOTSUP') return '';
    throw error;
  }
}

function describe(holder: string, own: LockOwner): string {
  const owner = parseLockOwner(holder);
  if (owner === undefined) return 'another process';
  const place = owner.space === own.space ? '' : ` on ${quote(owner.host)}`;
  const number = owner.pid === 0 ? '' : ` ${owner.pid}`;
  return `process${number} of ${quote(owner.user)}${place}`;
}
