import type { Submarine } from '../submarine.ts';

export interface DeleteRequest {
  readonly names: readonly string[];
  readonly dryRun?: boolean | undefined;
  /** Whether the names are those of the store that is used where none is named, so that a selection goes with them. */
  readonly ofDefaultStore?: boolean | undefined;
}

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
  { names: given, dryRun = false, ofDefaultStore = true }: DeleteRequest,
): Promise<Deleted> {
  const names = [...new Set(given)];
  await store.delete(names, { dryRun });
  if (dryRun || !ofDefaultStore) return { names, deselected: undefined };
  const selected = await selection.find();
  if (selected === undefined || !names.includes(selected)) return { names, deselected: undefined };
  await selection.clear();
  return { names, deselected: selected };
}
