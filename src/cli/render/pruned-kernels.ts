import type { AbandonedBuild, CachedKernel } from '../../kernel-cache/cached-kernel.ts';
import type { Pruned, StayingKernel } from '../../operations/kernels/prune-kernels.ts';
import { formatBytes } from '../../text/bytes.ts';
import { formatTable } from '../../text/table.ts';
import { formatAgo } from '../../text/time-span.ts';

/** A line for each kernel that goes: its digest, what that frees, and when it was used; and one for each such build. */
export function prunedRows(
  kernels: readonly CachedKernel[],
  abandoned: readonly AbandonedBuild[],
): Promise<readonly string[]> {
  const now = Date.now();
  return formatTable([
    ...kernels.map(({ digest, ownBytes, state, lastUsed }) => [
      digest,
      formatBytes(ownBytes),
      state === 'complete' ? `used ${formatAgo(now - lastUsed.getTime())}` : state,
    ]),
    ...abandoned.map(({ name, bytes }) => [
      name.slice(-32),
      formatBytes(bytes),
      'archives of a build that was killed',
    ]),
  ]);
}

/** What a prune asks before it removes these. */
export function pruneQuestion(
  kernels: readonly CachedKernel[],
  abandoned: readonly AbandonedBuild[],
): string {
  const { length } = kernels;
  if (length === 0) return 'remove the archives of builds that were killed?';
  const what = length === 1 ? 'a kernel' : `${length} kernels`;
  const besides = abandoned.length === 0 ? '' : ' and the archives of builds that were killed';
  return `remove ${what}${besides}?`;
}

const REASONS: Readonly<Record<StayingKernel['why'], string>> = {
  'in-use': 'a container uses it',
  'being-built': 'it is being built',
  busy: 'it is being built or removed',
};

/** Which kernels stay that were to go, and why. */
export function stayingLines(staying: readonly StayingKernel[]): readonly string[] {
  return staying.map(({ digest, why }) => `kernel ${digest} stays: ${REASONS[why]}`);
}

/** What a prune has freed. */
export function prunedLines({ removed, freedBytes }: Pruned): readonly string[] {
  const bytes = removed.reduce((sum, kernel) => sum + kernel.bytes, 0);
  return [
    `freed ${formatBytes(freedBytes)}`,
    // How much cannot be summed up: several kernels share the same files.
    ...(freedBytes < bytes
      ? ['  what earlier versions keep of them, too, stays: submarine kernel prune --packages']
      : []),
  ];
}
