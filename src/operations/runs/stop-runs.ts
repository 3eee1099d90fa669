import { setTimeout as sleep } from 'node:timers/promises';

import { throwIfAborted } from '../../errors.ts';
import type { Call } from '../events.ts';
import type { Submarine } from '../submarine.ts';
import { findRun } from './find-run.ts';
import type { KnownRun } from './known-runs.ts';

/** Runs to end. */
export interface StopRequest {
  /** Each as `matchRun` knows it. */
  readonly runs: readonly string[];
  /** How long a command may take to end before it is killed: 10 s, as `docker stop` has it. */
  readonly timeoutMs?: number | undefined;
  /** Whether nothing is asked. */
  readonly dryRun?: boolean | undefined;
  readonly engine?: string | undefined;
}

/**
 * Asks commands to end, kills those that take too long, and waits until all have ended. One that has ended already is
 * left as it is.
 *
 * @returns those that were meant
 * @throws SubmarineError of the kind `not-found` for the first that is not known, before any is asked
 */
export async function stopRuns(
  submarine: Submarine,
  { runs: given, engine, timeoutMs = 10_000, dryRun = false }: StopRequest,
  call: Call = {},
): Promise<readonly KnownRun[]> {
  const meant: KnownRun[] = [];
  for (const run of given) meant.push(await findRun(submarine, { run, engine }, call));
  if (dryRun) return meant;
  await Promise.all(meant.map((run) => stopRun(submarine, run, { engine, timeoutMs }, call)));
  return meant;
}

async function stopRun(
  submarine: Submarine,
  { containerId, status }: KnownRun,
  { engine, timeoutMs }: Pick<StopRequest, 'engine'> & { readonly timeoutMs: number },
  call: Call,
): Promise<void> {
  if (containerId === undefined || status === 'finished') return;
  const { runs } = await submarine.engine(engine);
  const run = await runs.open(containerId, call);
  const { ended } = run;
  // It may be gone as soon as it has ended.
  ended.catch(() => {});
  await run.signal('SIGTERM');
  // What is paused hears nothing.
  await run.signal('SIGCONT');
  const waited = new AbortController();
  const signals = [waited.signal, ...(call.signal === undefined ? [] : [call.signal])];
  const patience = sleep(timeoutMs, 'late' as const, { signal: AbortSignal.any(signals) });
  const first = await Promise.race([ended.catch(() => {}), patience.catch(() => {})]);
  waited.abort();
  throwIfAborted(call.signal);
  if (first !== 'late') return;
  await run.signal('SIGKILL');
  await ended.catch(() => {});
}
