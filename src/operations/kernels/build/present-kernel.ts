import { errorCode, InvalidDataError } from '../../../errors.ts';
import { noteUse } from '../../../kernel-cache/kernel-uses.ts';
import { requireBuildable } from '../../../launch/wanted-kernel.ts';
import type { EnteredKernel } from '../../../launch/wanted-kernel.ts';
import { bakedKernel, findWantedKernel, kernelId } from '../../../launch/wanted-kernel.ts';
import { quote } from '../../../text/quote.ts';
import { warn } from '../../events.ts';
import { findPlatform, rememberedPlatform, UNKNOWN_PLATFORM } from './find-platform.ts';
import type { KernelLaunch } from './kernel-work.ts';
import { openKernelPlace } from './open-kernel-place.ts';
import type { Sought } from './wait-for-kernel.ts';
import { isThere, waitForKernel } from './wait-for-kernel.ts';

/**
 * Sees to it that the kernel of a launch is there: what the image holds is, another one is looked for on this machine
 * and built where it is missing.
 *
 * @param options - `isGone`: the engine has not found it, though it seemed to be there
 * @returns the kernel as the launch's container sees it; undefined where it has none, or one that its image holds by name
 * @throws SubmarineError when it cannot be built
 */
export async function presentKernel(
  launch: KernelLaunch,
  { isGone = false }: { readonly isGone?: boolean } = {},
): Promise<EnteredKernel | undefined> {
  const wanted = findWantedKernel(launch.environment.kernel, launch.facts);
  if (wanted === undefined) return undefined;
  if (wanted.isBaked) return bakedKernel(wanted);
  const path = `${await findPlatform(launch)}/${kernelId(wanted.digest)}`;
  const place = await openKernelPlace(launch);
  if (isGone) await place.forget(path);
  // Before the look at its mark: a kernel that is about to be removed is then seen to be in use.
  await noteUse(launch.submarine.caller.folders.host, place.location, path).catch(ignoreUnwritable);
  const found = { place, path, wanted };
  if (launch.lock === 'require') await refuseChanged(launch, found);
  if (!(await isThere(found))) await buildOnce(launch, found);
  return place.enter(path, wanted.digest, launch.call?.signal);
}

/** Where nothing can be written nothing is removed either, and a kernel that is there starts. */
function ignoreUnwritable(error: unknown): void {
  if (!['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT'].includes(errorCode(error) ?? ''))
    throw error;
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
  if (platform === undefined || !(await isThere({ place, path, wanted }))) {
    warn(launch.call, { code: 'kernel-not-built', environment: launch.environment.name });
  }
  return place.enter(path, wanted.digest);
}

/** Whether the kernel of a launch is there, so that nothing need be built. */
export async function isKernelPresent(launch: KernelLaunch): Promise<boolean> {
  const wanted = findWantedKernel(launch.environment.kernel, launch.facts);
  if (wanted === undefined || wanted.isBaked) return true;
  const path = `${await findPlatform(launch)}/${kernelId(wanted.digest)}`;
  return isThere({ place: await openKernelPlace(launch), path, wanted });
}

/** Of several launches at once one builds, and the others wait for it. */
async function buildOnce(launch: KernelLaunch, sought: Sought): Promise<void> {
  const { environment } = launch;
  const { place, path, wanted } = sought;
  await waitForKernel(launch, sought, async () => {
    if (await isThere(sought)) return;
    const { makeKernel } = await import('./make-kernel.ts');
    const kernel = requireBuildable(environment);
    await makeKernel({ ...launch, kernel, digest: wanted.digest, path, place });
    if (await isThere(sought)) return;
    throw new InvalidDataError(
      `the kernel of ${quote(environment.name)} was built, but is gone`,
      'check whether another program removes files from the folder for kernels',
      { code: 'kernel-vanished', data: { path } },
    );
  });
}
