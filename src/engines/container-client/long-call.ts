import type { ChildProcess } from 'node:child_process';
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
  /** Whether it has a session of its own, so that the keys of the terminal are no signals to it. */
  readonly detached?: boolean;
}

/**
 * Has the client do something that takes long.
 *
 * @returns its exit code, and what it said on stderr
 * @throws SubmarineError when it cannot be started, and when it was ended
 */
export async function callLong(
  { dialect, env: callers }: Client,
  argv: readonly string[],
  { signal, stdout, env, cwd, detached = false }: LongCall,
): Promise<{ readonly exitCode: number; readonly stderr: string }> {
  throwIfAborted(signal);
  let stderr = '';
  const [exitCode, killedBy] = await toItsEnd(signal, () => {
    const client = spawn(dialect.program, argv, {
      env: { ...callers, ...env },
      ...{ cwd, detached },
      stdio: ['ignore', typeof stdout === 'function' ? 'pipe' : stdout, 'pipe'],
    });
    readText(client.stderr, (text) => (stderr += text));
    if (typeof stdout === 'function') readText(client.stdout, stdout);
    return client;
  }).catch((error: unknown) => {
    throw dialect.explainMissing(error);
  });
  if (exitCode === 0) return { exitCode, stderr };
  throwIfAborted(signal);
  if (killedBy !== null) throw new InterruptedError(killedBy);
  return { exitCode: exitCode ?? 1, stderr };
}

/** @throws what Node throws, at once or later, when it cannot be started */
async function toItsEnd(
  signal: AbortSignal | undefined,
  start: () => ChildProcess,
): Promise<[exitCode: number | null, killedBy: NodeJS.Signals | null]> {
  const client = start();
  const end = (): void => void client.kill('SIGTERM');
  signal?.addEventListener('abort', end);
  try {
    return await new Promise((resolve, reject) => {
      client.once('error', reject).once('close', (...ended) => resolve(ended));
    });
  } finally {
    signal?.removeEventListener('abort', end);
  }
}

function readText(stream: NodeJS.ReadableStream | null, take: (text: string) => void): void {
  stream?.setEncoding('utf8').on('data', take);
}
