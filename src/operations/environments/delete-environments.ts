import type { Call } from '../events.ts';
import { discardHomes } from '../homes/discard-homes.ts';
import type { Submarine } from '../submarine.ts';

/** Environments to delete. */
export interface DeleteRequest {
  readonly names: readonly string[];
  readonly dryRun?: boolean | undefined;
}

/** What was deleted. */
export interface Deleted {
  readonly names: readonly string[];
  /** The environment that was selected, and no longer is. */
  readonly deselected: string | undefined;
}

/**
 * Deletes environments with their locks and what persists for their runs: all that are named, or none.
 *
 * @throws EnvironmentNotFoundError for the first name that the store does not hold
 */
export async function deleteEnvironments(
  submarine: Submarine,
  { names: given, dryRun = false }: DeleteRequest,
  call?: Call,
): Promise<Deleted> {
  const { store, selection } = submarine;
  const names = [...new Set(given)];
  await store.delete(names, { dryRun, signal: call?.signal });
  if (dryRun) return { names, deselected: undefined };
  const selected = await selection.find();
  const deselected = selected !== undefined && names.includes(selected) ? selected : undefined;
  if (deselected !== undefined) await selection.clear();
  await discardHomes(submarine, names, call);
  return { names, deselected };
}
