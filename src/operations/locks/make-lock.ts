import type { Environment } from '../../environment/environment.ts';
import { InvalidDataError, UsageError } from '../../errors.ts';
import type { KernelContent } from '../../kernel/kernel-content.ts';
import { hasDependencies } from '../../kernel/kernel-content.ts';
import { condaPlatform } from '../../lock/conda-platform.ts';
import { contentChanges } from '../../lock/content-changes.ts';
import type { Lock, LockedImage, LockedPackage, PlatformLock } from '../../lock/lock.ts';
import { pipName } from '../../lock/package-order.ts';
import { uncheckedPackages } from '../../lock/unchecked-packages.ts';
import { channelFolder } from '../../solver/kept-file.ts';
import { openSolver } from '../../solver/solve-kernel.ts';
import { virtualPackages } from '../../solver/virtual-packages.ts';
import { nearest } from '../../text/nearest.ts';
import { quote } from '../../text/quote.ts';
import type { Call } from '../events.ts';
import { tellStep, warn } from '../events.ts';
import { lentVariables, warnOfWithheldLogins } from '../lent-variables.ts';
import type { Submarine } from '../submarine.ts';
import { lockImage } from './lock-image.ts';
import { lockPip } from './lock-pip.ts';
import type { LockRequest, LockWork } from './lock-work.ts';
import { askTarget } from './ask-target.ts';

/**
 * Finds the exact image and packages of an environment.
 *
 * @throws InvalidDataError when its packages cannot be found, or do not go together
 */
export async function makeLock(
  environment: Environment,
  request: LockRequest,
  submarine: Submarine,
  call?: Call,
): Promise<Lock> {
  const { kernel } = environment;
  refuseUnknownUpdates(request);
  const reference = environment['docker-image'];
  const kept = imageToKeep(reference, request);
  const image = await lockImage(reference, { ...request, kept }, submarine, call);
  const { channels = [], dependencies = [] } = kernel ?? {};
  const lock = { image: image.locked, content: { channels, dependencies } };
  if (kernel === undefined || !hasDependencies(kernel)) return { ...lock, platforms: {} };
  const { folders } = submarine.caller;
  const { variables, withheldLogins } = await lentVariables(submarine);
  await warnOfWithheldLogins(withheldLogins, submarine, call);
  const solve = await openSolver({
    env: variables,
    home: folders.home,
    channelFolder: channelFolder(folders.host),
    offline: request.offline ?? false,
    leftOut: (message) => warn(call, { code: 'channel-left-out', message }),
    signal: call?.signal,
  });
  const work: LockWork = { environment, request, image, solve, submarine, call };
  const platforms: Record<string, PlatformLock> = { ...platformsToKeep(request, lock.content) };
  for (const platform of platformsOf(work)) {
    const locked = await lockPlatform(platform, work);
    platforms[platform] = locked;
    const packages = uncheckedPackages(locked);
    if (packages.length > 0) warn(call, { code: 'no-checksum', platform, packages });
  }
  return { ...lock, platforms };
}

/** An update of packages is none of the image; what is still open is found out. */
function imageToKeep(reference: string, { update, before }: LockRequest): LockedImage | undefined {
  const image = update === undefined ? undefined : before?.image;
  const isKnown = image?.digest !== undefined || image?.local !== undefined;
  return isKnown && image.reference === reference ? image : undefined;
}

/** Those that are asked for; else the image's, and what the old lock has: no one loses what a colleague locked. */
function platformsOf({ request, image: { facts } }: LockWork): readonly string[] {
  if (request.platforms !== undefined) return [...new Set(request.platforms)].toSorted();
  const own = facts === undefined ? 'linux-64' : condaPlatform(facts.platform);
  if (own === undefined) {
    throw new UsageError(
      `conda has no packages for the platform ${quote(facts?.platform ?? '')} of the image`,
      undefined,
      { code: 'image-platform-unknown', data: { platform: facts?.platform } },
    );
  }
  return [...new Set([own, ...Object.keys(request.before?.platforms ?? {})])].toSorted();
}

/** An update leaves platforms as they are that it is not asked for, as long as they are for the same. */
function platformsToKeep(
  { update, before }: LockRequest,
  content: KernelContent,
): Lock['platforms'] {
  const isFor = update !== undefined && before !== undefined;
  return isFor && contentChanges(before.content, content).same ? before.platforms : {};
}

async function lockPlatform(platform: string, work: LockWork): Promise<PlatformLock> {
  const { environment, request, solve } = work;
  const content = environment.kernel ?? {};
  const target = virtualPackages(await askTarget(platform, work));
  tellStep(work.call, { step: 'solving', environment: environment.name, platform });
  const locked = packagesToKeep(platform, content, request);
  const packages = await solve(content, {
    platform,
    virtualPackages: target,
    ...(locked === undefined ? {} : { locked }),
  });
  const conda = { virtualPackages: target, packages };
  return hasPipLines(content) ? { ...conda, pip: await lockPip(platform, conda, work) } : conda;
}

/** What comes from other channels than those of before is not kept: the solver would take it from any. */
function packagesToKeep(
  platform: string,
  content: KernelContent,
  { update, before }: LockRequest,
): readonly LockedPackage[] | undefined {
  if (update === undefined || before === undefined) return undefined;
  if (contentChanges(before.content, content).channels !== undefined) return undefined;
  const changing = new Set(update.map(pipName));
  return before.platforms[platform]?.packages.filter(({ name }) => !changing.has(pipName(name)));
}

/** A name that is misspelt would change nothing without a word. */
function refuseUnknownUpdates({ update = [], before }: LockRequest): void {
  const known = new Set(
    Object.values(before?.platforms ?? {}).flatMap(({ packages, pip = [] }) =>
      [packages, pip === 'open' ? [] : pip].flat().map(({ name }) => pipName(name)),
    ),
  );
  for (const name of update) {
    if (known.has(pipName(name))) continue;
    const meant = nearest(name, known);
    throw new InvalidDataError(`the lock has no package ${quote(name)}`, undefined, {
      code: 'package-not-locked',
      data: { name, nearest: meant },
    });
  }
}

function hasPipLines({ dependencies = [] }: KernelContent): boolean {
  return dependencies.some((item) => typeof item !== 'string' && item.pip.length > 0);
}
