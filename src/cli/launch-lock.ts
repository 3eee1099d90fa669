import type { Environment } from '../environment/environment.ts';
import { InvalidDataError, UsageError } from '../errors.ts';
import { hasDependencies } from '../kernel/kernel-content.ts';
import { condaPlatform } from '../lock/conda-platform.ts';
import type { Lock } from '../lock/lock.ts';
import { quote } from '../text/quote.ts';
import type { Context } from './context.ts';
import { lockLine } from './stored-lock.ts';

/** What the command line says of locks. */
export interface LockOptions {
  /** Undefined leaves it to `SUBMARINE_FROZEN`. */
  readonly frozen?: boolean;
  /** `false` for `--no-lock`. */
  readonly lock?: boolean;
}

/**
 * The lock by which an environment is started; undefined where there is none to be used. A stale one is said to be.
 *
 * @throws InvalidDataError when only a fresh lock will do, and it is stale, not there, does not know the image, or has
 *   lost checksums
 */
export async function findLaunchLock(
  environment: Environment,
  options: LockOptions,
  context: Context,
): Promise<Lock | undefined> {
  const isFrozen = isFrozenStart(options, context);
  if (options.lock === false) return undefined;
  const { name, kernel, 'docker-image': image } = environment;
  const store = await context.store();
  const text = await store.findLock(name);
  if (text === undefined) {
    if (isFrozen) throw refusal(name, 'has no lock', []);
    return undefined;
  }
  const { parseLock } = await import('../lock/lock-file.ts');
  const { lockState, openChecksums, openImage } = await import('../lock/lock-state.ts');
  const lock = await parseLock(text, store.lockLocation(name));
  const { state, changes } = lockState(lock, { kernel, image });
  if (isFrozen && state === 'stale') throw refusal(name, 'has a lock that is stale', changes);
  // What pip installs on other platforms is nothing to this start, whose platform is not known yet. A lock that has
  // lost a checksum was damaged, whatever the platform.
  const open = [...openImage(lock), ...openChecksums(lock)];
  if (isFrozen && open.length > 0) throw refusal(name, 'has a lock that is open', open);
  if (state !== 'stale') return lock;
  const what = `the lock of ${quote(name)} is stale and not used: ${changes.join(', ')}`;
  warn(context, what, lockLine(name));
  return undefined;
}

/**
 * What the kernel of an environment is built from by its lock; undefined where the lock says nothing of it.
 *
 * @param platform - of the image, as docker names it; undefined while nobody knows
 * @throws InvalidDataError when only a fresh lock will do, and it does not hold the platform or is open for it
 */
export async function lockedKernel(
  lock: Lock,
  { name, kernel }: Environment,
  platform: string | undefined,
  options: LockOptions,
  context: Context,
): Promise<string | undefined> {
  if (kernel === undefined || !hasDependencies(kernel)) return undefined;
  const [only = ''] = Object.keys(lock.platforms);
  const wanted = platform === undefined ? only : (condaPlatform(platform) ?? platform);
  const packages = lock.platforms[wanted];
  const isFrozen = isFrozenStart(options, context);
  if (packages !== undefined) {
    const { openPip } = await import('../lock/lock-state.ts');
    const open = openPip(lock, wanted);
    if (isFrozen && open.length > 0) throw refusal(name, 'has a lock that is open', open);
    const { lockedSpecification } = await import('../lock/locked-specification.ts');
    return lockedSpecification(packages, lock.content);
  }
  const line = lockLine(name, [...Object.keys(lock.platforms), wanted]);
  if (isFrozen) throw refusal(name, `has a lock without ${wanted}`, [], line);
  const what = `the lock of ${quote(name)} has no ${wanted}, so its kernel is not locked`;
  warn(context, what, line);
  return undefined;
}

/**
 * Whether only what is locked may start.
 *
 * @throws UsageError when the lock is to be left out, too
 */
export function isFrozenStart({ frozen, lock }: LockOptions, { host }: Context): boolean {
  const byVariable = !['', '0', 'false'].includes(host.env['SUBMARINE_FROZEN'] ?? '');
  const isFrozen = frozen ?? byVariable;
  if (lock === false && isFrozen) {
    throw new UsageError(
      'a frozen start needs the lock that --no-lock leaves out',
      'leave out --no-lock, or --frozen and SUBMARINE_FROZEN',
    );
  }
  return isFrozen;
}

function refusal(
  name: string,
  what: string,
  changes: readonly string[],
  line = lockLine(name),
): InvalidDataError {
  const why = changes.length === 0 ? '' : `: ${changes.join(', ')}`;
  return new InvalidDataError(
    `the environment ${quote(name)} ${what}${why}`,
    `lock it: ${line}, or leave --frozen out`,
  );
}

function warn({ io }: Context, message: string, line: string): void {
  io.note(`submarine: warning: ${message}`);
  io.note(`  lock it again: ${line}`);
}
