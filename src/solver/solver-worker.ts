/** The thread in which one kernel is solved: it takes the request, and answers. */
import { parentPort } from 'node:worker_threads';

import type { LockedPackage } from '../lock/lock.ts';
import type { ErrorFacts } from '../errors.ts';
import { SubmarineError } from '../errors.ts';
import type { SolveRequest } from './solve.ts';
import { solve } from './solve.ts';

/** Errors lose their class and their fields on the way, so those of ours go as facts. */
export type SolverAnswer =
  | { readonly packages: readonly LockedPackage[] }
  | { readonly failure: ErrorFacts };

parentPort?.once('message', (request: SolveRequest) => {
  // Any other error ends the thread, which hands it over.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has none
  void answer(request).then((found) => parentPort?.postMessage(found));
});

async function answer(request: SolveRequest): Promise<SolverAnswer> {
  try {
    return { packages: await solve(request) };
  } catch (error) {
    if (!(error instanceof SubmarineError)) throw error;
    const { kind, code, message, remedy, data, cause } = error;
    return { failure: { kind, code, message, remedy, data, cause } };
  }
}
