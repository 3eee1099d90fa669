import type { Call } from '../events.ts';
import type { Submarine } from '../submarine.ts';
import type { KnownRun } from './known-runs.ts';
import { knownRuns } from './known-runs.ts';

/** Which runs to list. */
export interface ListRunsRequest {
  /** Only those of this environment; the stores of others may have one of the same name. */
  readonly environment?: string | undefined;
  /** Whether those that have ended are listed, too: their containers, and the user's records. */
  readonly all?: boolean | undefined;
  readonly engine?: string | undefined;
}

/**
 * The runs and notebooks of an engine that have not ended, whoever started them, newest first; with `all` every one that
 * is known.
 *
 * @throws SubmarineError of the kind `unavailable` when the engine does not answer
 */
export async function listRuns(
  submarine: Submarine,
  { environment, engine, all = false }: ListRunsRequest = {},
  call?: Call,
): Promise<readonly KnownRun[]> {
  return knownRuns(submarine, { environment, engine, all }, call);
}
