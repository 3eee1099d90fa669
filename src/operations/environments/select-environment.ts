import type { Submarine } from '../submarine.ts';
import type { ChosenName } from './choose-environment.ts';
import { findChosenName } from './choose-environment.ts';

/** The environment to select. */
export interface SelectRequest {
  /** Undefined to select none. */
  readonly name: string | undefined;
  readonly dryRun?: boolean | undefined;
}

/**
 * Chooses the environment that is used where none is named; without a name none is.
 *
 * @returns what wins over the selection here, where something does
 * @throws EnvironmentNotFoundError when the store does not hold it
 */
export async function selectEnvironment(
  submarine: Submarine,
  { name, dryRun = false }: SelectRequest,
): Promise<ChosenName | undefined> {
  const { store, selection } = submarine;
  if (name === undefined) {
    if (!dryRun) await selection.clear();
    return undefined;
  }
  await store.get(name);
  if (dryRun) return undefined;
  await selection.select(name);
  const chosen = await findChosenName(submarine);
  return chosen?.name === name ? undefined : chosen;
}
