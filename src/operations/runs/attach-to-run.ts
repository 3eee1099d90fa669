import type { StartedRun, Streams } from '../../engines/engine.ts';
import { throwIfAborted } from '../../errors.ts';
import type { Call } from '../events.ts';
import type { Submarine } from '../submarine.ts';
import type { RunChoice } from './find-run.ts';
import { containerOf, findRunning } from './find-run.ts';
import { followLogs, watchReaders } from './follow-logs.ts';

/**
 * Follows a run that was started before: what it prints from now on, until it ends, or nobody reads that any more.
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
  const running = await findRunning(submarine, { run: given, engine }, call);
  const { runs } = await submarine.engine(engine);
  const { outputs, unread, leave } = watchReaders(streams);
  const signal = AbortSignal.any([unread, ...(call?.signal === undefined ? [] : [call.signal])]);
  const run = runs.open(containerOf(running), { signal });
  const request = { run: running.id, engine, follow: true, since };
  const printed = followLogs(submarine, request, outputs, call);
  const ended = Promise.all([run.ended, printed])
    .then(([end]) => end)
    .catch((error: unknown) => {
      throwIfAborted(call?.signal);
      if (!unread.aborted) throw error;
      return { exitCode: 0, isLeft: true };
    })
    .finally(leave);
  // Whoever does not look at it yet is told when they do.
  ended.catch(() => {});
  return {
    id: run.id,
    ended,
    pausing: run.pausing,
    signal: (signal) => run.signal(signal),
    logs: (...args) => run.logs(...args),
    address: (port) => run.address(port),
    remove: () => run.remove(),
  };
}
