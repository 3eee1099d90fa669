import { ExitCode, InvalidDataError, SubmarineError, UsageError } from '../../../errors.ts';
import { formatDiff } from '../../../lock/format-diff.ts';
import { diffLocks, isSame } from '../../../lock/lock-diff.ts';
import type { Lock, LockedImage } from '../../../lock/lock.ts';
import { diffProfile, formatProfileDiff, isProfileSame } from '../../../lock/profile-diff.ts';
import { quote } from '../../../text/quote.ts';
import type { Context } from '../../context.ts';
import { lockedAs } from '../../lock/lock-image.ts';
import { toJson } from '../../options/output-options.ts';
import { readStoredLock, requireLock } from '../../stored-lock.ts';

export interface DiffOptions {
  readonly platform?: readonly string[];
  readonly exitCode?: boolean;
  readonly output: 'text' | 'json';
}

const DIFFERENT = 1;

/** Prints how the locks of two environments differ. */
export async function diffEnvironments(
  [name, other]: readonly [string, string],
  { platform, exitCode = false, output }: DiffOptions,
  context: Context,
): Promise<void> {
  const before = requireLock(await readStoredLock(name, context));
  const after = requireLock(await readStoredLock(other, context));
  const missing = platform?.find((name) => !hasPlatform(before, name) && !hasPlatform(after, name));
  if (missing !== undefined) {
    const held = Object.keys({ ...before.platforms, ...after.platforms });
    throw new InvalidDataError(
      `neither of the locks has ${quote(missing)}`,
      held.length === 0 ? 'neither has a kernel' : `they have ${held.join(', ')}`,
    );
  }
  const diff = diffLocks(before, after, platform);
  const same = isSame(diff);
  if (output === 'json') context.io.out(toJson(diff));
  else if (same) context.io.note(`the locks of ${quote(name)} and ${quote(other)} are the same`);
  else for (const line of formatDiff(diff)) context.io.out(line);
  if (exitCode && !same) context.exitWith(DIFFERENT);
}

/** Prints what an environment says now and its lock does not. */
export async function diffFromLock(
  name: string,
  { platform, exitCode = false, output }: DiffOptions,
  context: Context,
): Promise<void> {
  if (platform !== undefined) {
    throw new UsageError(
      'a profile is the same for every platform',
      'leave --platform out, or name a second environment',
    );
  }
  const stored = await readStoredLock(name, context);
  const lock = requireLock(stored);
  const { kernel, 'docker-image': image } = stored.environment;
  const diff = diffProfile(lock, { kernel, image }, await presentImage(image, lock, context));
  const same = isProfileSame(diff);
  if (output === 'json') context.io.out(toJson({ name, ...diff }));
  else if (same) context.io.note(`the lock of ${quote(name)} is for what its profile says`);
  else for (const line of formatProfileDiff(diff)) context.io.out(line);
  if (output === 'text') for (const words of diff.open) context.io.note(`open: ${words}`);
  if (exitCode && !same) context.exitWith(DIFFERENT);
}

function hasPlatform({ platforms }: Lock, name: string): boolean {
  return Object.hasOwn(platforms, name);
}

/** What the reference means to the engine; undefined where there is no engine, or it does not have the image. */
async function presentImage(
  reference: string,
  { image }: Lock,
  context: Context,
): Promise<LockedImage | undefined> {
  try {
    const facts = await (await context.engine()).findImage(reference);
    if (facts === undefined) return undefined;
    const { digest } = image;
    // One image may have a digest for each registry that it was pushed to.
    const isLocked = facts.digests.some((held) => held.endsWith(`@${digest}`));
    return digest !== undefined && isLocked ? { reference, digest } : lockedAs(reference, facts);
  } catch (error) {
    if (error instanceof SubmarineError && error.exitCode === ExitCode.engineUnavailable)
      return undefined;
    throw error;
  }
}
