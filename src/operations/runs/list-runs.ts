import type { Call } from '../events.ts';
import type { Submarine } from '../submarine.ts';
import type { KnownRun } from './known-runs.ts';
import { knownRuns, knownRunsIfAny } from './known-runs.ts';
import type { RunOrder } from './run-choices.ts';

/** Which runs to list. */
export interface ListRunsRequest {
  /** Only those of this environment; the stores of others may have one of the same name. */
  readonly environment?: string | undefined;
  /** Whether those that have ended are listed, too: their containers, and the user's records. */
  readonly all?: boolean | undefined;
  /** Whether only the user's own are, for which no engine is needed. */
  readonly own?: boolean | undefined;
  /** Only those with one of these, of `STATUSES`. */
  readonly statuses?: readonly string[] | undefined;
  /** Only those that were started since. */
  readonly since?: Date | undefined;
  /** `started` where nothing is said. */
  readonly sortBy?: RunOrder | undefined;
  readonly engine?: string | undefined;
}

/**
 * The runs and notebooks of an engine that have not ended, whoever started them, newest first; with `all` every one that
 * is known.
 *
 * @throws SubmarineError of the kind `unavailable` when the engine does not answer, without `own`
 */
export async function listRuns(
  submarine: Submarine,
  { environment, engine, all = false, own = false, ...chosen }: ListRunsRequest = {},
  call?: Call,
): Promise<readonly KnownRun[]> {
  const choice = { environment, engine, all, tellDamaged: true };
  const known = own ? knownRunsIfAny : knownRuns;
  const { statuses, since, sortBy = 'started' } = chosen;
  return (await known(submarine, choice, call))
    .filter((run) => !own || run.isOwn)
    .filter((run) => statuses === undefined || statuses.some((status) => hasStatus(run, status)))
    .filter(({ startedAt }) => since === undefined || startedAt >= since)
    .toSorted(ORDERS[sortBy]);
}

function hasStatus({ status, reason, exitCode }: KnownRun, wanted: string): boolean {
  if (wanted === 'succeeded') return exitCode === 0;
  if (wanted === 'failed') return exitCode !== undefined && exitCode !== 0;
  return wanted === status || wanted === reason;
}

type Order = (one: KnownRun, other: KnownRun) => number;

/** Those that are alike stay as they are. */
const ORDERS: Readonly<Record<RunOrder, Order>> = {
  started: () => 0,
  ended: (one, other) => timeOf(other.endedAt) - timeOf(one.endedAt),
  duration: (one, other) => durationOf(other) - durationOf(one),
  environment: byText(({ environment }) => environment),
  name: byText(({ name }) => name),
  status: byText(({ status, reason }) => reason ?? status),
};

function byText(text: (run: KnownRun) => string): Order {
  return (one, other) => text(one).localeCompare(text(other), 'en');
}

/** What has not ended is newer than all that has. */
function timeOf(end: Date | undefined): number {
  return end?.getTime() ?? Number.MAX_SAFE_INTEGER;
}

function durationOf({ startedAt, endedAt = new Date() }: KnownRun): number {
  return endedAt.getTime() - startedAt.getTime();
}
