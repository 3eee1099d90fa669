import { existsSync } from 'node:fs';

import type { Streams } from '../../engines/engine.ts';
import { InvalidDataError, SubmarineError } from '../../errors.ts';
import { readCodeState } from '../../git/code-state.ts';
import type { LaunchRequest } from '../../launch/launch-request.ts';
import { planLaunch } from '../../launch/launch-plan.ts';
import type { Variable } from '../../launch/variables.ts';
import { givenVariables } from '../../launch/variables.ts';
import type { RunRecord } from '../../run-records/run-record.ts';
import { quote } from '../../text/quote.ts';
import type { Call } from '../events.ts';
import { warn } from '../events.ts';
import { plannedKernel } from '../kernels/build/present-kernel.ts';
import type { Submarine } from '../submarine.ts';
import type { ResultsDiff } from './diff-results.ts';
import { differingResults } from './diff-results.ts';
import type { FoundCode } from './find-code.ts';
import { findCodeAgain } from './find-code.ts';
import type { EnvironmentRun, LaunchedRun } from './launched-run.ts';
import { checkFolders } from './local-files.ts';
import { readSecrets } from './read-secrets.ts';
import { environmentOf, findRecord } from './recorded-run.ts';
import type { SecretSource } from './run-request.ts';
import type { PreparedLaunch } from './start-run.ts';
import { prepareChosen, shower, startPrepared } from './start-run.ts';

/** A run to repeat. */
export interface RerunRequest {
  /** As `matchRun` knows it. */
  readonly run: string;
  /** Whether it is started although something is not as it was. */
  readonly allowChanges?: boolean | undefined;
  /** Values of variables, in the place of those that were not recorded. */
  readonly variables?: Readonly<Record<string, string | true>> | undefined;
  /** The same of secrets; those of a file or a variable are read there again. */
  readonly secrets?: Readonly<Record<string, SecretSource>> | undefined;
  readonly detached?: boolean | undefined;
  /** Whether the command gets a terminal. */
  readonly terminal?: boolean | undefined;
  readonly verbose?: boolean | undefined;
}

/** A run that was started again. */
export interface Rerun<Started extends EnvironmentRun = EnvironmentRun> {
  readonly run: Started;
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
): Promise<Rerun<LaunchedRun>> {
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
  if (record.request.kind === 'notebook') throw notRepeated(record);
  const chosen = await environmentOf(record, submarine);
  const { variables, missing } = variablesOf(record, request, submarine);
  const { sources, unknown: unknownSecrets } = secretsOf(record, request);
  const changes = [
    ...(await codeChanges(record, submarine)),
    ...missing.map((name) => `the value of the variable ${name} was not recorded`),
    ...unknownSecrets.map((name) => `the secret ${name} was not recorded`),
  ];
  if (changes.length > 0 && request.allowChanges !== true) throw changed(record, changes);
  if (changes.length > 0) warn(call, { code: 'rerun-differs', run: record.id, changes });
  const engine = await submarine.engine(record.engine.name);
  const secrets = await readSecrets(sources, submarine.caller, call);
  const code = await findCodeAgain(record.request, submarine.caller, { dryRun, call });
  const given = { variables, secrets, ...code };
  const launch = launchRequestOf(record, request, given, submarine);
  await checkFolders(launch.codeSource === undefined ? launch.code : undefined, launch.mounts);
  const { allowChanges } = request;
  const target = { request: launch, engine, lock: 'use', allowChanges } as const;
  return prepareChosen(submarine, chosen, target, { dryRun, show }, call);
}

function launchRequestOf(
  { request: recorded }: RunRecord,
  { detached, terminal = false, verbose = false }: RerunRequest,
  given: Required<Pick<LaunchRequest, 'variables' | 'secrets'>> & FoundCode,
  { caller }: Submarine,
): LaunchRequest {
  return {
    ...recorded,
    ...{ ...given, terminal, verbose, detached, pull: 'missing' },
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

/** Where secrets are read again, and which of them nobody can know. */
function secretsOf(
  { request: { secrets: recorded = {} } }: RunRecord,
  { secrets: given = {} }: RerunRequest,
) {
  const known = Object.entries(recorded).flatMap(([name, from]) =>
    from === null ? [] : [[name, from] as const],
  );
  const sources: Readonly<Record<string, SecretSource>> = {
    ...Object.fromEntries(known),
    ...given,
  };
  const unknown = Object.keys(recorded).filter((name) => !Object.hasOwn(sources, name));
  return { sources, unknown };
}

/** How the code folder is not what it was, as far as git can tell. */
async function codeChanges(
  { code: before, request: { code: folder, codeSource, results } }: RunRecord,
  { caller }: Submarine,
): Promise<readonly string[]> {
  // A commit of a repository elsewhere is what it was.
  if (folder === undefined || codeSource !== undefined) return [];
  if (!existsSync(folder)) return [`the code folder ${quote(folder)} is gone`];
  if (before === undefined) return [];
  const options = { env: caller.variables, withDiff: false, except: results };
  const now = await readCodeState(folder, options);
  if (now === undefined) return ['git no longer knows the code folder'];
  if (now.commit !== before.commit) {
    return [
      `the code is at the commit ${now.commit.slice(0, 12)}, and was at ${before.commit.slice(0, 12)}`,
    ];
  }
  if (!now.dirty && !before.dirty) return [];
  if (now.dirty !== before.dirty) {
    const how = now.dirty
      ? 'differs from its commit, and did not'
      : 'is that of its commit, and was not';
    return [`the code ${how} then`];
  }
  if (now.changes === undefined || before.changes === undefined) {
    return ['too much of the code is in no commit to tell whether it is the same'];
  }
  return now.changes === before.changes
    ? []
    : ['the code differs from its commit in another way than before'];
}

/** What was done in it is in its files; its server alone does nothing. */
function notRepeated({ id }: RunRecord): SubmarineError {
  return new SubmarineError({
    kind: 'refused',
    code: 'rerun-notebook',
    message: `the run ${id} is a notebook, which cannot be repeated`,
    data: { run: id },
  });
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

async function compare(
  { records }: Submarine,
  before: RunRecord,
  id: string,
): Promise<ResultsDiff | undefined> {
  if ((before.request.results ?? []).length === 0) return undefined;
  const after = await records.find(id);
  return after === undefined ? undefined : differingResults(before, after);
}
