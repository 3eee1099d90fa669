import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type { StartedRun, Streams } from '../../engines/engine.ts';
import { throwIfAborted } from '../../errors.ts';
import type { Call } from '../events.ts';
import type { RunRequest } from '../runs/run-request.ts';
import { launch, showLaunch } from '../runs/start-run.ts';
import type { Submarine } from '../submarine.ts';

/** JupyterLab in an environment; its `code` is the folder that it opens. */
export type NotebookRequest = Omit<RunRequest, 'command' | 'terminal' | 'detached'>;

/** A server that was started. */
export interface Notebook {
  readonly run: StartedRun;
  /**
   * Its address with the token, when it answers; undefined when it has ended before. It rejects when the call is
   * aborted.
   */
  readonly url: Promise<string | undefined>;
}

/** Where Jupyter listens in the container; the engine chooses the port of this machine. */
const PORT = 8888;
const JUPYTER = [
  ...['jupyter', 'lab', '--no-browser', '--ip=0.0.0.0', `--port=${PORT}`, '--port-retries=0'],
  // The user in the container is the caller, who may be root; the token guards the server either way.
  '--allow-root',
];

/**
 * Opens JupyterLab in an environment; its kernel is what notebooks run in. It is published on 127.0.0.1 alone.
 *
 * @param streams - no stdin is read, and both outputs are the server's log
 * @throws SubmarineError as a run does; UsageError when the engine is on another machine, or a token is given
 */
export async function openNotebook(
  submarine: Submarine,
  request: NotebookRequest,
  streams: Pick<Streams, 'stdout' | 'stderr'>,
  call?: Call,
): Promise<Notebook> {
  const token = randomBytes(24).toString('hex');
  const purpose = { kind: 'notebook', token } as const;
  const run = await launch(submarine, purpose, withServer(request), streams, call);
  const url = waitForServer(run, token, call);
  // Whoever does not look at it yet is told when they do.
  url.catch(() => {});
  return { run, url };
}

/** The exact command that `openNotebook` comes to. */
export async function showNotebook(
  submarine: Submarine,
  request: NotebookRequest,
  call?: Call,
): Promise<string> {
  const purpose = { kind: 'notebook', token: randomBytes(24).toString('hex') } as const;
  return showLaunch(submarine, purpose, withServer(request), call);
}

function withServer(request: NotebookRequest): RunRequest {
  // Its log names addresses that lead nowhere outside of the container.
  const quiet = request.verbose === true ? [] : ['--Application.log_level=WARN'];
  const own = { host: '127.0.0.1', containerPort: PORT, protocol: 'tcp' } as const;
  return {
    ...request,
    command: [...JUPYTER, ...quiet],
    ports: [own, ...(request.ports ?? [])],
  };
}

async function waitForServer(
  run: StartedRun,
  token: string,
  call: Call | undefined,
): Promise<string | undefined> {
  const ended = new AbortController();
  const end = (): void => ended.abort();
  run.ended.then(end, end);
  call?.signal?.addEventListener('abort', end);
  try {
    let address: string | undefined;
    while (!ended.signal.aborted) {
      address ??= await run.address(PORT);
      if (address !== undefined && (await answers(address, token, ended.signal))) {
        return `http://${address}/lab?token=${token}`;
      }
      await sleep(100, undefined, { signal: ended.signal }).catch(() => {});
    }
    throwIfAborted(call?.signal);
    return undefined;
  } finally {
    call?.signal?.removeEventListener('abort', end);
  }
}

async function answers(address: string, token: string, ended: AbortSignal): Promise<boolean> {
  try {
    const { ok } = await fetch(`http://${address}/api/status`, {
      headers: { authorization: `token ${token}` },
      signal: AbortSignal.any([ended, AbortSignal.timeout(2000)]),
    });
    return ok;
  } catch {
    return false;
  }
}
