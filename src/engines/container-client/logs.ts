import { InterruptedError, throwIfAborted } from '../../errors.ts';
import type { LogOptions, Streams } from '../engine.ts';
import type { Client } from './client.ts';
import { startCommandClient } from './command-client.ts';

/** Copies what a container has written, each of its two streams to its own. */
export async function printLogs(
  client: Client,
  container: string,
  outputs: Pick<Streams, 'stdout' | 'stderr'>,
  options: LogOptions,
): Promise<void> {
  const { signal } = options;
  throwIfAborted(signal);
  const { dialect, env } = client;
  if (await dialect.copyLogs(container, outputs, options, env)) return;
  const argv = ['logs', ...logArguments(options), container];
  const started = await startCommandClient(client, argv, outputs, dialect.execRefusals);
  const end = (): void => started.kill('SIGTERM');
  signal?.addEventListener('abort', end);
  try {
    const { exitCode, signal: killedBy, cause } = await started.ended;
    throwIfAborted(signal);
    if (killedBy !== undefined) throw new InterruptedError(killedBy);
    if (exitCode === undefined) throw dialect.explainMissing(cause);
    if (exitCode !== 0) throw dialect.explain(started.messages.takeMessage(), '');
  } finally {
    signal?.removeEventListener('abort', end);
    await started.drain();
  }
}

function logArguments({ follow, since, tail, timestamps }: LogOptions): readonly string[] {
  return [
    ...(follow === true ? ['--follow'] : []),
    ...(since === undefined
      ? []
      : ['--since', typeof since === 'string' ? since : since.toISOString()]),
    ...(tail === undefined ? [] : ['--tail', String(tail)]),
    ...(timestamps === true ? ['--timestamps'] : []),
  ];
}
