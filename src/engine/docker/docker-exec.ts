import { setTimeout as sleep } from 'node:timers/promises';

import type { ExecRequest } from '../engine.ts';
import { endedBy, loadExeca, startClient } from './client-process.ts';
import { execArgv } from './docker-argv.ts';
import { callDocker, clientMissing } from './docker-client.ts';
import type { DockerOptions } from './docker-engine.ts';
import { explainRefusal, REFUSALS } from './exec-refusals.ts';
import { HeldMessages } from './held-messages.ts';
import { relaySignals } from './signal-relay.ts';

/**
 * Gives the signal $1 to the command of which SUBMARINE_EXEC is $2; fails when it is not there.
 *
 * A command that the engine puts into a container has no parent there, and its children have; where the container sees
 * the processes of its machine, the engine's helper is the parent. Process 1 is never one of them. There may be no
 * program but the shell, whose `read` drops the NULs between the variables.
 */
const SIGNAL_SCRIPT = `
for folder in /proc/[0-9]*; do
    pid=\${folder#/proc/} parent='' parent_name=''
    if [ "$pid" = 1 ] || [ "$pid" = $$ ]; then continue; fi
    while read -r key value; do
        if [ "$key" = PPid: ]; then parent=$value; break; fi
    done <"$folder/status"
    if [ "$parent" != 0 ]; then
        read -r parent_name <"/proc/$parent/comm"
        case $parent_name in containerd-shim* | conmon*) ;; *) continue ;; esac
    fi
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in *"SUBMARINE_EXEC=$2"*) kill -s "$1" "$pid"; exit ;; esac
    done <"$folder/environ"
done 2>/dev/null
exit 1`;

/** How long the command is looked for: it is there some 50 ms after its client was started. */
const PATIENCE_MS = 5000;

/**
 * Runs a further command in a container to its end.
 *
 * The client passes no signal on: told to end, it ends and leaves the command behind. So each signal is given to the
 * command by another client.
 */
export async function execute(
  request: ExecRequest,
  { env, streams }: DockerOptions,
): Promise<number> {
  const execa = await loadExeca();
  let client: { readonly kill: (signal: NodeJS.Signals) => boolean } | undefined;
  let ended = false;
  const deliver = async (signal: NodeJS.Signals): Promise<void> => {
    const arrived = await signalCommand(signal, request, { env, ended: () => ended });
    if (!arrived && !ended) client?.kill(signal);
  };
  const stopRelay = relaySignals({
    deliver: (signal) => void deliver(signal).catch(() => client?.kill(signal)),
    resize: () => client?.kill('SIGWINCH'),
    stopTimeoutMs: undefined,
    // An interactive shell hears no TERM.
    hangUpAs: 'SIGHUP',
  });
  const messages = new HeldMessages((bytes) => void streams.stderr.write(bytes), 500, REFUSALS);
  try {
    const started = startClient(execa, execArgv(request), { env, ...streams });
    client = started;
    started.stderr.on('data', (chunk: Buffer) => messages.push(chunk));
    const { exitCode, signal, ...failure } = await started;
    if (signal !== undefined) {
      await signalCommand('SIGTERM', request, { env, ended: () => false });
      return endedBy(signal).exitCode;
    }
    if (exitCode === undefined) throw clientMissing(failure);
    const refusal = explainRefusal(exitCode, messages.held(), request);
    if (refusal === undefined) return exitCode;
    messages.take();
    throw refusal;
  } finally {
    ended = true;
    stopRelay();
    messages.release();
  }
}

/** Asks until the command is there and has the signal; false when it does not come. */
async function signalCommand(
  signal: NodeJS.Signals,
  { container, execId, user }: ExecRequest,
  { env, ended }: { readonly env: DockerOptions['env']; readonly ended: () => boolean },
): Promise<boolean> {
  const asUser = user === undefined ? [] : ['--user', user];
  const name = signal.replace(/^SIG/, '');
  const words = [container, '/bin/sh', '-c', SIGNAL_SCRIPT, 'sh', name, execId];
  const until = Date.now() + PATIENCE_MS;
  while (!ended() && Date.now() < until) {
    const { exitCode } = await callDocker(['exec', ...asUser, ...words], env);
    if (exitCode === 0) return true;
    await sleep(50);
  }
  return false;
}
