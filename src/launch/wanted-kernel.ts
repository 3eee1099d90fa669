import type { Environment, Kernel } from '../environment/environment.ts';
import { InvalidDataError } from '../errors.ts';
import type { KernelContent } from '../kernel/kernel-content.ts';
import { hasDependencies } from '../kernel/kernel-content.ts';
import { kernelDigest, kernelSpecification } from '../kernel/kernel-digest.ts';
import { quote } from '../text/quote.ts';
import { findBakedDigest } from './bake-labels.ts';
import type { LaunchFacts } from './launch-request.ts';
import type { Mount } from './mounts.ts';

/** A kernel that is made from its specification. */
export interface WantedKernel {
  /** SHA-256 of the specification, 64 hexadecimal digits. */
  readonly digest: string;
  /** Whether the image holds it already. */
  readonly isBaked: boolean;
}

/** A kernel that is there, as a container sees it. */
export interface EnteredKernel {
  readonly digest: string;
  /** Its folder in the container. */
  readonly prefix: string;
  /** Its folder alone, read-only; none for one that the image holds. */
  readonly mounts: readonly Mount[];
  /** Of one that is being built: the build in which it is entered. */
  readonly buildId?: string;
}

/** Where kernels are kept in a container. */
export const KERNELS = '/submarine/kernels';
/** Where an image keeps those that were baked into it. */
const BAKED_KERNELS = '/opt/submarine/kernels';

/** What a kernel is called by its folder: the first 32 digits of its digest. */
export function kernelId(digest: string): string {
  return digest.slice(0, 32);
}

/** The folder of a kernel that was baked into an image. */
export function bakedPrefix(digest: string): string {
  return `${BAKED_KERNELS}/${kernelId(digest)}`;
}

/** @throws InvalidDataError when there is nothing to build */
export function requireBuildable({ name, kernel }: Environment): Kernel {
  if (kernel !== undefined && hasDependencies(kernel)) return kernel;
  throw new InvalidDataError(
    `the environment ${quote(name)} has no kernel to build`,
    kernel === undefined
      ? 'list dependencies in its profile'
      : `its image holds the kernel ${quote(kernel.name)} already`,
  );
}

/**
 * The kernel that a launch needs and that its image does not hold by its name alone; undefined where there is none.
 *
 * A locked kernel is made from its lock, another one from what its profile says.
 */
export function findWantedKernel(
  kernel: KernelContent | undefined,
  { locked, image }: Pick<LaunchFacts, 'locked' | 'image'>,
): WantedKernel | undefined {
  if (kernel === undefined || !hasDependencies(kernel)) return undefined;
  const digest = kernelDigest(locked?.specification ?? kernelSpecification(kernel));
  const baked = findBakedDigest(digest, image);
  return { digest: baked ?? digest, isBaked: baked !== undefined };
}

/** A baked kernel, which a container finds in its image. */
export function bakedKernel({ digest }: WantedKernel): EnteredKernel {
  return { digest, prefix: bakedPrefix(digest), mounts: [] };
}

/** A kernel that is being built, as a container of its build sees it. */
export function enterUnfinished(kernel: EnteredKernel, buildId: string): EnteredKernel {
  return { ...kernel, buildId };
}
