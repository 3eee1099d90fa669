import type { Change, CommitState, RunDiff } from '../../operations/runs/diff-runs.ts';
import type { RecordedImage } from '../../run-records/run-record.ts';
import { escapeControls, shellQuote } from '../../text/quote.ts';
import { diffLines } from './lock-diff.ts';

/** How two runs differ, a line for each thing. */
export function runDiffLines(diff: RunDiff): readonly string[] {
  const { environment, image, kernel, packages, code, command, options, end, results } = diff;
  return [
    ...line('environment', environment, (name) => name),
    ...line('image', image, imageWords),
    ...(packages === undefined
      ? line('kernel', kernel, (digest) => digest?.slice(0, 12) ?? 'none')
      : diffLines(packages)),
    ...codeLines(code),
    ...line('command', command, (words) => words.map(shellQuote).join(' ')),
    ...Object.entries(options).flatMap(([name, change]) => line(name, change, valueWords)),
    ...line('end', end, endWords),
    ...Object.entries(results).flatMap(([folder, paths]) =>
      paths.map((path) => `results: ${folder}/${path} differs`),
    ),
  ].map(escapeControls);
}

function line<Value>(
  name: string,
  change: Change<Value> | undefined,
  words: (value: Value) => string,
): readonly string[] {
  return change === undefined ? [] : [`${name}: ${words(change.before)} → ${words(change.after)}`];
}

function imageWords({ reference, digest, id }: RecordedImage): string {
  return `${reference} ${digest ?? `${id} (local)`}`;
}

function codeLines(change: Change<CommitState | undefined> | undefined): readonly string[] {
  if (change === undefined) return [];
  const lines = line('code', change, commitWords);
  const [{ before, after }, isShown] = [
    change,
    commitWords(change.before) !== commitWords(change.after),
  ];
  return isShown || before === undefined || after === undefined
    ? lines
    : ['code: it differs from its commit in another way'];
}

function commitWords(state: CommitState | undefined): string {
  if (state === undefined) return 'not known to git';
  const { commit, branch, dirty } = state;
  const words = [commit.slice(0, 12), ...(branch === undefined ? [] : [`on ${branch}`])];
  return [...words, ...(dirty ? ['with changes'] : [])].join(' ');
}

function valueWords(value: unknown): string {
  if (value === undefined) return 'none';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function endWords(end: NonNullable<RunDiff['end']>['before']): string {
  if (end === undefined) return 'none yet';
  return end.exitCode === undefined ? end.reason : `${end.reason} (${end.exitCode})`;
}
