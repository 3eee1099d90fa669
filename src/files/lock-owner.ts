import { randomBytes } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';

import { errorCode } from '../errors.ts';

/** Who holds a lock. The text form is one line, and no two holdings of any process have the same. */
export interface LockOwner {
  readonly user: string;
  readonly host: string;
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
    readProcess(process.pid),
  ]);
  return {
    user: withoutColons(userName()),
    host: withoutColons(hostname()),
    pid: process.pid,
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
  if (owner.space !== own.space) return undefined;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return false;
  }
  const found = await readProcess(owner.pid);
  if (found === undefined) return true;
  // A zombie is killed and not yet mourned; another start means that the number was given to another process.
  return found.state !== 'Z' && found.state !== 'X' && found.start === owner.start;
}

/** @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html fields 3 and 22; the name before them may hold anything */
async function readProcess(pid: number): Promise<{ state: string; start: string } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', start: fields[19] ?? '' };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a number that no /etc/passwd knows.
    return `uid ${process.getuid?.() ?? '?'}`;
  }
}

function withoutColons(text: string): string {
  return text.replaceAll(/[:\n]/g, '_');
}
