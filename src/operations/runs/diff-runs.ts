import { isDeepStrictEqual } from 'node:util';

import type { CodeState } from '../../git/code-state.ts';
import type { LockDiff } from '../../lock/lock-diff.ts';
import { diffLocks, isSame } from '../../lock/lock-diff.ts';
import type {
  RecordedEnd,
  RecordedImage,
  RecordedRequest,
  RunRecord,
} from '../../run-records/run-record.ts';
import type { Call } from '../events.ts';
import { wholeLock } from '../locks/stored-lock.ts';
import type { Submarine } from '../submarine.ts';
import type { ResultsDiff } from './diff-results.ts';
import { differingResults } from './diff-results.ts';
import { environmentOf, findRecord } from './recorded-run.ts';

/** Two runs to compare. */
export interface DiffRunsRequest {
  /** As `matchRun` knows it. */
  readonly run: string;
  readonly other: string;
  readonly engine?: string | undefined;
}

/** Two values that are not alike. */
export interface Change<Value> {
  readonly before: Value;
  readonly after: Value;
}

/** Without the differences from the commit. */
export type CommitState = Pick<CodeState, 'commit' | 'branch' | 'dirty'>;

/** What two runs do not have in common. */
export interface RunDiff {
  readonly environment?: Change<string> | undefined;
  readonly image?: Change<RecordedImage> | undefined;
  /** Where both were locked; `kernel` says whether their kernels differ at all. */
  readonly packages?: LockDiff | undefined;
  /** Digests. */
  readonly kernel?: Change<string | undefined> | undefined;
  /** Of the code folder; alike where only what differs from the commit does. */
  readonly code?: Change<CommitState | undefined> | undefined;
  readonly command?: Change<readonly string[]> | undefined;
  /** By the names that a request has for them. */
  readonly options: Readonly<Record<string, Change<unknown>>>;
  /** How they ended. */
  readonly end?: Change<Pick<RecordedEnd, 'reason' | 'exitCode'> | undefined> | undefined;
  /** Paths of files that differ, by their folder. */
  readonly results: ResultsDiff;
}

/**
 * How two runs of this user differ: image, packages, code, command, options, end and results.
 *
 * @throws as `findRecord` does
 */
export async function diffRuns(
  submarine: Submarine,
  { run, other, engine }: DiffRunsRequest,
  call?: Call,
): Promise<RunDiff> {
  const before = await findRecord(submarine, { run, engine }, call);
  const after = await findRecord(submarine, { run: other, engine }, call);
  return {
    environment: changeOf(before, after, ({ environment }) => environment.name),
    image: changeOf(before, after, ({ image }) => image),
    kernel: changeOf(before, after, ({ kernel }) => kernel?.digest),
    packages: await diffPackages(before, after, submarine),
    code: diffCode(before, after),
    command: changeOf(before, after, ({ request }) => request.command),
    options: diffOptions(before.request, after.request),
    end: changeOf(
      before,
      after,
      ({ end }) => end && { reason: end.reason, exitCode: end.exitCode },
    ),
    results: differingResults(before, after),
  };
}

/** Whether two runs have everything in common. */
export function areRunsAlike({ options, results, ...changes }: RunDiff): boolean {
  return [options, results].every((part) => Object.keys(part).length === 0)
    ? Object.values(changes).every((change) => change === undefined)
    : false;
}

function changeOf<Value>(
  one: RunRecord,
  other: RunRecord,
  part: (record: RunRecord) => Value,
): Change<Value> | undefined {
  const [before, after] = [part(one), part(other)];
  return isDeepStrictEqual(before, after) ? undefined : { before, after };
}

function diffCode(one: RunRecord, other: RunRecord): Change<CommitState | undefined> | undefined {
  if (isDeepStrictEqual(one.code, other.code)) return undefined;
  return { before: commitState(one), after: commitState(other) };
}

/** What git said of the code folder, without its differences from the commit. */
export function commitState({ code }: Pick<RunRecord, 'code'>): CommitState | undefined {
  if (code === undefined) return undefined;
  const { commit, branch, dirty } = code;
  return { commit, ...(branch === undefined ? {} : { branch }), dirty };
}

async function diffPackages(
  before: RunRecord,
  after: RunRecord,
  submarine: Submarine,
): Promise<LockDiff | undefined> {
  if (before.kernel?.lock === after.kernel?.lock) return undefined;
  const [left, right] = await Promise.all(
    [before, after].map(async (record) => {
      const environment = await environmentOf(record, submarine);
      return wholeLock(environment.recorded, environment);
    }),
  );
  if (left === undefined || right === undefined) return undefined;
  // The image is compared by itself.
  const diff = diffLocks({ ...left, image: right.image }, right);
  return isSame(diff) ? undefined : diff;
}

/** What is compared by itself, or says nothing of what runs. */
const NO_OPTION = new Set([
  'kind',
  'command',
  'name',
  'pull',
  'terminal',
  'verbose',
  'watched',
  'detachKeys',
  'tellsInterrupt',
]);

function diffOptions(
  before: RecordedRequest,
  after: RecordedRequest,
): Readonly<Record<string, Change<unknown>>> {
  const [left, right] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  const names = [...new Set([...left.keys(), ...right.keys()])].filter(
    (name) => !NO_OPTION.has(name) && !isDeepStrictEqual(left.get(name), right.get(name)),
  );
  return Object.fromEntries(
    names.map((name) => [name, { before: left.get(name), after: right.get(name) }]),
  );
}
