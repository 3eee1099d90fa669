import type { Engine } from '../../engines/engine.ts';
import type { AbandonedBuild, CachedKernel } from '../../kernel-cache/cached-kernel.ts';
import { chooseKernels } from '../../kernel-cache/choose-kernels.ts';
import { ForeignFilesError } from '../../kernel-cache/foreign-files-error.ts';
import type { KernelCache, Removal } from '../../kernel-cache/kernel-cache.ts';
import type { Call } from '../events.ts';
import { clearRunFolders } from '../runs/clear-run-folders.ts';
import type { Submarine } from '../submarine.ts';
import { digestsInUse, digestsWanted } from './kernel-users.ts';
import { kernelsNamed } from './kernels-named.ts';
import type { EngineChoice } from './open-kernels.ts';
import { openKernels } from './open-kernels.ts';

/** Which kernels to remove. */
export interface PruneRequest extends EngineChoice {
  /** Environments, or beginnings of digests; none: those that the other choices mean. */
  readonly names?: readonly string[] | undefined;
  /** Those not used for so long, whoever may want them; without it: for 30 days, and no environment wants them. */
  readonly unusedMs?: number | undefined;
  /** Keep this many of the most recently used. */
  readonly keep?: number | undefined;
}

/** The kernels that may go. */
export interface PruneChoice {
  readonly chosen: readonly CachedKernel[];
  /** Those that were named and stay. */
  readonly staying: readonly StayingKernel[];
  /** What any prune removes besides: what builds have left that were killed. */
  readonly abandoned: readonly AbandonedBuild[];
}

/** A kernel that was named and stays. */
export interface StayingKernel {
  readonly digest: string;
  /** A container uses it; it is being built; or another prune is removing it, which looks like a build. */
  readonly why: 'in-use' | 'being-built' | 'busy';
}

/** What was removed. */
export interface Pruned {
  readonly removed: readonly CachedKernel[];
  readonly staying: readonly StayingKernel[];
  readonly abandoned: readonly AbandonedBuild[];
  readonly freedBytes: number;
}

/**
 * Chooses the kernels that a prune would remove: never one that is being built, or that a container uses on any engine of
 * this machine that answers.
 */
export async function choosePrunable(
  submarine: Submarine,
  request: PruneRequest = {},
  call?: Call,
): Promise<PruneChoice> {
  const { cache, engine } = await openKernels(submarine, request.engine, call);
  return choose(submarine, request, { cache, engine }, call);
}

/** Kernels to remove. */
export interface PruneChosenRequest extends PruneRequest {
  /** From `choosePrunable`, so that nothing goes that nobody has seen; without it what that would choose. */
  readonly chosen?: readonly CachedKernel[] | undefined;
}

/**
 * Removes kernels. Each is asked for once more at a moment when no start can find it any more.
 *
 * @throws ForeignFilesError when another user's files are in the way; what could be removed is gone then
 */
export async function pruneKernels(
  submarine: Submarine,
  request: PruneChosenRequest = {},
  call?: Call,
): Promise<Pruned> {
  const opened = await openKernels(submarine, request.engine, call);
  const { cache, engine } = opened;
  const choice =
    request.chosen === undefined
      ? await choose(submarine, request, opened, call)
      : { chosen: request.chosen, staying: [] };
  const listed = new Map(choice.chosen.map((kernel) => [kernel.path, kernel]));
  const mayRemove = async (path: string, lastUsed: Date | undefined): Promise<boolean> => {
    const kernel = listed.get(path);
    if (kernel === undefined) return false;
    // A start in the meantime has noted its use, also one on another engine, and its container may not be there yet.
    if (lastUsed !== undefined && lastUsed > kernel.lastUsed) return false;
    return !(await digestsInUse(submarine, engine, call)).has(kernel.digest);
  };
  await clearRunFolders(submarine, engine, call);
  const removal = await cache.remove([...listed.keys()], mayRemove, call?.signal);
  const abandoned = await cache.abandonedBuilds(call?.signal);
  const cleared = await cache.removeAbandoned(abandoned, call?.signal);
  const staying = [...choice.staying, ...stayingAfter(removal, listed)];
  const { failed } = cleared;
  const pruned: Pruned = {
    removed: removal.removed.flatMap(({ path }) => listed.get(path) ?? []),
    staying,
    abandoned: abandoned.filter(({ name }) => !failed.includes(`builds/${name}`)),
    freedBytes: removal.removed.reduce((sum, one) => sum + one.freedBytes, cleared.freedBytes),
  };
  const paths = [...removal.failed.map((path) => `kernels/${path}`), ...failed];
  if (paths.length > 0) throw new ForeignFilesError(cache, paths, pruned);
  return pruned;
}

function stayingAfter(
  { kept, busy }: Removal,
  listed: ReadonlyMap<string, CachedKernel>,
): readonly StayingKernel[] {
  const staying = (why: StayingKernel['why']) => (path: string) => ({
    digest: listed.get(path)?.digest ?? path,
    why,
  });
  return [...kept.map(staying('in-use')), ...busy.map(staying('busy'))];
}

async function choose(
  submarine: Submarine,
  { names = [], unusedMs, keep = 0 }: PruneRequest,
  { cache, engine }: { readonly cache: KernelCache; readonly engine: Engine },
  call: Call | undefined,
): Promise<PruneChoice> {
  const { store } = submarine;
  const kernels = await cache.list(call?.signal);
  const abandoned = await cache.abandonedBuilds(call?.signal);
  const inUse = await digestsInUse(submarine, engine, call);
  if (names.length === 0) {
    const wanted = await digestsWanted(store);
    const rule = { unusedMs, keep, wanted, inUse, now: new Date() };
    return { chosen: chooseKernels(kernels, rule), staying: [], abandoned };
  }
  const named = new Set<CachedKernel>();
  for (const name of names) {
    for (const kernel of await kernelsNamed(name, kernels, store)) named.add(kernel);
  }
  const staying = [...named].flatMap(({ digest, state }): readonly StayingKernel[] => {
    if (state === 'building') return [{ digest, why: 'being-built' }];
    return inUse.has(digest) ? [{ digest, why: 'in-use' }] : [];
  });
  const stays = new Set(staying.map(({ digest }) => digest));
  return { chosen: [...named].filter(({ digest }) => !stays.has(digest)), staying, abandoned };
}
