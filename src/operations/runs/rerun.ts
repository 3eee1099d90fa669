import { existsSync } from 'node:fs';

import type { Engine, Streams } from '../../engines/engine.ts';
import { InvalidDataError } from '../../errors.ts';
import { readCodeState } from '../../git/code-state.ts';
import type { LaunchRequest } from '../../launch/launch-request.ts';
import { planLaunch } from '../../launch/launch-plan.ts';
import type { Variable } from '../../launch/variables.ts';
import { givenVariables } from '../../launch/variables.ts';
import type { RunRecord } from '../../run-records/run-record.ts';
import { quote } from '../../text/quote.ts';
import type { Call } from '../events.ts';
import { warn } from '../events.ts';
import { isKernelPresent, plannedKernel } from '../kernels/build/present-kernel.ts';
import type { Submarine } from '../submarine.ts';
import type { ResultsDiff } from './diff-results.ts';
import { differingResults } from './diff-results.ts';
import { gatherFacts } from './launch-facts.ts';
import type { LaunchedRun } from './launched-run.ts';
import { checkFolders } from './local-files.ts';
import type { RecordedSource } from './recorded-run.ts';
import { findRecord, sourceOf } from './recorded-run.ts';
import type { PreparedLaunch } from './start-run.ts';
import { shower, startPrepared } from './start-run.ts';

/** A run to repeat. */
export interface RerunRequest {
  /** As `matchRun` knows it. */
  readonly run: string;
  /** Whether it is started although something is not as it was. */
  readonly allowChanges?: boolean | undefined;
  /** Values of variables, in the place of those that were not recorded. */
  readonly variables?: Readonly<Record<string, string | true>> | undefined;
  readonly detached?: boolean | undefined;
  /** Whether the command gets a terminal. */
  readonly terminal?: boolean | undefined;
  readonly verbose?: boolean | undefined;
}

/** A run that was started again. */
export interface Rerun {
  readonly run: LaunchedRun;
  /** Which results differ from the first time, when it has ended; undefined where none were named. */
  readonly compare: () => Promise<ResultsDiff | undefined>;
}

/**
 * Starts the command of a run again, in the image and the kernel that it had, whatever has become of its environment.
 *
 * @throws InvalidDataError when something cannot be as it was, unless changes are allowed; a kernel that was not locked
 *   and is gone cannot be made again at all
 */
export async function rerun(
  submarine: Submarine,
  request: RerunRequest,
  streams: Streams,
  call?: Call,
): Promise<Rerun> {
  const record = await findRecord(submarine, request, call);
  const show = shower(streams.stderr);
  const prepared = await prepare(submarine, { record, request, dryRun: false, show }, call);
  const options = { withValues: hasValues(record), withDiff: record.code?.diff !== undefined };
  const run = await startPrepared(prepared, { ...options, repeats: record.id }, streams);
  return { run, compare: () => compare(submarine, record, run.runId) };
}

/** The exact command that `rerun` comes to. */
export async function showRerun(
  submarine: Submarine,
  request: RerunRequest,
  call?: Call,
): Promise<string> {
  const record = await findRecord(submarine, request, call);
  const dry = { record, request, dryRun: true, show: () => {} };
  const prepared = await prepare(submarine, dry, call);
  const { environment, engine, facts } = prepared;
  const kernel = await plannedKernel(prepared);
  return engine.show(planLaunch(prepared.request, environment, facts, kernel));
}

interface Repetition {
  readonly record: RunRecord;
  readonly request: RerunRequest;
  readonly dryRun: boolean;
  readonly show: (text: string) => void;
}

async function prepare(
  submarine: Submarine,
  { record, request, dryRun, show }: Repetition,
  call: Call | undefined,
): Promise<PreparedLaunch> {
  const source = await sourceOf(record, submarine);
  const { variables, missing } = variablesOf(record, request, submarine);
  const changes = [
    ...(await codeChanges(record, submarine)),
    ...missing.map((name) => `the value of the variable ${name} was not recorded`),
  ];
  if (changes.length > 0 && request.allowChanges !== true) throw changed(record, changes);
  if (changes.length > 0) warn(call, { code: 'rerun-differs', run: record.id, changes });
  const engine = await submarine.engine(record.engine.name);
  const launch = launchRequestOf(record, request, variables, submarine);
  await checkFolders(launch.code, launch.mounts);
  const facts = await factsOf(launch, { source, engine, dryRun, submarine, request }, call);
  const { document } = source;
  const { environment } = document;
  const common = { environment, document, engine, request: launch, facts, submarine, show, call };
  const prepared = { ...common, lock: 'use' as const };
  if (source.lock.platforms && facts.locked === undefined && !dryRun) {
    await requireUnlockedKernel(prepared, record);
  }
  return prepared;
}

