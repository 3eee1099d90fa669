import type { Call } from '../events.ts';
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
 * Deletes environments with their locks: all that are named, or none.
 *
 * @throws EnvironmentNotFoundError for the first name that the store does not hold
 */
export async function deleteEnvironments(
  { store, selection }: Submarine,
  { names: given, dryRun = false }: DeleteRequest,
  call?: Call,
): Promise<Deleted> {
  const names = [...new Set(given)];
  await store.delete(names, { dryRun, signal: call?.signal });
  const selected = dryRun ? undefined : await selection.find();
  if (selected === undefined || !names.includes(selected)) return { names, deselected: undefined };
  await selection.clear();
  return { names, deselected: selected };
}
