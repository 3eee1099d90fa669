import type { StartedRun, Streams } from '../../engines/engine.ts';
import { InvalidDataError } from '../../errors.ts';
import { requireBuildable } from '../../launch/built-kernel.ts';
import { chosenEnvironment } from '../environments/choose-environment.ts';
import type { Call } from '../events.ts';
import type { ContainerRequest } from '../runs/run-request.ts';
import { launch, showLaunch } from '../runs/start-run.ts';
import type { Submarine } from '../submarine.ts';

/** A build of a kernel that has begun. */
export interface KernelBuild {
  /** The first 32 digits of the digest of what it is made from, as its folder is named. */
  readonly digest: string;
  /** The container that builds; it ends with 0 when the kernel is there, else the bootstrap has said why. */
  readonly run: StartedRun;
}

const PURPOSE = { kind: 'build' } as const;
const COMMAND = { command: ['true'], code: false } as const;

/**
 * Builds the kernel of an environment, where it is not there already.
 *
 * @throws InvalidDataError when there is no kernel to build
 */
export async function buildKernel(
  submarine: Submarine,
  request: ContainerRequest,
  streams: Streams,
  call?: Call,
): Promise<KernelBuild> {
  const named = await withBuildable(submarine, request);
  const { run, plan } = await launch(submarine, PURPOSE, named, streams, call);
  const digest = plan.labels['submarine.digest'];
  if (digest === undefined) throw new InvalidDataError('the kernel has no digest');
  return { digest: digest.slice(0, 32), run };
}

/** The exact command that `buildKernel` comes to. */
export async function showKernelBuild(
  submarine: Submarine,
  request: ContainerRequest,
  call?: Call,
): Promise<string> {
  return showLaunch(submarine, PURPOSE, await withBuildable(submarine, request), call);
}

/**
 * Refuses environments whose kernels cannot be built, so that of several none is begun.
 *
 * @throws EnvironmentNotFoundError for the first name that the store does not hold
 * @throws InvalidDataError for the first that has no kernel to build
 */
export async function checkBuildable(
  { store }: Submarine,
  names: readonly string[],
): Promise<void> {
  for (const name of names) requireBuildable((await store.get(name)).environment);
}

async function withBuildable(submarine: Submarine, request: ContainerRequest) {
  const { environment } = await chosenEnvironment(submarine, request.environment);
  requireBuildable(environment);
  return { ...request, ...COMMAND, environment: environment.name };
}
