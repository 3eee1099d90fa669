import { isatty } from 'node:tty';

import type { ExecRequest } from '../engine.ts';
import type { ClientEnd } from './client-process.ts';
import { endedBy, loadExeca, startClient } from './client-process.ts';
import { execArgv } from './docker-argv.ts';
import { clientMissing } from './docker-client.ts';
import type { DockerOptions } from './docker-options.ts';
import { EnteredCommand } from './entered-command.ts';
import { explainRefusal, REFUSALS } from './exec-refusals.ts';
import { HeldMessages } from './held-messages.ts';
import { relaySignals } from './signal-relay.ts';

/** How a client that cannot write begins to say so. */
const UNWRITTEN = 'write /dev/std';

/**
 * Runs a further command in a container to its end.
 *
 * The client passes no signal on: told to end, it ends and leaves the command behind. So each signal is given to the
 * command by another client, and a command that was left is ended.
 */
export async function execute(request: ExecRequest, options: DockerOptions): Promise<number> {
  const { env, streams } = options;
  const execa = await loadExeca();
  const command = new EnteredCommand(request, env);
  const deliveries: Promise<unknown>[] = [];
  let client: { readonly kill: (signal: NodeJS.Signals) => boolean } | undefined;
  let ended = false;
  const deliver = async (signal: NodeJS.Signals): Promise<void> => {
    const arrived = await command.signal(signal, () => ended).catch(() => false);
    if (!arrived) client?.kill(signal);
  };
  const stopRelay = relaySignals({
    deliver: (signal) => void deliveries.push(deliver(signal)),
    resize: () => client?.kill('SIGWINCH'),
    stopTimeoutMs: undefined,
    // An interactive shell hears no TERM.
    hangUpAs: 'SIGHUP',
  });
  const messages = new HeldMessages((bytes) => void streams.stderr.write(bytes), 500, [
    ...REFUSALS,
    UNWRITTEN,
  ]);
  try {
    const started = startClient(execa, execArgv(request), { env, ...streams });
    client = started;
    started.stderr.on('data', (chunk: Buffer) => messages.push(chunk));
    const end = await started;
    ended = true;
    await Promise.all(deliveries);
    const left = signalForLeft(end, messages.held(), request, options);
    if (left !== undefined) await command.signal(left, () => true);
    return verdict(end, messages, request);
  } finally {
    ended = true;
    stopRelay();
    messages.release();
  }
}

/** What a command is to be given that its client may have left: undefined when the client ended with it. */
function signalForLeft(
  { exitCode, signal }: ClientEnd,
  said: string,
  { terminal }: ExecRequest,
  { streams }: DockerOptions,
): NodeJS.Signals | undefined {
  // It was killed, or nobody reads what it writes.
  if (signal !== undefined) return 'SIGTERM';
  if (exitCode === 1 && said.startsWith(UNWRITTEN)) return 'SIGTERM';
  return terminal && !isatty(streams.stdin.fd) ? 'SIGHUP' : undefined;
}

/** What the end of a client means: the command's own exit code, or why there is none. */
function verdict(end: ClientEnd, messages: HeldMessages, request: ExecRequest): number {
  if (end.signal !== undefined) return endedBy(end.signal).exitCode;
  if (end.exitCode === undefined) throw clientMissing(end);
  const refusal = explainRefusal(end.exitCode, messages.held(), request);
  if (refusal === undefined) return end.exitCode;
  messages.take();
  throw refusal;
}
