import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

import { SubmarineError } from '../../errors.ts';
import type { Client } from './client.ts';
import { ANSWER_MS, callClient } from './client.ts';

/** The exit code of what the kernel kills because it has used up its memory. */
export const KILLED = 128 + constants.signals.SIGKILL;

const ENDING: ReadonlySet<NodeJS.Signals> = new Set(['SIGHUP', 'SIGTERM']);
const USER_DEFINED: ReadonlySet<NodeJS.Signals> = new Set(['SIGUSR1', 'SIGUSR2']);

/**
 * The container of one launch, whatever its name: it is found by its label, since the name that a person gave may be
 * that of another container.
 */
export class LaunchedContainer {
  readonly #filter: string;
  readonly #client: Client;
  readonly #launchedAt = Date.now();

  /** @param filter - by which the engine finds it and no other: `label=submarine.run=1f2e`, `id=…` */
  constructor(filter: string, client: Client) {
    this.#filter = filter;
    this.#client = client;
  }

  /**
   * Gives a signal to the command, through the engine.
   *
   * The client itself would pass it on, but between making and starting a container it drops a signal, and before that
   * it dies of one and leaves the container behind. So this asks again until the container runs, or `ended` says that
   * there is no more to wait for.
   *
   * @throws InterruptedError when the engine does not answer in time
   */
  async signal(signal: NodeJS.Signals, ended: () => boolean): Promise<void> {
    while (!ended()) {
      const within = AbortSignal.timeout(ANSWER_MS);
      const found = await this.#list('{{.ID}} {{.Status}}', within, '--filter', 'status=running');
      const [id = '', ...status] = found.split(' ');
      // For its first moments the init process hears nothing: the system drops what it has not asked for.
      if (status.join(' ') === 'Up Less than a second') await sleep(100);
      if (id !== '' && (await this.#kill(signal, id, within))) return;
      await sleep(50);
    }
  }

  /** What ends a command reaches one that Ctrl-Z has stopped only when it goes on. */
  async #kill(signal: NodeJS.Signals, id: string, abort: AbortSignal): Promise<boolean> {
    const isGiven = await this.#give(signal, id, abort);
    if (isGiven && ENDING.has(signal)) await this.#call(['kill', '--signal', 'SIGCONT', id], abort);
    return isGiven;
  }

  /** The program that ends a command in time passes some signals on, and is ended by the others. */
  async #give(signal: NodeJS.Signals, id: string, abort: AbortSignal | undefined) {
    const call = async (...argv: string[]) => (await this.#call(argv, abort)) !== undefined;
    const isLimited =
      USER_DEFINED.has(signal) &&
      (await call('exec', id, '/bin/sh', '-c', SIGNAL_LIMITED, 'sh', signal.replace(/^SIG/, '')));
    return isLimited || call('kill', '--signal', signal, id);
  }

  /** The same for one that has started long ago; nothing when it has ended. */
  async kill(signal: NodeJS.Signals, abort: AbortSignal | undefined): Promise<void> {
    const id = await this.find(abort);
    if (id !== undefined) await this.#give(signal, id, abort);
  }

  /** Holds all of it, as it is; a failure is seen by what follows. */
  async pause(abort: AbortSignal | undefined): Promise<void> {
    await this.#onIt('pause', abort);
  }

  async resume(abort: AbortSignal | undefined): Promise<void> {
    await this.#onIt('unpause', abort);
  }

  /** Gives INT to what stands in the foreground of its terminal, as a terminal does on Ctrl-C. */
  async interrupt(abort: AbortSignal | undefined): Promise<void> {
    const id = await this.findRunning(abort);
    if (id === undefined) return;
    const given = await this.#call(['exec', id, '/bin/sh', '-c', INTERRUPT], abort);
    if (given === undefined) await this.#call(['kill', '--signal', 'SIGINT', id], abort);
  }

  async #onIt(command: string, abort: AbortSignal | undefined): Promise<void> {
    const id = await this.find(abort);
    if (id !== undefined) await this.#call([command, id], abort);
  }

  /** The exit code of what has ended, by the engine's memory of it; undefined where it has forgotten. */
  async endedWith(abort: AbortSignal | undefined): Promise<number | undefined> {
    const shown = await this.#events('die', '{{.Actor.Attributes.exitCode}}', abort);
    return shown === undefined || shown === '' ? undefined : Number(shown.split('\n').at(-1));
  }

