import { randomBytes } from 'node:crypto';

import type { StartedRun, Streams } from '../../engines/engine.ts';
import type { Call } from '../events.ts';
import type { EnvironmentRun, LaunchedRun } from '../runs/launched-run.ts';
import { launch, showLaunch } from '../runs/start-run.ts';
import type { Submarine } from '../submarine.ts';
import type { NotebookRequest } from './notebook-request.ts';
import { toServerRun } from './notebook-request.ts';
import { countKernels, waitForServer } from './server-address.ts';

/** A server that was started. */
export interface Notebook<Started extends EnvironmentRun = EnvironmentRun> {
  readonly run: Started;
  /**
   * Its address with the token, when it answers; undefined when it has ended before. It rejects when the call is
   * aborted, and when it can never be reached; it is ended then.
   */
  readonly url: Promise<string | undefined>;
  /** How many kernels it runs now. */
  readonly countKernels: () => Promise<number>;
}

/**
 * Opens JupyterLab in an environment; its kernel is what notebooks run in. It is published on 127.0.0.1 alone, where
 * nothing else is asked for.
 *
 * @param streams - no stdin is read, and both outputs are the server's log
 * @throws SubmarineError as a run does; UsageError when the engine is on another machine, or a token is given
 */
export async function openNotebook(
  submarine: Submarine,
  request: NotebookRequest,
  streams: Pick<Streams, 'stdout' | 'stderr'>,
  call?: Call,
): Promise<Notebook<LaunchedRun>> {
  const token = newToken();
  const server = toServerRun(request);
  const run = await launch(submarine, { kind: 'notebook', token }, server, streams, call);
  const { tokens } = submarine.records;
  // Without it the address is known to whoever started the server, and nobody else.
  const kept = tokens.keep(run.runId, token).catch(() => {});
  if (request.detached === true) await kept;
  else removeAtEnd(run, kept, () => tokens.remove([run.runId]));
  const watch = await watchedRun(submarine, request, run);
  const url = waitForServer(watch.run, token, call)
    .catch(async (error: unknown) => {
      await run.remove().catch(() => {});
      throw error;
    })
    .finally(watch.leave);
  // Whoever does not look at it yet is told when they do.
  url.catch(() => {});
  return { run, url, countKernels: () => countKernels(run, token) };
}

/** Nobody follows a run that is detached: while its server is waited for, its container is looked at. */
async function watchedRun(
  submarine: Submarine,
  { detached, engine }: NotebookRequest,
  run: EnvironmentRun,
): Promise<{ readonly run: StartedRun; readonly leave: () => void }> {
  if (detached !== true) return { run, leave: () => {} };
  const { runs } = await submarine.engine(engine);
  const [container] = await runs.list({ id: run.id });
  if (container === undefined) return { run, leave: () => {} };
  const watching = new AbortController();
  const opened = runs.open(container, { signal: watching.signal });
  opened.ended.catch(() => {});
  return { run: opened, leave: () => watching.abort() };
}

function removeAtEnd(
  { ended }: EnvironmentRun,
  kept: Promise<void>,
  remove: () => Promise<void>,
): void {
  const tidy = (): void => void kept.then(remove).catch(() => {});
  ended.then(tidy, tidy);
}

/** The exact command that `openNotebook` comes to. */
export async function showNotebook(
  submarine: Submarine,
  request: NotebookRequest,
  call?: Call,
): Promise<string> {
  return showLaunch(submarine, { kind: 'notebook', token: newToken() }, toServerRun(request), call);
}

function newToken(): string {
  return randomBytes(24).toString('hex');
}
