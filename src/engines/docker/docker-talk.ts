import { spawn } from 'node:child_process';

import { endedBy } from './client-process.ts';
import { clientMissing } from './docker-client.ts';
import { relaySignals } from './signal-relay.ts';

interface Talk {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the client's stdout goes: to a descriptor that is open, nowhere, or in chunks to a function. */
  readonly stdout: number | 'ignore' | ((text: string) => void);
}

/**
 * Has the `docker` client do something that takes long, and passes on to it the signals that come meanwhile, so that
 * whoever waits can still clear up.
 *
 * @returns its exit code, and what it said on stderr
 * @throws SubmarineError with exit code 69 when there is no client, and with 128 + n when signal n ended it
 */
export async function talkToDocker(
  argv: readonly string[],
  { env, stdout }: Talk,
): Promise<{ readonly exitCode: number; readonly stderr: string }> {
  let ending: NodeJS.Signals | undefined;
  const client = spawn('docker', argv, {
    env,
    stdio: ['ignore', typeof stdout === 'function' ? 'pipe' : stdout, 'pipe'],
  });
  const stopRelay = relaySignals({
    deliver: (signal) => {
      ending = signal;
      client.kill(signal);
    },
    resize: () => client.kill('SIGWINCH'),
    stopTimeoutMs: undefined,
  });
  try {
    let stderr = '';
    readText(client.stderr, (text) => (stderr += text));
    if (typeof stdout === 'function') readText(client.stdout, stdout);
    const [exitCode, signal] = await new Promise<[number | null, NodeJS.Signals | null]>(
      (resolve, reject) => {
        client.once('error', (error: NodeJS.ErrnoException) =>
          reject(clientMissing({ code: error.code, shortMessage: error.message })),
        );
        client.once('close', (...end) => resolve(end));
      },
    );
    if (exitCode === 0) return { exitCode, stderr };
    const last = ending ?? signal;
    if (last !== null) throw endedBy(last);
    return { exitCode: exitCode ?? 1, stderr };
  } finally {
    stopRelay();
  }
}

function readText(stream: NodeJS.ReadableStream | null, take: (text: string) => void): void {
  stream?.setEncoding('utf8').on('data', take);
}
