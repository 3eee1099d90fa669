import { setTimeout as sleep } from 'node:timers/promises';

import type { StartedRun } from '../../engines/engine.ts';
import { SubmarineError, throwIfAborted } from '../../errors.ts';
import { JUPYTER_PORT } from '../../launch/jupyter.ts';
import type { Call } from '../events.ts';
import { tellStep } from '../events.ts';

/**
 * The address that a browser opens.
 *
 * @param address - `HOST:PORT`; of all addresses of this machine the one that is its own is taken
 */
export function notebookUrl(address: string, token: string): string {
  const own = address.replace(/^0\.0\.0\.0(?=:)/, '127.0.0.1').replace(/^\[::\](?=:)/, '[::1]');
  return `http://${own}/lab?token=${token}`;
}

/** How long a server may be silent before it is said what is being waited for. */
const SILENCE_MS = 20_000;
const EVERY_MS = 100;
const ANSWER_MS = 2000;

/**
 * Waits until the server answers.
 *
 * @returns its address with the token; undefined when it has ended before
 * @throws SubmarineError of the kind `refused` when it can never be reached, or asks for another token
 */
export async function waitForServer(
  run: StartedRun,
  token: string,
  call: Call | undefined,
): Promise<string | undefined> {
  const ended = new AbortController();
  const end = (): void => ended.abort();
  run.ended.then(end, end);
  call?.signal?.addEventListener('abort', end);
  let address: string | undefined;
  const silence = setTimeout(() => {
    tellStep(call, { step: 'waiting-for-notebook', notebook: run.id, address });
  }, SILENCE_MS);
  try {
    while (!ended.signal.aborted) {
      address ??= await run.address(JUPYTER_PORT);
      const status = address && (await ask(address, '/api/status', token, ended.signal))?.status;
      if (address !== undefined && status === 200) return notebookUrl(address, token);
      if (status === 401 || status === 403) throw otherToken(run.id);
      await sleep(EVERY_MS, undefined, { signal: ended.signal }).catch(() => {});
    }
    throwIfAborted(call?.signal);
    return undefined;
  } catch (error) {
    throwIfAborted(call?.signal);
    if (ended.signal.aborted) return undefined;
    throw error;
  } finally {
    clearTimeout(silence);
    call?.signal?.removeEventListener('abort', end);
  }
}

/** How many kernels a server runs; 0 where it does not say. */
export async function countKernels(run: StartedRun, token: string): Promise<number> {
  const address = await run.address(JUPYTER_PORT).catch(() => undefined);
  const answer = address === undefined ? undefined : await ask(address, '/api/kernels', token);
  if (answer?.status !== 200) return 0;
  try {
    const kernels: unknown = JSON.parse(answer.text);
    return Array.isArray(kernels) ? kernels.length : 0;
  } catch {
    return 0;
  }
}

interface ServerAnswer {
  readonly status: number;
  readonly text: string;
}

/** Far longer than any list of kernels. */
const LONGEST_ANSWER = 1024 ** 2;

/**
 * Asks the server, which is code of an image that nobody need trust: no redirect of it is followed, and no more is read
 * than any answer has.
 *
 * @returns undefined when there is no answer, none in time, or one that is too long
 */
async function ask(
  address: string,
  path: string,
  token: string,
  ended?: AbortSignal,
): Promise<ServerAnswer | undefined> {
  const late = AbortSignal.timeout(ANSWER_MS);
  try {
    const { status, body } = await fetch(`http://${address}${path}`, {
      headers: { authorization: `token ${token}` },
      redirect: 'manual',
      signal: ended === undefined ? late : AbortSignal.any([ended, late]),
    });
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      if (text.length > LONGEST_ANSWER) return undefined;
    }
    return { status, text };
  } catch {
    return undefined;
  }
}

function otherToken(notebook: string): SubmarineError {
  return new SubmarineError({
    kind: 'refused',
    code: 'notebook-token-refused',
    message: `the server of ${notebook} rejects the token: the image's Jupyter configuration sets its own`,
    remedy: 'remove the token from the Jupyter configuration of the image',
    data: { notebook },
  });
}
