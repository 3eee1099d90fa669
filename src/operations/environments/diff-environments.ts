import { InvalidDataError } from '../../errors.ts';
import type { LockDiff } from '../../lock/lock-diff.ts';
import { diffLocks } from '../../lock/lock-diff.ts';
import type { Lock, LockedImage } from '../../lock/lock.ts';
import type { ProfileDiff } from '../../lock/profile-diff.ts';
import { diffProfile } from '../../lock/profile-diff.ts';
import { quote } from '../../text/quote.ts';
import { requireCapability } from '../capabilities.ts';
import type { Call } from '../events.ts';
import { ifEngineAnswers } from '../if-engine-answers.ts';
import { lockedAs } from '../locks/lock-image.ts';
import { readStoredLock, requireLock } from '../locks/stored-lock.ts';
import type { Submarine } from '../submarine.ts';

/** Two environments whose locks are to be compared. */
export interface DiffRequest {
  readonly name: string;
  readonly other: string;
  /** Those to compare; without them all that both have. */
  readonly platforms?: readonly string[] | undefined;
}

/**
 * How the locks of two environments differ.
 *
 * @throws InvalidDataError when one has no lock, or neither has a platform that is asked for
 */
export async function diffEnvironments(
  submarine: Submarine,
  { name, other, platforms }: DiffRequest,
): Promise<LockDiff> {
  const before = requireLock(await readStoredLock(name, submarine));
  const after = requireLock(await readStoredLock(other, submarine));
  const held = { ...before.platforms, ...after.platforms };
  const missing = platforms?.find((platform) => !Object.hasOwn(held, platform));
  if (missing !== undefined) {
    const names = Object.keys(held);
    throw new InvalidDataError(
      `neither of the locks has ${quote(missing)}`,
      names.length === 0 ? 'neither has a kernel' : `they have ${names.join(', ')}`,
    );
  }
  return diffLocks(before, after, platforms);
}

/**
 * What an environment says now and its lock does not; and which image its name means now, where an engine can tell.
 *
 * @throws InvalidDataError when it has no lock
 */
export async function diffFromLock(
  submarine: Submarine,
  { name }: { readonly name: string },
  call?: Call,
): Promise<ProfileDiff> {
  const stored = await readStoredLock(name, submarine);
  const lock = requireLock(stored);
  const { kernel, 'docker-image': image } = stored.environment;
  const present = await ifEngineAnswers(presentImage(image, lock, submarine, call));
  return diffProfile(lock, { kernel, image }, present);
}

/** What the reference means to the engine; undefined where it does not have the image. */
async function presentImage(
  reference: string,
  { image }: Lock,
  submarine: Submarine,
  call: Call | undefined,
): Promise<LockedImage | undefined> {
  const images = requireCapability(await submarine.engine(), 'images');
  const facts = await images.find(reference, call);
  if (facts === undefined) return undefined;
  const { digest } = image;
  // One image may have a digest for each registry that it was pushed to.
  const isLocked = facts.digests.some((held) => held.endsWith(`@${digest}`));
  return digest !== undefined && isLocked ? { reference, digest } : lockedAs(reference, facts);
}
