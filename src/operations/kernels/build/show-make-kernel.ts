import type { Build, BuildPlace, InstallStep } from '../../../launch/build-containers.ts';
import { planInstallation, planSolve, stepsFor } from '../../../launch/build-containers.ts';
import type { LaunchPlan } from '../../../launch/launch-plan.ts';
import { findWantedKernel, kernelId, requireBuildable } from '../../../launch/wanted-kernel.ts';
import { isPipOpen } from '../../../lock/list-archives.ts';
import { lockedSpecification } from '../../../lock/locked-specification.ts';
import { solveRequestLines } from '../../../lock/solve-request.ts';
import { rememberedPlatform, UNKNOWN_PLATFORM } from './find-platform.ts';
import type { KernelLaunch, Packages } from './kernel-work.ts';
import { containersFor, toBuild } from './make-kernel.ts';
import { openKernelPlace } from './open-kernel-place.ts';

/**
 * The exact commands of the containers that build a kernel, a line each. What is solved first is not known beforehand,
 * so of a kernel without a lock that container alone is shown.
 */
export async function showMakeKernel(launch: KernelLaunch): Promise<string> {
  const { environment, facts, engine } = launch;
  const kernel = requireBuildable(environment);
  const digest = findWantedKernel(kernel, { ...facts, image: undefined })?.digest ?? '';
  const build = toBuild({ ...launch, kernel, digest });
  const path = `${rememberedPlatform(launch) ?? UNKNOWN_PLATFORM}/${kernelId(digest)}`;
  const place = await (await openKernelPlace(launch)).planBuild(path);
  const plans =
    facts.locked === undefined
      ? [planSolve(build, { runId: facts.runId, wanted: solveRequestLines(kernel), place })]
      : installations(launch, build, { packages: facts.locked.packages, place });
  return plans.map((plan) => engine.show(plan)).join('\n');
}

function installations(
  launch: KernelLaunch,
  build: Build,
  { packages, place }: { readonly packages: Packages; readonly place: BuildPlace },
): readonly LaunchPlan[] {
  const list = lockedSpecification(packages, build.kernel);
  const { runId } = launch.facts;
  const plan = (steps: readonly InstallStep[]) =>
    planInstallation(build, { runId, buildId: runId, steps, list, place });
  return isPipOpen(list) ? [plan(['conda'])] : containersFor(stepsFor(list)).map(plan);
}
