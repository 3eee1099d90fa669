import { SubmarineError } from '../../errors.ts';
import type { Call } from '../events.ts';
import type { Submarine } from '../submarine.ts';
import { knownRuns } from './known-runs.ts';

/** Where a container cannot get a name that another run has, says which that is; any other error stays as it is. */
export async function explainTakenName(
  error: unknown,
  submarine: Submarine,
  engine: string,
  call?: Call,
): Promise<unknown> {
  if (!(error instanceof SubmarineError) || error.code !== 'container-name-taken') return error;
  const name = String(error.data['name']);
  const known = await knownRuns(submarine, { engine, all: true }, call).catch(() => []);
  const run = known.find((one) => one.name === name && one.containerId !== undefined);
  if (run === undefined) return error;
  return new SubmarineError({
    kind: 'refused',
    code: 'run-name-taken',
    message: `the run ${run.id} has the name ${name}, and is ${run.status}`,
    data: { name, run: run.id, status: run.status },
    cause: error,
  });
}
