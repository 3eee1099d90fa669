import type { EnvironmentDocument } from '../../environment/environment.ts';
import { UsageError } from '../../errors.ts';
import type { Submarine } from '../submarine.ts';

/** The name of the environment that is to be used where none is named, and what says so. */
export interface ChosenName {
  readonly name: string;
  /** `$SUBMARINE_ENV`, the settings' `env`, or what the user selected. */
  readonly by: 'variable' | 'configuration' | 'selection';
}

export async function findChosenName({
  caller,
  settings,
  selection,
}: Submarine): Promise<ChosenName | undefined> {
  const fromVariable = caller.variables['SUBMARINE_ENV'];
  if (fromVariable) return { name: fromVariable, by: 'variable' };
  if (settings.env !== undefined) return { name: settings.env, by: 'configuration' };
  const selected = await selection.find();
  return selected === undefined ? undefined : { name: selected, by: 'selection' };
}

/**
 * The environment that is named, else the chosen one.
 *
 * @throws UsageError when none is named anywhere
 * @throws EnvironmentNotFoundError when the store does not hold it
 */
export async function chosenEnvironment(
  submarine: Submarine,
  named: string | undefined,
): Promise<EnvironmentDocument> {
  return submarine.store.get(named ?? (await requireChosenName(submarine)));
}

/** @throws UsageError when none is chosen */
export async function requireChosenName(submarine: Submarine): Promise<string> {
  const chosen = await findChosenName(submarine);
  if (chosen !== undefined) return chosen.name;
  throw new UsageError('no environment is named', undefined, { code: 'no-environment-named' });
}
