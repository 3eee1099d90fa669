import type { StartedRun, Streams } from '../../engines/engine.ts';
import type { Call } from '../events.ts';
import type { Submarine } from '../submarine.ts';
import type { RunChoice } from './find-run.ts';
import { findRunning } from './find-run.ts';
import { followLogs } from './follow-logs.ts';

/**
 * Follows a run that was started before: what it prints from now on, until it ends.
 *
 * @throws SubmarineError of the kind `not-found` when there is no such run, `refused` when it is not running
 */
export async function attachToRun(
  submarine: Submarine,
  { run: given, engine }: RunChoice,
  streams: Pick<Streams, 'stdout' | 'stderr'>,
  call?: Call,
): Promise<StartedRun> {
  const since = new Date();
  const { id, name } = await findRunning(submarine, { run: given, engine }, call);
  const { runs } = await submarine.engine(engine);
  const run = await runs.open(name, call);
  const printed = followLogs(submarine, { run: id, engine, follow: true, since }, streams, call);
  const ended = Promise.all([run.ended, printed]).then(([end]) => end);
  // Whoever does not look at it yet is told when they do.
  ended.catch(() => {});
  return {
    id: run.id,
    ended,
    signal: (signal) => run.signal(signal),
    logs: (...args) => run.logs(...args),
    address: (port) => run.address(port),
    remove: () => run.remove(),
  };
}
