import { setTimeout as sleep } from 'node:timers/promises';

import { userText } from '../../launch/resources.ts';
import type { ExecRequest } from '../engine.ts';
import type { Client } from './client.ts';
import { ANSWER_MS, callClient } from './client.ts';

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

/** Another command in a container, which its client leaves behind when it ends before it. */
export class EnteredCommand {
  readonly #container: string;
  readonly #request: ExecRequest;
  readonly #client: Client;

  constructor(container: string, request: ExecRequest, client: Client) {
    this.#container = container;
    this.#request = request;
    this.#client = client;
  }

  /**
   * Gives the command a signal.
   *
   * @param ended - whether its client has ended: it is then looked for once more, and not waited for
   * @returns false when it is not there
   * @throws InterruptedError when the engine does not answer in time
   */
  async signal(signal: NodeJS.Signals, ended: () => boolean): Promise<boolean> {
    const { user, execId } = this.#request;
    const asUser = user === undefined ? [] : ['--user', userText(user)];
    const script = ['/bin/sh', '-c', SIGNAL_SCRIPT, 'sh', signal.replace(/^SIG/, ''), execId];
    const until = Date.now() + PATIENCE_MS;
    while (true) {
      const isLast = ended() || Date.now() > until;
      const argv = ['exec', ...asUser, this.#container, ...script];
      const { exitCode } = await callClient(this.#client, argv, AbortSignal.timeout(ANSWER_MS));
      if (exitCode === 0 || isLast) return exitCode === 0;
      await sleep(50);
    }
  }
}
