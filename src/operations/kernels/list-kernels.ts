import type { CachedKernel } from '../../kernel-cache/cached-kernel.ts';
import type { Call } from '../events.ts';
import type { Submarine } from '../submarine.ts';
import { findKernelUsers, isUsedBy } from './kernel-users.ts';
import type { EngineChoice } from './open-kernels.ts';
import { openKernels } from './open-kernels.ts';

/** A kernel that was built, and the environments that a start would find it for. */
export interface ListedKernel extends CachedKernel {
  /** What those environments call it. */
  readonly names: readonly string[];
  /** The names of those environments. */
  readonly environments: readonly string[];
}

/** The kernels that were built. */
export interface KernelList {
  /** Where they lie for the user: a folder's path, or the name of a volume. */
  readonly location: string;
  /** The one used last first. */
  readonly kernels: readonly ListedKernel[];
}

/** The kernels that were built. */
export async function listKernels(
  submarine: Submarine,
  { engine }: EngineChoice = {},
  call?: Call,
): Promise<KernelList> {
  const { cache } = await openKernels(submarine, engine, call);
  const users = await findKernelUsers(submarine.store);
  const kernels = (await cache.list(call?.signal)).map((kernel) => {
    const ofKernel = users.filter((user) => isUsedBy(kernel, user));
    const names = [...new Set(ofKernel.map((user) => user.kernel.name))];
    const environments = ofKernel.map(({ environment }) => environment.name);
    return Object.assign({ names, environments }, kernel);
  });
  return { location: cache.location, kernels };
}
