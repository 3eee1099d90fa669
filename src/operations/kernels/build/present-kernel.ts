import { InvalidDataError } from '../../../errors.ts';
import { kernelMutexPath, withKernelMutex } from '../../../kernel-cache/kernel-mutex.ts';
import type { KernelPlace } from '../../../kernel-cache/kernel-place.ts';
import { noteUse } from '../../../kernel-cache/kernel-uses.ts';
import { requireBuildable } from '../../../launch/wanted-kernel.ts';
import type { EnteredKernel, WantedKernel } from '../../../launch/wanted-kernel.ts';
import { bakedKernel, findWantedKernel, kernelId } from '../../../launch/wanted-kernel.ts';
import { quote } from '../../../text/quote.ts';
import { tellStep, warn } from '../../events.ts';
import { findPlatform, rememberedPlatform, UNKNOWN_PLATFORM } from './find-platform.ts';
import type { KernelLaunch } from './kernel-work.ts';
import { openKernelPlace } from './open-kernel-place.ts';

/**
 * Sees to it that the kernel of a launch is there: what the image holds is, another one is looked for on this machine
 * and built where it is missing.
 *
 * @returns the kernel as the launch's container sees it; undefined where it has none, or one that its image holds by name
 * @throws SubmarineError when it cannot be built
 */
export async function presentKernel(launch: KernelLaunch): Promise<EnteredKernel | undefined> {
  const wanted = findWantedKernel(launch.environment.kernel, launch.facts);
  if (wanted === undefined) return undefined;
  if (wanted.isBaked) return bakedKernel(wanted);
  const path = `${await findPlatform(launch)}/${kernelId(wanted.digest)}`;
  const place = await openKernelPlace(launch);
  // Before the look at its mark: a kernel that is about to be removed is then seen to be in use.
  await noteUse(launch.submarine.caller.folders.host, place.location, path);
  const found = { place, path, wanted };
  if (launch.lock === 'require') await refuseChanged(launch, found);
  if (!(await isThere(place, path, wanted))) await buildOnce(launch, found);
  return place.enter(path, wanted.digest, launch.call?.signal);
}

/** What is locked is what runs: a kernel that is there must be as its build left it. */
async function refuseChanged(
  { environment, call }: KernelLaunch,
  { place, path, wanted }: Sought,
): Promise<void> {
  const digest = await place.findDigest(path, call?.signal);
  if (digest === undefined) return;
  const isOther = digest !== wanted.digest;
  const differences = isOther
    ? ['it was made from another lock']
    : await place.differences(path, call?.signal);
  if (differences.length === 0) return;
  throw new InvalidDataError(
    `the kernel of ${quote(environment.name)} was changed after it was built: ${differences.slice(0, 3).join(', ')}`,
    undefined,
    {
      code: 'kernel-changed',
      data: { name: environment.name, digest: kernelId(wanted.digest), differences },
    },
  );
}

/** The same for a line that is only looked at: nothing is started, and where the platform is not known it stays open. */
export async function plannedKernel(launch: KernelLaunch): Promise<EnteredKernel | undefined> {
  const wanted = findWantedKernel(launch.environment.kernel, launch.facts);
  if (wanted === undefined) return undefined;
  if (wanted.isBaked) return bakedKernel(wanted);
  const platform = rememberedPlatform(launch);
  const path = `${platform ?? UNKNOWN_PLATFORM}/${kernelId(wanted.digest)}`;
  const place = await openKernelPlace(launch);
  if (platform === undefined || !(await isThere(place, path, wanted))) {
    warn(launch.call, { code: 'kernel-not-built', environment: launch.environment.name });
  }
  return place.enter(path, wanted.digest);
}

/** Where a kernel is looked for. */
interface Sought {
  readonly place: KernelPlace;
  readonly path: string;
  readonly wanted: WantedKernel;
}

/** Of several launches at once one builds, and the others wait for it. */
async function buildOnce(launch: KernelLaunch, sought: Sought): Promise<void> {
  const { submarine, environment, call } = launch;
  const { place, path, wanted } = sought;
  const mutex = kernelMutexPath(submarine.caller.folders.host, place.location, path);
  const options = {
    waitMs: Number.POSITIVE_INFINITY,
    pollMs: 100,
    signal: call?.signal,
    waiting: (holder: string) =>
      tellStep(call, { step: 'waiting-for-kernel', environment: environment.name, holder }),
  };
  await withKernelMutex(mutex, options, async () => {
    if (await isThere(place, path, wanted)) return;
    const { makeKernel } = await import('./make-kernel.ts');
    const kernel = requireBuildable(environment);
    await makeKernel({ ...launch, kernel, digest: wanted.digest, path, place });
    if (await isThere(place, path, wanted)) return;
    throw new InvalidDataError(
      `the kernel of ${quote(environment.name)} was built, and is not there`,
      'look whether something else removes files from the folder for kernels',
      { code: 'kernel-vanished', data: { path } },
    );
  });
}

async function isThere(
  place: KernelPlace,
  path: string,
  { digest }: WantedKernel,
): Promise<boolean> {
  return (await place.findDigest(path)) === digest;
}
