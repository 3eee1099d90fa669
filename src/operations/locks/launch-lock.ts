import type { Environment } from '../../environment/environment.ts';
import { InvalidDataError } from '../../errors.ts';
import { hasDependencies } from '../../kernel/kernel-content.ts';
import type { LockedKernel } from '../../launch/launch-request.ts';
import { condaPlatform } from '../../lock/conda-platform.ts';
import type { Lock } from '../../lock/lock.ts';
import { quote } from '../../text/quote.ts';
import type { Call } from '../events.ts';
import { warn } from '../events.ts';
import type { LockPolicy } from '../runs/run-request.ts';
import type { Submarine } from '../submarine.ts';

/**
 * The lock by which an environment is started; undefined where there is none to be used. A stale one is said to be.
 *
 * @throws InvalidDataError when only a fresh lock will do, and it is stale, not there, does not know the image, or has
 *   lost checksums
 */
export async function findLaunchLock(
  environment: Environment,
  policy: LockPolicy,
  { store }: Submarine,
  call?: Call,
): Promise<Lock | undefined> {
  if (policy === 'ignore') return undefined;
  const mustBeFresh = policy === 'require';
  const { name, kernel, 'docker-image': image } = environment;
  const text = await store.findLock(name);
  if (text === undefined) {
    if (mustBeFresh) throw new LockRefusedError(name, 'has no lock');
    return undefined;
  }
  const { parseLock } = await import('../../lock/lock-file.ts');
  const { lockState, openChecksums, openImage } = await import('../../lock/lock-state.ts');
  const lock = await parseLock(text, store.lockLocation(name));
  const { state, changes } = lockState(lock, { kernel, image });
  if (mustBeFresh && state === 'stale') {
    throw new LockRefusedError(name, 'has a lock that is stale', changes);
  }
  // What pip installs on other platforms is nothing to this start, whose platform is not known yet. A lock that has
  // lost a checksum was damaged, whatever the platform.
  const open = [...openImage(lock), ...openChecksums(lock)];
  if (mustBeFresh && open.length > 0) {
    throw new LockRefusedError(name, 'has a lock that is open', open);
  }
  if (state !== 'stale') return lock;
  warn(call, { code: 'lock-stale', environment: name, changes });
  return undefined;
}

/**
 * What the kernel of an environment is built from by its lock; undefined where the lock says nothing of it.
 *
 * @param start - `platform` is the image's, as docker names it; undefined while nobody knows
 * @throws InvalidDataError when only a fresh lock will do, and it does not hold the platform or is open for it
 */
export async function lockedKernel(
  lock: Lock,
  { name, kernel }: Environment,
  { platform, policy }: { readonly platform: string | undefined; readonly policy: LockPolicy },
  call?: Call,
): Promise<LockedKernel | undefined> {
  if (kernel === undefined || !hasDependencies(kernel)) return undefined;
  const platforms = Object.keys(lock.platforms);
  // A run without a lock has recorded its image alone.
  if (platforms.length === 0 && policy !== 'require') return undefined;
  const [only = ''] = platforms;
  const wanted = platform === undefined ? only : (condaPlatform(platform) ?? platform);
  const packages = lock.platforms[wanted];
  const mustBeFresh = policy === 'require';
  if (packages !== undefined) {
    const { openPip } = await import('../../lock/lock-state.ts');
    const open = openPip(lock, wanted);
    if (mustBeFresh && open.length > 0) {
      throw new LockRefusedError(name, 'has a lock that is open', open);
    }
    const { lockedSpecification } = await import('../../lock/locked-specification.ts');
    return { specification: lockedSpecification(packages, lock.content), packages };
  }
  if (mustBeFresh) {
    throw new LockRefusedError(name, `has a lock without ${wanted}`, [], [...platforms, wanted]);
  }
  warn(call, { code: 'lock-without-platform', environment: name, platform: wanted, platforms });
  return undefined;
}

/** Only a fresh and whole lock will do, and there is none. */
class LockRefusedError extends InvalidDataError {
  /** @param platforms - those that it should be locked for; none for those that it is locked for already */
  constructor(
    name: string,
    what: string,
    changes: readonly string[] = [],
    platforms: readonly string[] = [],
  ) {
    const why = changes.length === 0 ? '' : `: ${changes.join(', ')}`;
    super(`the environment ${quote(name)} ${what}${why}`, undefined, {
      code: 'lock-refused',
      data: { name, changes, platforms },
    });
  }
}
