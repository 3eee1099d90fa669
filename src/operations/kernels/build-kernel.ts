import type { Streams } from '../../engines/engine.ts';
import type { Gpus } from '../../launch/resources.ts';
import { kernelId, requireBuildable } from '../../launch/wanted-kernel.ts';
import { chosenEnvironment, requireChosenName } from '../environments/choose-environment.ts';
import type { Call } from '../events.ts';
import type { ImageChoice } from '../runs/run-request.ts';
import { prepareLaunch, shower } from '../runs/start-run.ts';
import type { Submarine } from '../submarine.ts';
import { presentKernel } from './build/present-kernel.ts';

/** A kernel to build. Its containers are this user's and get none of what a run is given. */
export interface BuildRequest extends ImageChoice {
  readonly memoryBytes?: number | undefined;
  /** For packages that ask for CUDA. */
  readonly gpus?: Gpus | undefined;
}

/** A kernel that is there. */
export interface BuiltKernel {
  /** The first 32 digits of the digest of what it is made from, as its folder is named. */
  readonly digest: string;
}

const PURPOSE = { kind: 'build' } as const;
const COMMAND = { command: ['true'], code: false } as const;

/**
 * Builds the kernel of an environment, where it is not there already.
 *
 * @param streams - shown what the build says
 * @throws InvalidDataError when there is no kernel to build
 * @throws SubmarineError when it cannot be built
 */
export async function buildKernel(
  submarine: Submarine,
  request: BuildRequest,
  { stderr }: Pick<Streams, 'stderr'>,
  call?: Call,
): Promise<BuiltKernel> {
  const way = { dryRun: false, show: shower(stderr) };
  const named = await withBuildable(submarine, request);
  const kernel = await presentKernel(await prepareLaunch(submarine, PURPOSE, named, way, call));
  return { digest: kernelId(kernel?.digest ?? '') };
}

/** The exact commands of the containers that `buildKernel` comes to, as far as they are known beforehand. */
export async function showKernelBuild(
  submarine: Submarine,
  request: BuildRequest,
  call?: Call,
): Promise<string> {
  const way = { dryRun: true, show: () => {} };
  const named = await withBuildable(submarine, request);
  const prepared = await prepareLaunch(submarine, PURPOSE, named, way, call);
  const { showMakeKernel } = await import('./build/show-make-kernel.ts');
  return showMakeKernel(prepared);
}

/**
 * Refuses environments whose kernels cannot be built, so that of several none is begun.
 *
 * @throws EnvironmentNotFoundError for the first name that the store does not hold
 * @throws InvalidDataError for the first that has no kernel to build
 */
export async function checkBuildable(
  submarine: Submarine,
  names: readonly string[],
): Promise<void> {
  for (const name of names) {
    requireBuildable((await chosenEnvironment(submarine, name)).environment);
  }
}

async function withBuildable(submarine: Submarine, request: BuildRequest) {
  const name = request.environment ?? (await requireChosenName(submarine));
  requireBuildable((await chosenEnvironment(submarine, name)).environment);
  return { ...request, ...COMMAND, environment: name };
}
