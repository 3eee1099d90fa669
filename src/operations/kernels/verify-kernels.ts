import type { CachedKernel } from '../../kernel-cache/cached-kernel.ts';
import { checkFiles } from '../../kernel-cache/check-files.ts';
import { checkAgainstLock } from '../../kernel-cache/check-lock.ts';
import type { KernelCache } from '../../kernel-cache/kernel-cache.ts';
import type { PlatformLock } from '../../lock/lock.ts';
import type { Call } from '../events.ts';
import type { Submarine } from '../submarine.ts';
import { findKernelUsers } from './kernel-users.ts';
import { kernelsNamed } from './kernels-named.ts';
import type { EngineChoice } from './open-kernels.ts';
import { openKernels } from './open-kernels.ts';

/** Which kernels to verify. */
export interface VerifyRequest extends EngineChoice {
  /** An environment, or the beginning of a digest; without it every kernel. */
  readonly name?: string | undefined;
}

/** What the verified kernels are like. */
export interface Verification {
  /** Where the kernels lie for the user. */
  readonly location: string;
  readonly kernels: readonly VerifiedKernel[];
}

/** How a kernel differs from what was built. */
export interface VerifiedKernel {
  readonly digest: string;
  /** A line for each file, record or package that is not as it should be. */
  readonly differences: readonly string[];
}

/**
 * Compares kernels with their records, file by file, and with their locks.
 *
 * @throws SubmarineError of the kind `not-found` when the kernel that is named is not built
 */
export async function verifyKernels(
  submarine: Submarine,
  { name, engine }: VerifyRequest = {},
  call?: Call,
): Promise<Verification> {
  const { store } = submarine;
  const { cache } = await openKernels(submarine, engine, call);
  const listed = await cache.list(call?.signal);
  const complete = listed.filter(({ state }) => state === 'complete');
  const chosen = name === undefined ? complete : await kernelsNamed(name, complete, store);
  const locks = await locksByDigest(submarine);
  const kernels: VerifiedKernel[] = [];
  for (const kernel of chosen) {
    const { digest } = kernel;
    kernels.push({
      digest,
      differences: await differencesOf(kernel, locks.get(digest), cache, call),
    });
  }
  return { location: cache.location, kernels };
}

async function locksByDigest({ store }: Submarine): Promise<ReadonlyMap<string, PlatformLock>> {
  const users = await findKernelUsers(store);
  return new Map(
    users
      .flatMap(({ wanted }) => wanted)
      .flatMap(({ digest, locked }) =>
        locked === undefined ? [] : [[digest, locked.packages] as const],
      ),
  );
}

async function differencesOf(
  kernel: CachedKernel,
  lock: PlatformLock | undefined,
  cache: KernelCache,
  call: Call | undefined,
): Promise<readonly string[]> {
  const { records, files } = await cache.contents(kernel, call?.signal);
  return [
    ...(lock === undefined ? [] : checkAgainstLock(records, lock)),
    ...checkFiles(records, files),
  ];
}
