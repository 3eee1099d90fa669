import { execFile } from 'node:child_process';

import type { SubmarineError } from '../../errors.ts';
import { SubmarineError as Failure } from '../../errors.ts';
import type { Variables } from '../../variables.ts';
import type { Dialect } from './dialect.ts';

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

/**
 * Asks the client something and collects what it prints.
 *
 * Not through execa, which starts what runs for long: this is Node's own, so that the first question is on its way
 * while execa is being loaded.
 *
 * @throws SubmarineError when there is no client, the arguments are too long for one, it was killed, or it printed more
 *   than 64 MiB
 */
export function callClient(
  { dialect, env }: Client,
  argv: readonly string[],
): Promise<ClientResult> {
  return new Promise<ClientResult>((resolve, reject) => {
    const client = execFile(
      dialect.program,
      argv,
      { env, maxBuffer: MAX_OUTPUT_BYTES },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code;
        if (typeof code !== 'number') return reject(failure(dialect, error));
        resolve({ exitCode: code, stdout: stdout.trimEnd(), stderr: stderr.trimEnd() });
      },
    );
    client.stdin?.end();
    // Some of what goes wrong Node throws at once.
  }).catch((error: unknown) => {
    throw error instanceof Failure ? error : failure(dialect, error);
  });
}

/** What a call means that gave no exit code. */
function failure(dialect: Dialect, error: unknown): SubmarineError {
  const { code, signal } = error as NodeJS.ErrnoException & { readonly signal?: string | null };
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') {
    return new Failure({
      kind: 'internal',
      code: 'too-much-output',
      message: `${dialect.program} printed more than 64 MiB where a few lines were expected`,
      cause: error,
    });
  }
  if (typeof signal === 'string') return clientKilled(dialect, signal, error);
  return dialect.explainMissing(error as NodeJS.ErrnoException);
}

/** For a client that was killed from outside while it was asked something. */
export function clientKilled(dialect: Dialect, signal: string, cause?: unknown): SubmarineError {
  return new Failure({
    kind: 'unavailable',
    code: 'client-killed',
    message: `${dialect.program} was killed by ${signal} before it answered`,
    data: { program: dialect.program, signal },
    cause,
  });
}
