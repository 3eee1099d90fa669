import { setTimeout as sleep } from 'node:timers/promises';

import { SubmarineError, throwIfAborted } from '../../errors.ts';
import { quote } from '../../text/quote.ts';
import type { Call } from '../events.ts';
import { findRun } from '../runs/find-run.ts';
import type { Submarine } from '../submarine.ts';

/** A notebook to stop. */
export interface StopNotebookRequest {
  /** The container's name, the beginning of its id, or its environment. */
  readonly container: string;
  readonly engine?: string | undefined;
  /** How long the server may take to end before it is killed: 10 s, as `docker stop` has it. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Ends the server of a notebook, and waits until its container has ended.
 *
 * @throws SubmarineError of the kind `not-found` when no such notebook is running
 */
export async function stopNotebook(
  submarine: Submarine,
  { container, engine, timeoutMs = 10_000 }: StopNotebookRequest,
  call: Call = {},
): Promise<void> {
  const { runs } = await submarine.engine(engine);
  const { name, labels } = await findRun(container, runs, call);
  if (labels['submarine.kind'] !== 'notebook') {
    throw new SubmarineError({
      kind: 'not-found',
      code: 'not-a-notebook',
      message: `the container ${quote(name)} is not a notebook`,
      data: { container: name },
    });
  }
  const run = await runs.open(name, call);
  const { ended } = run;
  await run.signal('SIGTERM');
  const waited = new AbortController();
  const { signal } = call;
  const patience = sleep(timeoutMs, undefined, {
    signal: signal === undefined ? waited.signal : AbortSignal.any([signal, waited.signal]),
  });
  await Promise.race([ended, patience.catch(() => {})]).finally(() => waited.abort());
  throwIfAborted(signal);
  await run.remove();
}
