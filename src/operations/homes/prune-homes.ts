import { SubmarineError } from '../../errors.ts';
import type { Call } from '../events.ts';
import type { EngineChoice } from '../kernels/open-kernels.ts';
import type { Submarine } from '../submarine.ts';
import { homesFolder, setAside } from './home-folder.ts';
import { removeHomes } from './homes-script.ts';
import type { ListedHome } from './list-homes.ts';
import { homesInUse, idInUse, isPrunable, listHomes } from './list-homes.ts';

/** Which homes a prune is of. */
export interface PruneHomesRequest extends EngineChoice {
  /** Also those of environments that are there, where no run has used them for so long. */
  readonly unusedMs?: number | undefined;
}

/** Those that may go: no container has one of them, and its environment is gone, or it was not used for so long. */
export async function choosePrunableHomes(
  submarine: Submarine,
  { unusedMs, engine }: PruneHomesRequest = {},
  call?: Call,
): Promise<readonly ListedHome[]> {
  const before = Date.now() - (unusedMs ?? Number.POSITIVE_INFINITY);
  return (await listHomes(submarine, { engine }, call)).filter(
    (home) => isPrunable(home) || (!home.isUsed && home.lastUsed.getTime() <= before),
  );
}

/** Homes to remove. */
export interface PruneChosenHomesRequest extends PruneHomesRequest {
  /** From `choosePrunableHomes`, so that nothing goes that nobody has seen; without it what that would choose. */
  readonly chosen?: readonly ListedHome[] | undefined;
}

/**
 * Removes what persists for environments. One that a start has used meanwhile stays.
 *
 * @returns those that were removed
 * @throws SubmarineError when another user's files are in the way; what could be removed is gone then
 */
export async function pruneHomes(
  submarine: Submarine,
  request: PruneChosenHomesRequest = {},
  call?: Call,
): Promise<readonly ListedHome[]> {
  const chosen = request.chosen ?? (await choosePrunableHomes(submarine, request, call));
  if (chosen.length === 0) return [];
  const inUse = await homesInUse(submarine, await submarine.engine(request.engine), call);
  const removed: ListedHome[] = [];
  const ids: string[] = [];
  for (const home of chosen) {
    if (inUse.has(idInUse(home))) continue;
    const id = home.isDeleted ? home.id : await setAside(submarine, home.id, home.lastUsed);
    if (id === undefined) continue;
    removed.push(home);
    ids.push(id);
  }
  const failed = await removeHomes(submarine, ids, call);
  if (failed.length === 0) return removed;
  throw new SubmarineError({
    kind: 'cannot-write',
    code: 'home-not-removed',
    message: 'files of another user are in the way, so not all was removed',
    data: { folders: failed.map((id) => `${homesFolder(submarine)}/${id}`) },
  });
}
