import { spawn } from 'node:child_process';

import { InterruptedError, throwIfAborted } from '../../errors.ts';
import type { Variables } from '../../variables.ts';
import type { Client } from './client.ts';

interface LongCall {
  /** Ends the client, which is given time to end what it has begun. */
  readonly signal?: AbortSignal | undefined;
  /** Where the client's stdout goes: to a descriptor that is open, nowhere, or in chunks to a function. */
  readonly stdout: number | 'ignore' | ((text: string) => void);
  /** Variables for the client besides the caller's. */
  readonly env?: Variables;
  readonly cwd?: string;
}

/**
 * Has the client do something that takes long.
 *
 * @returns its exit code, and what it said on stderr
 * @throws SubmarineError when there is no client, and when it was ended
 */
export async function callLong(
  { dialect, env: callers }: Client,
  argv: readonly string[],
  { signal, stdout, env, cwd }: LongCall,
): Promise<{ readonly exitCode: number; readonly stderr: string }> {
  throwIfAborted(signal);
  const client = spawn(dialect.program, argv, {
    env: { ...callers, ...env },
    cwd,
    stdio: ['ignore', typeof stdout === 'function' ? 'pipe' : stdout, 'pipe'],
  });
  const end = (): void => void client.kill('SIGTERM');
  signal?.addEventListener('abort', end);
  try {
    let stderr = '';
    readText(client.stderr, (text) => (stderr += text));
    if (typeof stdout === 'function') readText(client.stdout, stdout);
    const [exitCode, killedBy] = await new Promise<[number | null, NodeJS.Signals | null]>(
      (resolve, reject) => {
        client.once('error', (error: NodeJS.ErrnoException) =>
          reject(dialect.explainMissing(error)),
        );
        client.once('close', (...ended) => resolve(ended));
      },
    );
    if (exitCode === 0) return { exitCode, stderr };
    throwIfAborted(signal);
    if (killedBy !== null) throw new InterruptedError(killedBy);
    return { exitCode: exitCode ?? 1, stderr };
  } finally {
    signal?.removeEventListener('abort', end);
  }
}

function readText(stream: NodeJS.ReadableStream | null, take: (text: string) => void): void {
  stream?.setEncoding('utf8').on('data', take);
}
