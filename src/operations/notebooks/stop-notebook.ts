import { SubmarineError } from '../../errors.ts';
import { quote } from '../../text/quote.ts';
import type { Call } from '../events.ts';
import { findRunning } from '../runs/find-run.ts';
import { stopRuns } from '../runs/stop-runs.ts';
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
  { container, engine, timeoutMs }: StopNotebookRequest,
  call: Call = {},
): Promise<void> {
  const { name, kind } = await findRunning(submarine, { run: container, engine }, call);
  if (kind !== 'notebook') {
    throw new SubmarineError({
      kind: 'not-found',
      code: 'not-a-notebook',
      message: `the container ${quote(name)} is not a notebook`,
      data: { container: name },
    });
  }
  await stopRuns(submarine, { runs: [name], engine, timeoutMs }, call);
}
