import type { CachedKernel } from './cached-kernel.ts';

/** Which kernels may go. */
export interface PruneRule {
  /** Those not used for so long, whoever may want them; undefined: for 30 days, and no environment wants them. */
  readonly unusedMs: number | undefined;
  /** So many, used last, stay anyway. */
  readonly keep: number;
  /** The digests of the kernels that environments may look for. */
  readonly wanted: ReadonlySet<string>;
  /** The digests of those that a container uses. */
  readonly inUse: ReadonlySet<string>;
  readonly now: Date;
}

/** A month in which nobody missed it. */
const UNUSED_MS = 30 * 24 * 60 * 60 * 1000;
/** Whoever used it within an hour may be about to start it, or to start it again. */
const RECENT_MS = 60 * 60 * 1000;

/**
 * Chooses the kernels that a prune removes: what a build left unfinished, what no start takes any more, and what was not
 * used for long. One that is being built or in use is never among them, nor one that was used in the last hour.
 *
 * @param kernels - the one used last first
 */
export function chooseKernels(
  kernels: readonly CachedKernel[],
  { unusedMs, keep, wanted, inUse, now }: PruneRule,
): readonly CachedKernel[] {
  const complete = kernels.filter(({ state }) => state === 'complete');
  const kept = new Set(complete.slice(0, keep));
  return kernels.filter((kernel) => {
    if (inUse.has(kernel.digest) || kernel.state === 'building' || kept.has(kernel)) return false;
    if (kernel.state !== 'complete') return true;
    const ageMs = now.getTime() - kernel.lastUsed.getTime();
    return unusedMs === undefined
      ? ageMs >= UNUSED_MS && !wanted.has(kernel.digest)
      : ageMs >= Math.max(unusedMs, RECENT_MS);
  });
}
