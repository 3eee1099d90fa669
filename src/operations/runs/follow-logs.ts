import { Transform, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import type { LogOptions, Run, Streams } from '../../engines/engine.ts';
import { SubmarineError, throwIfAborted } from '../../errors.ts';
import { toWritable } from '../../files/to-writable.ts';
import { quote } from '../../text/quote.ts';
import type { Call } from '../events.ts';
import { isUnavailable } from '../if-engine-answers.ts';
import type { Submarine } from '../submarine.ts';
import type { RunChoice } from './find-run.ts';
import { containerOf, findRun } from './find-run.ts';
import type { KnownRun } from './known-runs.ts';

/** Whose output to print, and how much of it. */
export interface LogsRequest extends RunChoice, Omit<LogOptions, 'signal'> {}

type Outputs = Pick<Streams, 'stdout' | 'stderr'>;

/**
 * Prints what a run has written, each of its two outputs to its own stream; with `follow` until it ends. Where the
 * connection breaks, or the engine is started again, it goes on at the byte where it was. When nobody reads it any more,
 * it ends.
 *
 * @throws SubmarineError of the kind `not-found` when there is no such run, or nothing was kept of what it printed
 */
export async function followLogs(
  submarine: Submarine,
  { run: given, engine, ...options }: LogsRequest,
  streams: Outputs,
  call: Call = {},
): Promise<void> {
  const known = await findRun(submarine, { run: given, engine }, call);
  if (known.status === 'unknown') containerOf(known);
  if (known.containerId === undefined) throw await nothingKept(known, submarine);
  const { runs } = await submarine.engine(engine);
  const run = runs.open(containerOf(known), call);
  const isRunning = async (): Promise<boolean> => {
    const [found] = await runs.list({ id: known.containerId ?? '' }, call);
    return found !== undefined && ['running', 'paused'].includes(found.state);
  };
  const { outputs, unread, leave } = watchReaders(streams);
  const signal = AbortSignal.any([unread, ...(call.signal === undefined ? [] : [call.signal])]);
  try {
    await (options.follow === true
      ? follow(run, { options: { ...options, signal }, outputs, isRunning })
      : run.logs(outputs, { ...options, signal }));
  } catch (error) {
    throwIfAborted(call.signal);
    if (!unread.aborted) throw error;
  } finally {
    leave();
  }
}

type Writables = Readonly<Record<keyof Outputs, Writable>>;

/** @returns streams, and what is aborted when one of them cannot be written any more, of which its owner is told */
export function watchReaders({ stdout, stderr }: Outputs): {
  readonly outputs: Writables;
  readonly unread: AbortSignal;
  readonly leave: () => void;
} {
  const unread = new AbortController();
  const outputs = { stdout: toWritable(stdout), stderr: toWritable(stderr) };
  const tell = (): void => unread.abort();
  for (const output of Object.values(outputs)) output.on('error', tell);
  const leave = (): void => {
    for (const output of Object.values(outputs)) output.off('error', tell);
  };
  return { outputs, unread: unread.signal, leave };
}

interface Following {
  readonly options: LogOptions;
  readonly outputs: Writables;
  readonly isRunning: () => Promise<boolean>;
}

/** How long an engine that does not answer is waited for. */
const PATIENCE_MS = 60_000;
const EVERY_MS = 500;

async function follow(run: Run, { options, outputs, isRunning }: Following): Promise<void> {
  const { signal } = options;
  const seen = { stdout: 0, stderr: 0 };
  const from = options.tail === undefined ? options : await fromFirstLine(run, options);
  for (let giveUpAt = Infinity; ;) {
    const before = seen.stdout + seen.stderr;
    try {
      await copyFrom(run, seen, outputs, from);
      if (!(await isRunning())) return;
    } catch (error) {
      throwIfAborted(signal);
      if (!isPassing(error) || Date.now() > giveUpAt) throw error;
    }
    if (seen.stdout + seen.stderr > before) giveUpAt = Infinity;
    giveUpAt = Math.min(giveUpAt, Date.now() + PATIENCE_MS);
    await sleep(EVERY_MS, undefined, { signal }).catch(() => throwIfAborted(signal));
  }
}

/** A number of last lines means others the next time, so the time of the first of them takes its place. */
async function fromFirstLine(run: Run, options: LogOptions): Promise<LogOptions> {
  const { tail, follow: _follow, ...rest } = options;
  const starts = { stdout: firstWord(), stderr: firstWord() };
  await run.logs(starts, { ...rest, tail, timestamps: true });
  const times = Object.values(starts).flatMap(({ word }) => word() || []);
  const [since = options.since] = times.toSorted();
  return { ...rest, follow: true, since };
}

/** Keeps the first word of what is written to it. */
function firstWord() {
  let start = '';
  return Object.assign(
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        if (start.length < LONGEST_TIME) start += chunk.toString('latin1', 0, LONGEST_TIME);
        done();
      },
    }),
    { word: () => start.split(' ')[0] ?? '' },
  );
}

const LONGEST_TIME = 64;

/** The engine is away, or its client was killed. */
function isPassing(error: unknown): boolean {
  return (
    isUnavailable(error) ||
    (error instanceof SubmarineError && ['engine-refused', 'interrupted'].includes(error.code))
  );
}

/** Copies what is new: the first bytes of each output are those that were copied before. */
async function copyFrom(
  run: Run,
  seen: { stdout: number; stderr: number },
  outputs: Writables,
  options: LogOptions,
): Promise<void> {
  const fresh = (name: keyof Outputs): Transform => {
    const counter = newBytes(seen[name], (bytes) => (seen[name] += bytes));
    counter.pipe(outputs[name], { end: false });
    return counter;
  };
  const [stdout, stderr] = [fresh('stdout'), fresh('stderr')];
  try {
    await run.logs({ stdout, stderr }, options);
  } finally {
    for (const counter of [stdout, stderr]) {
      counter.end();
      await finished(counter, { signal: options.signal }).catch(() => {});
    }
  }
}

function newBytes(skipped: number, count: (bytes: number) => void): Transform {
  let left = skipped;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const fresh = chunk.subarray(Math.min(left, chunk.length));
      left -= chunk.length - fresh.length;
      count(fresh.length);
      done(null, fresh);
    },
  });
}

/** An attached run printed to whoever started it. */
async function nothingKept(
  { id, name }: KnownRun,
  { records }: Submarine,
): Promise<SubmarineError> {
  const record = await records.find(id);
  const wasAttached = record?.request.detached !== true;
  return new SubmarineError({
    kind: 'not-found',
    code: wasAttached ? 'run-was-attached' : 'container-removed',
    message: wasAttached
      ? `the output of the run ${quote(name)} went to the terminal that it was started from`
      : `the output of the run ${quote(name)} went with its container`,
    data: { run: name },
  });
}
