import { execFile } from 'node:child_process';

import { SubmarineError, throwIfAborted } from '../../errors.ts';
import type { Variables } from '../../variables.ts';
import type { Dialect } from './dialect.ts';
import { ownSignal } from './own-signal.ts';

/** A client, and the variables of the caller that it is started with. */
export interface Client {
  readonly dialect: Dialect;
  readonly env: Variables;
}

/** What a call of the client printed, without the last line end, and how it ended. */
export interface ClientResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const MAX_OUTPUT_BYTES = 2 ** 26;

/** How long what is left of an aborted call is cleared away for: an engine that does not answer by then holds nobody. */
export const ANSWER_MS = 15_000;

/**
 * Asks the client something and collects what it prints.
 *
 * Not through execa, which starts what runs for long: this is Node's own, so that the first question is on its way
 * while execa is being loaded.
 *
 * @param signal - ends the client, which may wait for an engine that never answers
 * @param input - what it reads on stdin
 * @throws InterruptedError when it is aborted
 * @throws SubmarineError when there is no client, the arguments are too long for one, it was killed, or it printed more
 *   than 64 MiB
 */
export async function callClient(
  client: Client,
  argv: readonly string[],
  signal?: AbortSignal,
  input = '',
): Promise<ClientResult> {
  throwIfAborted(signal);
  const { dialect, env } = client;
  return new Promise<ClientResult>((resolve, reject) => {
    const asked = execFile(
      dialect.program,
      argv,
      { env, maxBuffer: MAX_OUTPUT_BYTES, signal: ownSignal(signal) },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code;
        if (typeof code !== 'number') return reject(error ?? new Error('no exit code'));
        resolve({ exitCode: code, stdout: stdout.trimEnd(), stderr: stderr.trimEnd() });
      },
    );
    // One that ends before it has read all of it says why by its exit code.
    asked.stdin?.on('error', () => {}).end(input);
    // Some of what goes wrong Node throws at once.
  }).catch((error: unknown) => {
    throwIfAborted(signal);
    throw failure(client, argv, error);
  });
}

/** What a call means that gave no exit code. */
function failure({ dialect }: Client, argv: readonly string[], error: unknown): SubmarineError {
  const { code, signal } = error as NodeJS.ErrnoException & { readonly signal?: string | null };
  const asked = `${dialect.program} ${argv[0] ?? ''}`;
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') {
    return new SubmarineError({
      kind: 'refused',
      code: 'too-much-output',
      message: `${asked} printed more than 64 MiB`,
      cause: error,
    });
  }
  if (typeof signal === 'string') {
    return new SubmarineError({
      kind: 'refused',
      code: 'client-killed',
      message: `${asked} was killed by ${signal} before it answered`,
      data: { signal },
      cause: error,
    });
  }
  return dialect.explainMissing(error);
}