  /** Asks the command to end, waits until it has, and removes what is left. */
  async end(abort: AbortSignal | undefined): Promise<void> {
    const id = await this.find(abort);
    if (id === undefined) return;
    await this.#call(['kill', '--signal', 'SIGTERM', id], abort);
    await this.#call(['wait', id], abort);
    await this.remove(abort);
  }

  /** Ends it where its client has left it: one whose output nobody reads any more goes, and the container stays. */
  async endIfLeft(abort: AbortSignal | undefined): Promise<void> {
    if ((await this.findRunning(abort)) !== undefined) await this.end(abort);
  }

  /** Removes it, also one that was made and never ran. */
  async remove(abort?: AbortSignal): Promise<void> {
    const id = await this.find(abort);
    if (id !== undefined) await this.#call(['rm', '--force', id], abort);
  }

  /** Whether something has happened to it. The engine remembers its last events, also of what is gone. */
  async had(event: 'start' | 'oom', abort: AbortSignal | undefined): Promise<boolean> {
    const shown = await this.#events(event, '{{.Action}}', abort);
    return shown !== undefined && shown !== '';
  }

  #events(event: string, format: string, abort: AbortSignal | undefined) {
    const argv = [
      ...['events', '--since', seconds(this.#launchedAt), '--until', seconds(Date.now())],
      ...['--filter', this.#filter, '--filter', `event=${event}`, '--format', format],
    ];
    return this.#call(argv, abort);
  }

  /**
   * Where a port of it answers on this machine, as `HOST:PORT`; undefined while it does not.
   *
   * @throws SubmarineError of the kind `refused` when it is running, and the port is not published
   */
  async address(port: number, abort: AbortSignal | undefined): Promise<string | undefined> {
    const id = await this.findRunning(abort);
    if (id === undefined) return undefined;
    const shown = await this.#call(['port', id, `${port}/tcp`], abort);
    if (shown) return shown.split('\n')[0];
    if ((await this.findRunning(abort)) === undefined) return undefined;
    throw new SubmarineError({
      kind: 'refused',
      code: 'port-not-published',
      message: `port ${port} of the container ${id.slice(0, 12)} is not published on this machine`,
      data: { container: id, port },
    });
  }

  async findRunning(abort: AbortSignal | undefined): Promise<string | undefined> {
    return (await this.#list('{{.ID}}', abort, '--filter', 'status=running')) || undefined;
  }

  async find(abort: AbortSignal | undefined): Promise<string | undefined> {
    return (await this.#list('{{.ID}}', abort)) || undefined;
  }

  /** The one line for it, in the engine's template language; empty when there is no such container. */
  async #list(
    format: string,
    abort: AbortSignal | undefined,
    ...filter: string[]
  ): Promise<string> {
    const all = ['ps', '--all', '--no-trunc', '--filter', this.#filter, ...filter];
    return (await this.#call([...all, '--format', format], abort)) ?? '';
  }

  /** What the client printed; undefined when it failed. */
  async #call(
    argv: readonly string[],
    abort: AbortSignal | undefined,
  ): Promise<string | undefined> {
    const { exitCode, stdout } = await callClient(this.#client, argv, abort);
    return exitCode === 0 ? stdout : undefined;
  }
}

/** The first child of the init process leads the session; the sixth word behind its name is the foreground's group. */
const INTERRUPT = `
read -r first rest </proc/1/task/1/children
read -r line <"/proc/$first/stat"
set -- \${line##*) }
kill -INT "-$6"`;

/** Gives the signal $1 to a command with a time limit; fails where the first child of the init process is no `timeout`. */
const SIGNAL_LIMITED = `
[ -n "\${SUBMARINE_TIMEOUT-}" ] || exit 1
read -r first rest </proc/1/task/1/children
read -r name <"/proc/$first/comm"
[ "$name" = timeout ] || exit 1
read -r command rest <"/proc/$first/task/$first/children"
kill -s "$1" "$command"`;

function seconds(timeMs: number): string {
  return (timeMs / 1000).toFixed(3);
}