interface FactsOfRun {
  readonly source: RecordedSource;
  readonly engine: Engine;
  readonly dryRun: boolean;
  readonly submarine: Submarine;
  readonly request: RerunRequest;
}

/** The image must be the very same, unless changes are allowed. */
function factsOf(
  launch: LaunchRequest,
  { source, engine, dryRun, submarine, request }: FactsOfRun,
  call: Call | undefined,
) {
  const { environment } = source.document;
  return gatherFacts(
    launch,
    {
      ...{ environment, engine, dryRun, lock: 'use', recorded: source.lock },
      imageMustBeSame: request.allowChanges !== true,
    },
    submarine,
    call,
  );
}

function launchRequestOf(
  { request: recorded }: RunRecord,
  { detached, terminal = false, verbose = false }: RerunRequest,
  variables: readonly Variable[],
  { caller }: Submarine,
): LaunchRequest {
  return {
    ...recorded,
    ...{ variables, terminal, verbose, detached, pull: 'missing' },
    // A container that is there may have the name.
    name: undefined,
    watched: caller.terminal !== undefined,
  };
}

function hasValues({ request }: RunRecord): boolean {
  const values = Object.values(request.variables);
  return values.length > 0 && values.every((value) => value !== null);
}

function variablesOf(
  { request: recorded }: RunRecord,
  { variables: given = {} }: RerunRequest,
  { caller }: Submarine,
): { readonly variables: readonly Variable[]; readonly missing: readonly string[] } {
  const names = Object.entries(recorded.variables);
  const kept = names.flatMap(([name, value]) =>
    value === null || name in given ? [] : [[name, value] as const],
  );
  return {
    variables: givenVariables({ ...Object.fromEntries(kept), ...given }, caller.variables),
    missing: names.flatMap(([name, value]) => (value === null && !(name in given) ? [name] : [])),
  };
}

/** How the code folder is not what it was, as far as git can tell. */
async function codeChanges(
  { code: before, request: { code: folder } }: RunRecord,
  { caller }: Submarine,
): Promise<readonly string[]> {
  if (folder === undefined) return [];
  if (!existsSync(folder)) return [`the code folder ${quote(folder)} is gone`];
  if (before === undefined) return [];
  const now = await readCodeState(folder, { env: caller.variables, withDiff: true });
  if (now === undefined) return ['git no longer knows the code folder'];
  if (now.commit !== before.commit) {
    return [
      `the code is at the commit ${now.commit.slice(0, 12)}, and was at ${before.commit.slice(0, 12)}`,
    ];
  }
  if (!now.dirty && !before.dirty) return [];
  const isSame = now.dirty && before.dirty && before.diff !== undefined && now.diff === before.diff;
  return isSame ? [] : ['the code differs from its commit in another way than before'];
}

function changed({ id }: RunRecord, changes: readonly string[]): InvalidDataError {
  return new InvalidDataError(
    `the run ${id} cannot be the same: ${changes.join(', ')}`,
    undefined,
    {
      code: 'rerun-differs',
      data: { run: id, changes },
    },
  );
}

/** Solving it again could find other packages. */
async function requireUnlockedKernel(prepared: PreparedLaunch, record: RunRecord): Promise<void> {
  if (record.kernel === undefined || (await isKernelPresent(prepared))) return;
  throw new InvalidDataError(
    `the kernel of the run ${record.id} is gone, and was not locked, so its packages are not known`,
    undefined,
    { code: 'kernel-not-repeatable', data: { run: record.id } },
  );
}

async function compare(
  { records }: Submarine,
  before: RunRecord,
  id: string,
): Promise<ResultsDiff | undefined> {
  if ((before.request.results ?? []).length === 0) return undefined;
  const after = await records.find(id);
  return after === undefined ? undefined : differingResults(before, after);
}
