import type { Environment } from '../../environment/environment.ts';
import { InvalidDataError, UsageError } from '../../errors.ts';
import { CONDA_PLATFORMS } from '../../lock/conda-platform.ts';
import type { LockDiff } from '../../lock/lock-diff.ts';
import { diffLocks } from '../../lock/lock-diff.ts';
import { parseLock, serializeLock } from '../../lock/lock-file.ts';
import { lockState } from '../../lock/lock-state.ts';
import type { Lock } from '../../lock/lock.ts';
import { nearest } from '../../text/nearest.ts';
import { quote } from '../../text/quote.ts';
import { requireChosenName } from '../environments/choose-environment.ts';
import { nameOf } from '../environments/list-environments.ts';
import type { Call } from '../events.ts';
import { warn } from '../events.ts';
import type { Submarine } from '../submarine.ts';
import type { LockChoice } from './lock-work.ts';
import { makeLock } from './make-lock.ts';
import { NoLockError } from './stored-lock.ts';

/** An environment to lock, and how. */
export interface LockEnvironmentRequest extends LockChoice {
  readonly name: string;
  /** Whether nothing is written. */
  readonly dryRun?: boolean | undefined;
}

/** A lock that was made. */
export interface MadeLock {
  readonly lock: Lock;
  /** As it is kept. */
  readonly text: string;
  /** Where it is kept. */
  readonly location: string;
  /** How it differs from the one before; undefined where there was none. */
  readonly diff: LockDiff | undefined;
}

/**
 * Writes down the exact image and packages of an environment.
 *
 * @throws UsageError when a platform or a version cannot be one
 * @throws InvalidDataError when its packages cannot be found, or do not go together
 * @throws EnvironmentChangedError when somebody changed it while it was being locked
 */
export async function lockEnvironment(
  submarine: Submarine,
  request: LockEnvironmentRequest,
  call?: Call,
): Promise<MadeLock> {
  checkLockChoice(request);
  const { store } = submarine;
  const { name, dryRun = false } = request;
  const { environment, version } = await store.get(name);
  const before = await readOldLock(request, submarine, call);
  const lock = await makeLock(environment, { ...request, before }, submarine, call);
  const text = serializeLock(lock);
  if (!dryRun) await store.writeLock(name, text, { ifMatch: version, signal: call?.signal });
  const diff = before && diffLocks(before, lock);
  return { lock, text, location: store.lockLocation(name), diff };
}

/** @throws UsageError when a platform or a version cannot be one */
export function checkLockChoice({ platforms = [], cuda, glibc }: LockChoice): void {
  for (const one of platforms) {
    if (CONDA_PLATFORMS.includes(one)) continue;
    const meant = nearest(one, CONDA_PLATFORMS);
    throw new UsageError(
      `conda has no platform ${quote(one)} that runs in a container`,
      meant === undefined
        ? `the platforms are: ${CONDA_PLATFORMS.join(', ')}`
        : `did you mean ${quote(meant)}?`,
      { code: 'unknown-platform', data: { platform: one, nearest: meant } },
    );
  }
  for (const [what, version] of Object.entries({ cuda, glibc })) {
    if (version !== undefined && !/^\d+(?:\.\d+)*$/.test(version)) {
      throw new UsageError(
        `invalid version ${quote(version)} for ${what}`,
        'write it with digits and dots: 12.4',
        { code: 'invalid-version', data: { version } },
      );
    }
  }
}

/** What is there is only looked at; where it cannot be read it is written anew. */
async function readOldLock(
  { name, update }: LockEnvironmentRequest,
  { store }: Submarine,
  call: Call | undefined,
): Promise<Lock | undefined> {
  const text = await store.findLock(name);
  if (text === undefined) {
    if (update === undefined) return undefined;
    throw new InvalidDataError(`the environment ${quote(name)} has no lock to update`, undefined, {
      code: 'no-lock-to-update',
      data: { name },
    });
  }
  try {
    return await parseLock(text, store.lockLocation(name));
  } catch (error) {
    if (update !== undefined) throw error;
    warn(call, { code: 'lock-unreadable', environment: name });
    return undefined;
  }
}

/** A lock that is to be fresh and whole. */
export interface CheckLockRequest {
  readonly name: string;
  /** All that it must have; without them those that it has. */
  readonly platforms?: readonly string[] | undefined;
}

/**
 * Refuses a lock that is not fresh and whole.
 *
 * @throws InvalidDataError when there is none, or it is stale or open
 */
export async function requireFreshLock(
  { store }: Submarine,
  { name, platforms = [] }: CheckLockRequest,
): Promise<void> {
  const { environment, lock: text } = await store.getWithLock(name);
  if (text === undefined) throw new NoLockError(name, platforms);
  const lock = await parseLock(text, store.lockLocation(name));
  const { state, changes } = stateOf(lock, environment, platforms);
  if (state === 'fresh') return;
  const all = platforms.length === 0 ? [] : [...Object.keys(lock.platforms), ...platforms];
  throw new InvalidDataError(
    `the lock of ${quote(name)} is ${state}: ${changes.join(', ')}`,
    undefined,
    { code: 'lock-not-fresh', data: { name, state, changes, platforms: all } },
  );
}

/** For all of the platforms that are asked for, or those that the lock has. */
function stateOf(
  lock: Lock,
  { kernel, 'docker-image': image }: Environment,
  platforms: readonly string[],
): ReturnType<typeof lockState> {
  const states = (platforms.length === 0 ? [undefined] : platforms).map((platform) =>
    lockState(lock, { kernel, image, platform }),
  );
  const worst =
    states.find(({ state }) => state === 'stale') ?? states.find(({ state }) => state === 'open');
  const changes = new Set(states.flatMap(({ changes }) => changes));
  return { state: worst?.state ?? 'fresh', changes: [...changes] };
}

/**
 * The names of the environments to lock: those that are named, all of the store, or the chosen one.
 *
 * @throws UsageError when none is named or chosen
 * @throws EnvironmentNotFoundError for the first name that the store does not hold
 */
export async function namesToLock(
  submarine: Submarine,
  { names, all }: { readonly names: readonly string[]; readonly all: boolean },
): Promise<readonly string[]> {
  for (const name of names) await submarine.store.get(name);
  if (names.length > 0) return [...new Set(names)];
  if (!all) return [await requireChosenName(submarine)];
  return (await submarine.store.list()).flatMap((document) => nameOf(document) ?? []);
}
