import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { getPriority, hostname } from 'node:os';
import { promisify } from 'node:util';

import { errorCode } from '../errors.ts';
import { ownUser } from './own-user.ts';

/** Who holds a lock. The text form is one line, and no two holdings of any process have the same. */
export interface LockOwner {
  readonly user: string;
  readonly host: string;
  /** 0 where the system does not say. */
  readonly pid: number;
  /** When the process began, in clock ticks since the machine did; empty where the system does not say. */
  readonly start: string;
  /** The boot of the machine and the process namespace in which `pid` means something. */
  readonly space: string;
  readonly id: string;
}

const TEXT =
  /^(?<user>[^:]*):(?<host>[^:]*):(?<pid>\d+):(?<start>\d*):(?<space>[^:]*):(?<id>[0-9a-f]+)$/;

/** This process, with a new `id`. */
export async function createLockOwner(): Promise<LockOwner> {
  const [boot, namespace, own] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    readlink('/proc/self/ns/pid').catch(() => ''),
    readProcess('self'),
  ]);
  return {
    user: withoutColons(ownUser().name),
    host: withoutColons(hostname()),
    pid: own?.pid ?? (await askShell()),
    start: own?.start ?? '',
    space: withoutColons(`${boot.trim() || hostname()} ${namespace}`),
    id: randomBytes(8).toString('hex'),
  };
}

export function formatLockOwner({ user, host, pid, start, space, id }: LockOwner): string {
  return [user, host, pid, start, space, id].join(':');
}

/** The owner that a text names, or undefined for a text that is not ours. */
export function parseLockOwner(text: string): LockOwner | undefined {
  const { user, host, pid, start, space, id } = TEXT.exec(text)?.groups ?? {};
  if (user === undefined || host === undefined || start === undefined) return undefined;
  if (space === undefined || id === undefined) return undefined;
  return { user, host, pid: Number(pid), start, space, id };
}

/**
 * Whether the process of an owner runs; undefined where this process cannot know, because the other is on another
 * machine or in another container.
 */
export async function isAlive(owner: LockOwner, own: LockOwner): Promise<boolean | undefined> {
  if (owner.space !== own.space || owner.pid === 0) return undefined;
  if (!exists(owner.pid)) return false;
  const found = await readProcess(owner.pid);
  if (found === undefined) return true;
  // A zombie is killed and not yet mourned; another start means that the number was given to another process.
  return found.state !== 'Z' && found.state !== 'X' && found.start === owner.start;
}

/** Whoever may not send a signal to a process may still ask for its priority. */
function exists(pid: number): boolean {
  try {
    getPriority(pid);
    return true;
  } catch (error) {
    const { info } = error as { readonly info?: unknown };
    return errorCode(info) !== 'ESRCH';
  }
}

/** @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html fields 1, 3 and 22; the name before the third may hold anything */
async function readProcess(
  pid: number | 'self',
): Promise<{ pid: number; state: string; start: string } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { pid: Number.parseInt(text, 10), state: fields[0] ?? '', start: fields[19] ?? '' };
}

/** The number of this process where there is no `/proc`: the parent of a shell that it starts. */
async function askShell(): Promise<number> {
  const answer = await promisify(execFile)('/bin/sh', ['-c', 'echo $PPID']).catch(() => undefined);
  return Number.parseInt(answer?.stdout ?? '0', 10);
}

function withoutColons(text: string): string {
  return text.replaceAll(/[:\n]/g, '_');
}
