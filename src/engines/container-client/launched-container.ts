import { setTimeout as sleep } from 'node:timers/promises';

import type { Client } from './client.ts';
import { callClient } from './client.ts';

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
   */
  async signal(signal: NodeJS.Signals, ended: () => boolean): Promise<void> {
    while (!ended()) {
      const found = await this.#list('{{.ID}} {{.Status}}', '--filter', 'status=running');
      const [id = '', ...status] = found.split(' ');
      // For its first moments the init process hears nothing: the system drops what it has not asked for.
      if (status.join(' ') === 'Up Less than a second') await sleep(100);
      if (id !== '' && (await this.#call('kill', '--signal', signal, id)) !== undefined) return;
      await sleep(50);
    }
  }

  /** The same for one that has started long ago; nothing when it has ended. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    const id = await this.find();
    if (id !== undefined) await this.#call('kill', '--signal', signal, id);
  }

  /** Asks the command to end, waits until it has, and removes what is left. */
  async end(): Promise<void> {
    const id = await this.find();
    if (id === undefined) return;
    await this.#call('kill', '--signal', 'SIGTERM', id);
    await this.#call('wait', id);
    await this.remove();
  }

  /** Ends it where its client has left it: one whose output nobody reads any more goes, and the container stays. */
  async endIfLeft(): Promise<void> {
    if ((await this.#list('{{.ID}}', '--filter', 'status=running')) !== '') await this.end();
  }

  /** Removes it, also one that was made and never ran. */
  async remove(): Promise<void> {
    const id = await this.find();
    if (id !== undefined) await this.#call('rm', '--force', id);
  }

  /** Whether something has happened to it. The engine remembers its last events, also of what is gone. */
  async had(event: 'start' | 'oom'): Promise<boolean> {
    const shown = await this.#call(
      ...['events', '--since', seconds(this.#launchedAt), '--until', seconds(Date.now())],
      ...['--filter', this.#filter, '--filter', `event=${event}`, '--format', '{{.Action}}'],
    );
    return shown !== undefined && shown !== '';
  }

  /** Where a port of it answers on this machine, as `HOST:PORT`; undefined while it does not. */
  async address(port: number): Promise<string | undefined> {
    const id = await this.find();
    const shown = id === undefined ? undefined : await this.#call('port', id, `${port}/tcp`);
    return shown?.split('\n')[0];
  }

  async find(): Promise<string | undefined> {
    return (await this.#list('{{.ID}}')) || undefined;
  }

  /** The one line for it, in the engine's template language; empty when there is no such container. */
  async #list(format: string, ...filter: string[]): Promise<string> {
    const all = ['ps', '--all', '--no-trunc', '--filter', this.#filter, ...filter];
    return (await this.#call(...all, '--format', format)) ?? '';
  }

  /** What the client printed; undefined when it failed. */
  async #call(...argv: string[]): Promise<string | undefined> {
    const { exitCode, stdout } = await callClient(this.#client, argv);
    return exitCode === 0 ? stdout : undefined;
  }
}

function seconds(timeMs: number): string {
  return (timeMs / 1000).toFixed(3);
}
