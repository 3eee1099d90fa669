import type { EnvironmentDocument } from '../environment/environment.ts';
import { UsageError } from '../errors.ts';
import { quote } from '../text/quote.ts';
import type { Context } from './context.ts';

/** The name of the environment that is to be used where a command names none, and what says so. */
export interface ChosenName {
  readonly name: string;
  readonly by: string;
}

/** Finds the name: `$SUBMARINE_ENV`, the configuration's `env`, then what `env select` recorded. */
export async function findChosenName(context: Context): Promise<ChosenName | undefined> {
  const fromVariable = context.host.env['SUBMARINE_ENV'];
  if (fromVariable) return { name: fromVariable, by: '$SUBMARINE_ENV' };
  const { env } = await context.settings();
  if (env !== undefined) return { name: env, by: 'the configuration' };
  const selected = await (await context.selection()).find();
  return selected === undefined ? undefined : { name: selected, by: 'submarine env select' };
}

/**
 * The environment of a launch.
 *
 * @param named - what `--env` says
 * @throws UsageError when none is named anywhere
 * @throws EnvironmentNotFoundError when the store does not hold it
 */
export async function chosenEnvironment(
  named: string | undefined,
  context: Context,
): Promise<EnvironmentDocument> {
  if (named?.includes('=') === true) {
    throw new UsageError(
      `--env takes the name of an environment, and ${quote(named)} is a variable`,
      `set a variable by -e: -e ${named}`,
    );
  }
  const chosen = named === undefined ? await findChosenName(context) : { name: named, by: '--env' };
  if (chosen === undefined) {
    throw new UsageError(
      'no environment is named',
      'say --env NAME, set $SUBMARINE_ENV, or choose one for good: submarine env select NAME',
    );
  }
  const store = await context.store();
  return store.get(chosen.name);
}
