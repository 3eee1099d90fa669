import { setTimeout as sleep } from 'node:timers/promises';

import { throwIfAborted } from '../../errors.ts';
import type { Call } from '../events.ts';
import type { Submarine } from '../submarine.ts';
import { completeRecord } from './complete-record.ts';
import { containerOf, findRuns } from './find-run.ts';
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
 * @throws SubmarineError of the kind `not-found` for the first that is not known, and `unavailable` for one on an engine
 *   that was not asked, before any is asked to end
 */
export async function stopRuns(
  submarine: Submarine,
  { runs: given, engine, timeoutMs = 10_000, dryRun = false }: StopRequest,
  call: Call = {},
): Promise<readonly KnownRun[]> {
  const meant = await findRuns(submarine, { runs: given, engine }, call);
  for (const run of meant) if (!HAVE_ENDED.has(run.status)) containerOf(run);
  if (dryRun) return meant;
  await Promise.all(meant.map((run) => stopRun(submarine, run, { engine, timeoutMs }, call)));
  return meant;
}

const HAVE_ENDED: ReadonlySet<string> = new Set(['finished', 'lost']);

/** The same for one that is known. */
export async function stopRun(
  submarine: Submarine,
  known: KnownRun,
  { engine, timeoutMs }: Pick<StopRequest, 'engine'> & { readonly timeoutMs: number },
  call: Call,
): Promise<void> {
  const { status, id } = known;
  if (HAVE_ENDED.has(status)) return;
  const { runs } = await submarine.engine(engine);
  const run = runs.open(containerOf(known), call);
  const { ended } = run;
  // It may be gone as soon as it has ended.
  ended.catch(() => {});
  // What is paused hears nothing.
  if (status === 'paused') await run.pausing?.resume();
  await run.signal('SIGTERM');
  await run.signal('SIGCONT');
  const waited = new AbortController();
  const signals = [waited.signal, ...(call.signal === undefined ? [] : [call.signal])];
  const patience = sleep(timeoutMs, 'late' as const, { signal: AbortSignal.any(signals) });
  const first = await Promise.race([ended.catch(() => {}), patience.catch(() => {})]);
  waited.abort();
  throwIfAborted(call.signal);
  if (first === 'late') await run.signal('SIGKILL');
  const end = await ended.catch(() => undefined);
  // A container that nobody else follows takes what is known of its end with it.
  const record = await submarine.records.find(id).catch(() => undefined);
  if (record !== undefined && end !== undefined) await completeRecord(submarine, record, end);
}
