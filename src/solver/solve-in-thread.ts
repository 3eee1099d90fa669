import { Worker } from 'node:worker_threads';

import { SOLVER_WORKER } from '../built-files.ts';
import { SubmarineError, throwIfAborted } from '../errors.ts';
import type { LockedPackage } from '../lock/lock.ts';
import type { SolveRequest } from './solve.ts';
import type { SolverAnswer } from './solver-worker.ts';

/**
 * Solves in a thread of its own, so that it can be stopped at any moment, and what breaks down there breaks nothing else.
 *
 * @param prepare - makes the request while the thread starts
 * @throws SubmarineError what `solve` throws, or what the signal was aborted with
 */
export async function solveInThread(
  prepare: () => Promise<SolveRequest>,
  signal: AbortSignal | undefined,
): Promise<readonly LockedPackage[]> {
  throwIfAborted(signal);
  const worker = startWorker();
  const over = new AbortController();
  const answered = answerOf(worker, signal, over.signal);
  // It may fail before it is waited for.
  answered.catch(() => {});
  try {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has none
    worker.postMessage(await prepare());
    const answer = await answered;
    if ('failure' in answer) throw new SubmarineError(answer.failure);
    return answer.packages;
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  } finally {
    over.abort();
    // Nobody waits for it: for 100 ms more V8 compiles what nothing will run.
    void worker.terminate();
  }
}

function startWorker(): Worker {
  return new Worker(SOLVER_WORKER, {
    name: 'submarine-solver',
    // It talks to this process alone: a proxy, or a module to load first, could only be in its way.
    argv: [],
    env: {},
    execArgv: [],
    // Nothing that it writes belongs on the streams of this process.
    stdout: true,
    stderr: true,
  });
}

function answerOf(
  worker: Worker,
  signal: AbortSignal | undefined,
  over: AbortSignal,
): Promise<SolverAnswer> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the solver ended without an answer')));
    signal?.addEventListener('abort', reject, { signal: over });
  });
}
