import { Transform } from 'node:stream';
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
import { findRun } from './find-run.ts';
import type { KnownRun } from './known-runs.ts';

/** Whose output to print, and how much of it. */
export interface LogsRequest extends RunChoice, Omit<LogOptions, 'signal'> {}

type Outputs = Pick<Streams, 'stdout' | 'stderr'>;

/**
 * Prints what a run has written, each of its two outputs to its own stream; with `follow` until it ends. Where the
 * connection breaks, or the engine is started again, it goes on at the byte where it was.
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
  if (known.containerId === undefined) throw await nothingKept(known, submarine);
  const { runs } = await submarine.engine(engine);
  const run = await runs.open(known.containerId, call);
  if (options.follow !== true) {
    return run.logs(streams, { ...options, signal: call.signal });
  }
  const isRunning = async (): Promise<boolean> => {
    const [found] = await runs.list({ id: known.containerId ?? '' }, call);
    return found !== undefined && ['running', 'paused'].includes(found.state);
  };
  return follow(run, { options, streams, isRunning }, call);
}

interface Following {
  readonly options: Omit<LogOptions, 'signal'>;
  readonly streams: Outputs;
  readonly isRunning: () => Promise<boolean>;
}

/** How long an engine that does not answer is waited for. */
const PATIENCE_MS = 60_000;
const EVERY_MS = 500;

async function follow(
  run: Run,
  { options, streams, isRunning }: Following,
  { signal }: Call,
): Promise<void> {
  const seen = { stdout: 0, stderr: 0 };
  // A number of last lines means others the next time, so from then on it is a moment.
  let from = options;
  for (let giveUpAt = Infinity; ;) {
    const startedAt = new Date();
    const before = seen.stdout + seen.stderr;
    try {
      await copyFrom(run, seen, streams, { ...from, signal });
      if (!(await isRunning())) return;
    } catch (error) {
      throwIfAborted(signal);
      if (!isPassing(error) || Date.now() > giveUpAt) throw error;
    }
    if (seen.stdout + seen.stderr > before) giveUpAt = Infinity;
    giveUpAt = Math.min(giveUpAt, Date.now() + PATIENCE_MS);
    if (from.tail !== undefined) {
      const { tail: _tail, ...rest } = from;
      from = { ...rest, since: startedAt };
      Object.assign(seen, { stdout: 0, stderr: 0 });
    }
    await sleep(EVERY_MS, undefined, { signal }).catch(() => throwIfAborted(signal));
  }
}

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
  streams: Outputs,
  options: LogOptions,
): Promise<void> {
  const counters = (['stdout', 'stderr'] as const).map((name) => {
    const counter = newBytes(seen[name], (bytes) => (seen[name] += bytes));
    counter.pipe(toWritable(streams[name]), { end: false });
    return counter;
  });
  const [stdout, stderr] = counters;
  if (stdout === undefined || stderr === undefined) return;
  try {
    await run.logs({ stdout, stderr }, options);
  } finally {
    for (const counter of counters) {
      counter.end();
      await finished(counter).catch(() => {});
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
