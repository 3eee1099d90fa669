import type { EnvironmentDocument } from '../../environment/environment.ts';
import { UsageError } from '../../errors.ts';
import type { Call } from '../events.ts';
import type { RecordedChoices } from '../runs/recorded-run.ts';
import type { Submarine } from '../submarine.ts';

/** An environment of the store, or that of a run. */
export interface ChosenEnvironment extends EnvironmentDocument {
  /** What the record of the run adds, where it is that of a run. */
  readonly recorded?: RecordedChoices | undefined;
}

/** In front of a run, where an environment is named. */
const OF_RUN = 'run:';

/** Whether a name of an environment means that of a run. */
export function isOfRun(name: string): boolean {
  return name.startsWith(OF_RUN);
}

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
 * The environment that is named, else the chosen one. `run:ID` names that of a run, as it was.
 *
 * @throws UsageError when none is named anywhere
 * @throws EnvironmentNotFoundError when the store does not hold it
 * @throws SubmarineError of the kind `not-found` when there is no record of the run
 */
export async function chosenEnvironment(
  submarine: Submarine,
  named: string | undefined,
  call?: Call,
): Promise<ChosenEnvironment> {
  const name = named ?? (await requireChosenName(submarine));
  if (!isOfRun(name)) return submarine.store.get(name);
  const { environmentOfRun } = await import('../runs/recorded-run.ts');
  return environmentOfRun(submarine, { run: name.slice(OF_RUN.length) }, call);
}

/** @throws UsageError when none is chosen */
export async function requireChosenName(submarine: Submarine): Promise<string> {
  const chosen = await findChosenName(submarine);
  if (chosen !== undefined) return chosen.name;
  throw new UsageError('no environment is named', undefined, { code: 'no-environment-named' });
}
