import type { Call } from '../events.ts';
import type { KnownRun } from '../runs/known-runs.ts';
import { stopRun } from '../runs/stop-runs.ts';
import type { Submarine } from '../submarine.ts';
import { findNotebooks } from './find-notebook.ts';

/** Notebooks to stop. */
export interface StopNotebooksRequest {
  /** Each by its id, the beginning of it, its name, its environment, or `@last`. */
  readonly notebooks: readonly string[];
  /** How long a server may take to end before it is killed: 10 s, as `docker stop` has it. */
  readonly timeoutMs?: number | undefined;
  /** Whether nothing is asked. */
  readonly dryRun?: boolean | undefined;
  readonly engine?: string | undefined;
}

/**
 * Ends the servers of notebooks, and waits until their containers have ended.
 *
 * @returns those that were meant
 * @throws SubmarineError of the kind `not-found` when one is not running, before any is asked to end
 */
export async function stopNotebooks(
  submarine: Submarine,
  { notebooks, timeoutMs = 10_000, dryRun = false, engine }: StopNotebooksRequest,
  call: Call = {},
): Promise<readonly KnownRun[]> {
  const meant = await findNotebooks(submarine, { notebooks, engine }, call);
  if (dryRun) return meant;
  await Promise.all(meant.map((run) => stopRun(submarine, run, { engine, timeoutMs }, call)));
  return meant;
}
