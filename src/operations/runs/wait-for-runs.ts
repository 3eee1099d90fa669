import { setTimeout as sleep } from 'node:timers/promises';

import { SubmarineError, throwIfAborted } from '../../errors.ts';
import { quote } from '../../text/quote.ts';
import type { Call } from '../events.ts';
import { isUnavailable } from '../if-engine-answers.ts';
import type { Submarine } from '../submarine.ts';
import { findRun } from './find-run.ts';
import type { KnownRun } from './known-runs.ts';

/** Runs whose end is waited for. */
export interface WaitRequest {
  /** Each as `matchRun` knows it. */
  readonly runs: readonly string[];
  /** Without it as long as they take. */
  readonly timeoutMs?: number | undefined;
  readonly engine?: string | undefined;
}

/**
 * Waits until runs have ended.
 *
 * @returns them, with their exit codes
 * @throws SubmarineError of the kind `busy` when one is still running after the time
 * @throws SubmarineError of the kind `not-found` when nobody knows how one ended
 */
export async function waitForRuns(
  submarine: Submarine,
  { runs: given, engine, timeoutMs }: WaitRequest,
  call: Call = {},
): Promise<readonly KnownRun[]> {
  const meant: KnownRun[] = [];
  for (const run of given) meant.push(await findRun(submarine, { run, engine }, call));
  const limit = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
  const signals = [limit, call.signal].filter((one) => one !== undefined);
  const inTime = { ...call, signal: AbortSignal.any(signals) };
  try {
    await Promise.all(meant.map((run) => waitForEnd(submarine, run, engine, inTime)));
  } catch (error) {
    throwIfAborted(call.signal);
    if (limit?.aborted === true) throw stillRunning(meant);
    throw error;
  }
  return Promise.all(
    meant.map(async ({ id }) => requireEnd(await findRun(submarine, { run: id, engine }, call))),
  );
}

async function waitForEnd(
  submarine: Submarine,
  { containerId, status }: KnownRun,
  engine: string | undefined,
  call: Call,
): Promise<void> {
  if (containerId === undefined || status === 'finished') return;
  const { runs } = await submarine.engine(engine);
  while (true) {
    const run = await runs.open(containerId, call).catch(ifAway);
    if ((await run?.ended.catch(ifAway)) !== undefined) return;
    await sleep(500, undefined, { signal: call.signal });
  }
}

/** An engine that is being started again comes back. */
function ifAway(error: unknown): undefined {
  if (!isUnavailable(error)) throw error;
}

function requireEnd(run: KnownRun): KnownRun {
  if (run.exitCode !== undefined) return run;
  throw new SubmarineError({
    kind: 'not-found',
    code: 'run-lost',
    message: `nobody saw how the run ${quote(run.name)} ended`,
    data: { run: run.name },
  });
}

function stillRunning(meant: readonly KnownRun[]): SubmarineError {
  const names = meant.map(({ name }) => quote(name)).join(', ');
  return new SubmarineError({
    kind: 'busy',
    code: 'run-still-running',
    message:
      meant.length === 1 ? `the run ${names} is still running` : `not all have ended: ${names}`,
    data: { runs: meant.map(({ name }) => name) },
  });
}
