import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Client } from './client.ts';
import { ANSWER_MS, callClient } from './client.ts';

/** The exit code of what the kernel kills because it has used up its memory. */
export const KILLED = 128 + constants.signals.SIGKILL;

const ENDING: ReadonlySet<NodeJS.Signals> = new Set(['SIGHUP', 'SIGTERM']);

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
    const isGiven = (await this.#call(['kill', '--signal', signal, id], abort)) !== undefined;
    if (isGiven && ENDING.has(signal)) await this.#call(['kill', '--signal', 'SIGCONT', id], abort);
    return isGiven;
  }

  /** The same for one that has started long ago; nothing when it has ended. */
  async kill(signal: NodeJS.Signals, abort: AbortSignal | undefined): Promise<void> {
    const id = await this.find(abort);
    if (id !== undefined) await this.#call(['kill', '--signal', signal, id], abort);
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
    const argv = [
      ...['events', '--since', seconds(this.#launchedAt), '--until', seconds(Date.now())],
      ...['--filter', this.#filter, '--filter', `event=${event}`, '--format', '{{.Action}}'],
    ];
    const shown = await this.#call(argv, abort);
    return shown !== undefined && shown !== '';
  }

  /** Where a port of it answers on this machine, as `HOST:PORT`; undefined while it does not. */
  async address(port: number, abort: AbortSignal | undefined): Promise<string | undefined> {
    const id = await this.find(abort);
    const argv = ['port', id ?? '', `${port}/tcp`];
    const shown = id === undefined ? undefined : await this.#call(argv, abort);
    return shown?.split('\n')[0];
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

function seconds(timeMs: number): string {
  return (timeMs / 1000).toFixed(3);
}
