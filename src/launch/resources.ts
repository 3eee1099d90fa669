import { UsageError } from '../errors.ts';
import { quote } from '../text/quote.ts';

/** The graphics processors that a container gets. */
export type Gpus =
  | { readonly all: true }
  | { readonly count: number }
  | { readonly devices: readonly string[] };

/** Whom a container runs as: by numbers, or by names that the image knows. */
export type User =
  | { readonly uid: number; readonly gid?: number }
  | { readonly name: string; readonly group?: string };

/**
 * Reads an amount of memory in the form that `docker run --memory` documents.
 *
 * @param text - a number, then `b`, `k`, `m`, `g`, `t` or `p` in either case, `i` and `b` allowed; no unit means
 *   bytes: `512m`, `1.5G`, `8GiB`
 * @returns the amount in bytes; a `k` is 1024 of them
 * @throws UsageError when the text has another form
 * @see https://docs.docker.com/engine/containers/resource_constraints/#memory
 */
export function parseMemory(text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?) ?([kmgtp]?)i?b?$/i.exec(text) ?? [];
  if (digits === undefined || unit === undefined) {
    throw new UsageError(`invalid memory size ${quote(text)}`, 'write it as 512m or 8g');
  }
  return Math.floor(Number(digits) * 1024 ** '_kmgtp'.indexOf(unit.toLowerCase() || '_'));
}

/**
 * The size of `/dev/shm` where nobody says one: half of the memory there is, in whole MiB, because the engine's own
 * 64 MiB kills data loaders.
 *
 * @param memoryBytes - the container's limit, or what the machine has
 */
export function halfOf(memoryBytes: number): number {
  return Math.max(1, Math.floor(memoryBytes / 2 / 1024 ** 2)) * 1024 ** 2;
}

/**
 * Reads a number of processors: `2`, `0.5`.
 *
 * @throws UsageError when it is not a positive number
 */
export function parseCpus(text: string): number {
  if (/^(?=.*[1-9])\d*\.?\d*$/.test(text)) return Number(text);
  throw new UsageError(`invalid number of CPUs ${quote(text)}`, 'write it as 2 or 0.5');
}

/**
 * Reads what `--gpus` takes: `all`, a number, or `device=` and the numbers or ids of some.
 *
 * @throws UsageError when it has another form
 * @see https://docs.docker.com/reference/cli/docker/container/run/#gpus
 */
export function parseGpus(text: string): Gpus {
  if (text === 'all') return { all: true };
  if (/^[1-9]\d{0,3}$/.test(text)) return { count: Number(text) };
  const [, , devices] = /^(["']?)device=([\w.:/-]+(?:,[\w.:/-]+)*)\1$/.exec(text) ?? [];
  if (devices !== undefined) return { devices: devices.split(',') };
  throw new UsageError(`invalid GPUs ${quote(text)}`, 'write them as all, 2 or device=0,1', {
    code: 'invalid-gpus',
  });
}

/**
 * Reads a user: `1000`, `1000:1000`, or a name and a group that the image knows.
 *
 * @throws UsageError when it has another form
 */
export function parseUser(text: string): User {
  const [, user, group] = /^([\w.][\w.-]*)(?::([\w.][\w.-]*))?$/.exec(text) ?? [];
  if (user === undefined) {
    throw new UsageError(`invalid user ${quote(text)}`, 'write it as 1000:1000 or root');
  }
  if (/^\d+$/.test(user) && /^\d*$/.test(group ?? '')) {
    return { uid: Number(user), ...(group === undefined ? {} : { gid: Number(group) }) };
  }
  return { name: user, ...(group === undefined ? {} : { group }) };
}

/** A user as `parseUser` reads it. */
/** Whether both have the same number; nobody on this machine knows the number of a name in an image. */
export function isSameUser(one: User | undefined, other: User | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  return 'uid' in one && 'uid' in other && one.uid === other.uid;
}

export function userText(user: User): string {
  const [first, second] = 'uid' in user ? [user.uid, user.gid] : [user.name, user.group];
  return second === undefined ? String(first) : `${first}:${second}`;
}
