import { SubmarineError } from '../../errors.ts';
import { quote } from '../../text/quote.ts';
import type { Call } from '../events.ts';
import type { Submarine } from '../submarine.ts';
import { clearCode } from './clear-code.ts';
import { clearRunFolders } from './clear-run-folders.ts';
import { containerOf, findRuns } from './find-run.ts';
import type { KnownRun } from './known-runs.ts';
import { knownRuns } from './known-runs.ts';
import { stopRun } from './stop-runs.ts';

/** Runs whose containers are to be removed. */
export interface RemoveRunsRequest {
  /** Each as `matchRun` knows it. */
  readonly runs: readonly string[];
  /** Whether one that is running is killed first. */
  readonly force?: boolean | undefined;
  /** Whether nothing is removed. */
  readonly dryRun?: boolean | undefined;
  readonly engine?: string | undefined;
}

/**
 * Removes the containers of runs that have ended, with what they printed; their records stay.
 *
 * @returns those that were meant
 * @throws SubmarineError of the kind `refused` when one is running, and `unavailable` when it is on an engine that was not
 *   asked, before any is removed
 */
export async function removeRuns(
  submarine: Submarine,
  { runs: given, force = false, dryRun = false, engine }: RemoveRunsRequest,
  call?: Call,
): Promise<readonly KnownRun[]> {
  const meant = await findRuns(submarine, { runs: given, engine }, call);
  for (const run of meant) if (['unknown', 'starting'].includes(run.status)) containerOf(run);
  const running = meant.find(({ containerId, status }) => containerId && status !== 'finished');
  if (running !== undefined && !force) {
    throw new SubmarineError({
      kind: 'refused',
      code: 'run-is-running',
      message: `the run ${quote(running.name)} is ${running.status}`,
      data: { run: running.name },
    });
  }
  if (!dryRun) await removeContainers(submarine, meant, engine, call);
  return meant;
}

async function removeContainers(
  submarine: Submarine,
  meant: readonly KnownRun[],
  engine: string | undefined,
  call: Call = {},
): Promise<void> {
  const { runs } = await submarine.engine(engine);
  for (const run of meant.filter(({ containerId }) => containerId !== undefined)) {
    // What is killed has an end, which is recorded.
    if (['running', 'paused'].includes(run.status)) {
      await stopRun(submarine, run, { engine, timeoutMs: 0 }, call);
    }
    await runs.open(containerOf(run), call).remove();
  }
}

/** Which runs a prune is of. */
export interface PruneRunsRequest {
  /** Only those that ended longer ago. */
  readonly olderMs?: number | undefined;
  /** Whether the records of such runs go, too. */
  readonly records?: boolean | undefined;
  readonly engine?: string | undefined;
}

/** What a prune removes. */
export interface PrunableRuns {
  /** Those whose containers go. */
  readonly containers: readonly KnownRun[];
  /** Those whose records go. */
  readonly records: readonly KnownRun[];
}

/** The user's own runs that have ended; what others started on the same engine is theirs. */
export async function choosePrunableRuns(
  submarine: Submarine,
  { olderMs = 0, records = false, engine }: PruneRunsRequest = {},
  call?: Call,
): Promise<PrunableRuns> {
  const before = Date.now() - olderMs;
  const ended = (await knownRuns(submarine, { engine, all: true }, call)).filter(
    ({ isOwn, status, startedAt, endedAt = startedAt }) =>
      isOwn && ['finished', 'lost'].includes(status) && endedAt.getTime() <= before,
  );
  return {
    containers: ended.filter(({ containerId }) => containerId !== undefined),
    records: records ? ended : [],
  };
}

/** Removes what `choosePrunableRuns` chooses, and tells what that was. */
export async function pruneRuns(
  submarine: Submarine,
  request: PruneRunsRequest = {},
  call?: Call,
): Promise<PrunableRuns> {
  const chosen = await choosePrunableRuns(submarine, request, call);
  await removeChosenRuns(submarine, chosen, request, call);
  return chosen;
}

/** Removes what was chosen, and shown, before. */
export async function removeChosenRuns(
  submarine: Submarine,
  { containers, records }: PrunableRuns,
  { engine }: Pick<PruneRunsRequest, 'engine'>,
  call?: Call,
): Promise<void> {
  await removeContainers(submarine, containers, engine, call);
  await clearRunFolders(submarine, await submarine.engine(engine), call);
  await clearCode(submarine);
  await clearTokens(submarine, engine, call);
  if (records.length > 0) await submarine.records.remove(records.map(({ id }) => id));
}

/** Removes the tokens of notebooks whose end nobody has seen. */
async function clearTokens(
  submarine: Submarine,
  engine: string | undefined,
  call: Call | undefined,
): Promise<void> {
  const { tokens } = submarine.records;
  if ((await tokens.ids()).length === 0) return;
  const known = await knownRuns(submarine, { engine, all: true }, call);
  const living = known.filter(({ status }) => !['finished', 'lost'].includes(status));
  await tokens.removeOthers(new Set(living.map(({ id }) => id)));
}
