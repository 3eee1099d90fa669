import type { CachedKernel } from '../../kernel-cache/cached-kernel.ts';
import { checkContents } from '../../kernel-cache/check-contents.ts';
import type { KernelCache } from '../../kernel-cache/kernel-cache.ts';
import type { PlatformLock } from '../../lock/lock.ts';
import type { Call } from '../events.ts';
import type { Submarine } from '../submarine.ts';
import type { KernelUser } from './kernel-users.ts';
import { findKernelUsers, isUsedBy } from './kernel-users.ts';
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
  /** The names of the environments that a start would find it for. */
  readonly environments: readonly string[];
  /** Whether there is no difference. */
  readonly ok: boolean;
  /**
   * A line for each file, record or package that is not as it should be, and for each that nobody has recorded where it
   * changes which code runs.
   */
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
  const users = await findKernelUsers(store);
  const kernels: VerifiedKernel[] = [];
  for (const kernel of chosen) kernels.push(await verifyKernel(kernel, users, cache, call));
  return { location: cache.location, kernels };
}

async function verifyKernel(
  kernel: CachedKernel,
  users: readonly KernelUser[],
  cache: KernelCache,
  call: Call | undefined,
): Promise<VerifiedKernel> {
  const { digest } = kernel;
  const contents = await cache.contents(kernel, call?.signal);
  const differences = checkContents(contents, lockOf(digest, users));
  const ofKernel = users.filter((user) => isUsedBy(kernel, user));
  const environments = ofKernel.map(({ environment }) => environment.name);
  return { digest, environments, ok: differences.length === 0, differences };
}

function lockOf(digest: string, users: readonly KernelUser[]): PlatformLock | undefined {
  const wanted = users.flatMap((user) => user.wanted);
  return wanted.find((kernel) => kernel.digest === digest && kernel.locked !== undefined)?.locked
    ?.packages;
}
