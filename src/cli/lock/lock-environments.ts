import type { Environment } from '../../environment/environment.ts';
import { InvalidDataError, UsageError } from '../../errors.ts';
import { CONDA_PLATFORMS } from '../../lock/conda-platform.ts';
import { formatDiff } from '../../lock/format-diff.ts';
import { diffLocks } from '../../lock/lock-diff.ts';
import { parseLock, serializeLock } from '../../lock/lock-file.ts';
import { lockState } from '../../lock/lock-state.ts';
import type { Lock } from '../../lock/lock.ts';
import { nearest } from '../../text/nearest.ts';
import { quote } from '../../text/quote.ts';
import { findChosenName } from '../chosen-environment.ts';
import type { Context } from '../context.ts';
import { report } from '../terminal/report.ts';
import { lockLine } from '../stored-lock.ts';
import type { LockCommandOptions } from './lock-work.ts';
import { makeLock } from './make-lock.ts';

/**
 * Locks one environment after the other, each as soon as it is solved. One that fails is reported, the others go on,
 * and the exit code is that of the first that failed.
 */
export async function lockEnvironments(
  names: readonly string[],
  options: LockCommandOptions,
  context: Context,
): Promise<void> {
  refuseOptions(options);
  const chosen = await chooseNames(names, options, context);
  const lockOne = options.check === true ? checkLock : writeLock;
  let failed: number | undefined;
  for (const name of chosen) {
    try {
      await lockOne(name, options, context);
    } catch (error) {
      const code = await report(error, context);
      failed ??= code;
      // A signal is for all of them.
      if (code > 128) break;
    }
  }
  if (failed !== undefined) context.exitWith(failed);
}

function refuseOptions({ platform = [], cuda, glibc, check, update }: LockCommandOptions): void {
  for (const one of platform) {
    if (CONDA_PLATFORMS.includes(one)) continue;
    const meant = nearest(one, CONDA_PLATFORMS);
    throw new UsageError(
      `conda has no platform ${quote(one)} that runs in a container`,
      meant === undefined
        ? `the platforms are: ${CONDA_PLATFORMS.join(', ')}`
        : `did you mean ${quote(meant)}?`,
    );
  }
  for (const [option, version] of Object.entries({ cuda, glibc })) {
    if (version !== undefined && !/^\d+(?:\.\d+)*$/.test(version)) {
      throw new UsageError(
        `${quote(version)} is no version for --${option}`,
        'write it with digits and dots: 12.4',
      );
    }
  }
  if (check === true && update !== undefined) {
    throw new UsageError('--check changes nothing and --update does', 'leave one of them out');
  }
}

async function chooseNames(
  names: readonly string[],
  { all = false }: LockCommandOptions,
  context: Context,
): Promise<readonly string[]> {
  if (all && names.length > 0) {
    throw new UsageError('--all is all of them, and some are named', 'leave one of them out');
  }
  if (names.length > 0) return [...new Set(names)];
  if (all) {
    const documents = await (await context.store()).list();
    return documents.flatMap(({ environment, ...document }) => {
      const name = environment?.name ?? ('name' in document ? document.name : undefined);
      return name ?? [];
    });
  }
  const chosen = await findChosenName(context);
  if (chosen !== undefined) return [chosen.name];
  throw new UsageError(
    'no environment is named',
    'name some, say --all, or choose one for good: submarine env select NAME',
  );
}

async function writeLock(
  name: string,
  options: LockCommandOptions,
  context: Context,
): Promise<void> {
  const store = await context.store();
  const { environment } = await store.get(name);
  const before = await readOldLock(name, options, context);
  const lock = await makeLock(environment, { ...options, before }, context);
  const text = serializeLock(lock);
  if (options.dryRun === true) context.io.write(text);
  else {
    await store.writeLock(name, text);
    context.io.out(store.lockLocation(name));
  }
  describe(name, before, lock, context);
}

/** What is there is only looked at; where it cannot be read it is written anew. */
async function readOldLock(
  name: string,
  { update }: LockCommandOptions,
  context: Context,
): Promise<Lock | undefined> {
  const store = await context.store();
  const text = await store.findLock(name);
  if (text === undefined) {
    if (update === undefined) return undefined;
    throw new InvalidDataError(
      `the environment ${quote(name)} has no lock to update`,
      `lock it first: submarine env lock ${name}`,
    );
  }
  try {
    return await parseLock(text, store.lockLocation(name));
  } catch (error) {
    if (update !== undefined) throw error;
    context.io.note(`submarine: the old lock of ${quote(name)} cannot be read; it is replaced`);
    return undefined;
  }
}

/** `demo: 12 packages (3 changed)`, and where there was a lock what has changed, a line a package. */
function describe(name: string, before: Lock | undefined, lock: Lock, { io }: Context): void {
  const count = Object.values(lock.platforms).reduce(
    (sum, { packages, pip = [] }) => sum + packages.length + (pip === 'open' ? 0 : pip.length),
    0,
  );
  const words = count === 1 ? '1 package' : `${count} packages`;
  if (before === undefined) return io.note(`${name}: ${words}`);
  const diff = diffLocks(before, lock);
  const { changed, added, removed } = diff.summary;
  const lines = formatDiff(diff);
  for (const line of lines) io.note(line);
  const changes = changed + added + removed;
  const more = lines.length === 0 ? ', as before' : changes === 0 ? '' : ` (${changes} changed)`;
  io.note(`${name}: ${words}${more}`);
}

async function checkLock(
  name: string,
  { platform = [] }: LockCommandOptions,
  context: Context,
): Promise<void> {
  const store = await context.store();
  const { environment } = await store.get(name);
  const text = await store.findLock(name);
  if (text === undefined) {
    throw new InvalidDataError(
      `the environment ${quote(name)} has no lock`,
      `lock it: ${lockLine(name, platform)}`,
    );
  }
  const lock = await parseLock(text, store.lockLocation(name));
  const { state, changes } = stateOf(lock, environment, platform);
  if (state === 'fresh') return;
  const all = platform.length === 0 ? [] : [...Object.keys(lock.platforms), ...platform];
  throw new InvalidDataError(
    `the lock of ${quote(name)} is ${state}: ${changes.join(', ')}`,
    `lock it: ${lockLine(name, all)}`,
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
