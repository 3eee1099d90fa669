import { setTimeout as sleep } from 'node:timers/promises';

import type { RunEnd } from '../../engines/engine.ts';
import { SubmarineError, throwIfAborted } from '../../errors.ts';
import { quote } from '../../text/quote.ts';
import type { Call } from '../events.ts';
import { isUnavailable } from '../if-engine-answers.ts';
import type { Submarine } from '../submarine.ts';
import { containerOf, findRun, findRuns } from './find-run.ts';
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
 * @throws SubmarineError of the kind `unavailable` when one is on an engine that was not asked
 * @throws SubmarineError of the kind `not-found` when nobody knows how one ended
 */
export async function waitForRuns(
  submarine: Submarine,
  { runs: given, engine, timeoutMs }: WaitRequest,
  call: Call = {},
): Promise<readonly KnownRun[]> {
  const meant = await findRuns(submarine, { runs: given, engine }, call);
  const limit = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
  const signals = [limit, call.signal].filter((one) => one !== undefined);
  const inTime = { ...call, signal: AbortSignal.any(signals) };
  try {
    return await Promise.all(
      meant.map(async (run) => {
        const end = await waitForEnd(submarine, run, engine, inTime);
        const known = await findRun(submarine, { run: run.id, engine }, inTime);
        return requireEnd(known, end);
      }),
    );
  } catch (error) {
    throwIfAborted(call.signal);
    if (limit?.aborted === true) throw stillRunning(meant);
    throw error;
  }
}

async function waitForEnd(
  submarine: Submarine,
  run: KnownRun,
  engine: string | undefined,
  call: Call,
): Promise<RunEnd | undefined> {
  let known = run;
  while (known.status === 'starting') {
    await sleep(EVERY_MS, undefined, { signal: call.signal });
    known = await findRun(submarine, { run: run.id, engine }, call);
  }
  if (['finished', 'lost'].includes(known.status)) return undefined;
  const { runs } = await submarine.engine(engine);
  const opened = containerOf(known);
  while (true) {
    const end = await runs.open(opened, call).ended.catch(ifAway);
    if (end !== undefined) return end;
    await sleep(EVERY_MS, undefined, { signal: call.signal });
  }
}

const EVERY_MS = 500;

/** An engine that is being started again comes back. */
function ifAway(error: unknown): undefined {
  if (!isUnavailable(error)) throw error;
}

/** @param seen - of one whose own command has not recorded its end yet */
function requireEnd(run: KnownRun, seen: RunEnd | undefined): KnownRun {
  if (run.exitCode !== undefined) return run;
  if (seen !== undefined) return { ...run, status: 'finished', exitCode: seen.exitCode };
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
