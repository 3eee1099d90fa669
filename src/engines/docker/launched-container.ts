import { setTimeout as sleep } from 'node:timers/promises';

import { callDocker } from './docker-client.ts';

/**
 * The container of one launch, whatever its name: it is found by its label, since the name that a person gave may be
 * that of another container.
 */
export class LaunchedContainer {
  readonly #label: string;
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #launchedAt = Date.now();

  constructor(runId: string, env: Readonly<Record<string, string | undefined>>) {
    this.#label = `label=submarine.run=${runId}`;
    this.#env = env;
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

  /** Asks the command to end, waits until it has, and removes what is left. */
  async end(): Promise<void> {
    const id = await this.#find();
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
    const id = await this.#find();
    if (id !== undefined) await this.#call('rm', '--force', id);
  }

  /** Whether something has happened to it. The engine remembers its last events, also of what is gone. */
  async had(event: 'start' | 'oom'): Promise<boolean> {
    const shown = await this.#call(
      ...['events', '--since', seconds(this.#launchedAt), '--until', seconds(Date.now())],
      ...['--filter', this.#label, '--filter', `event=${event}`, '--format', '{{.Action}}'],
    );
    return shown !== undefined && shown !== '';
  }

  /** Where a port of it answers on this machine, as `HOST:PORT`; undefined while it does not. */
  async findPort(port: number): Promise<string | undefined> {
    const id = await this.#find();
    const shown = id === undefined ? undefined : await this.#call('port', id, `${port}/tcp`);
    return shown?.split('\n')[0];
  }

  async #find(): Promise<string | undefined> {
    return (await this.#list('{{.ID}}')) || undefined;
  }

  /** The one line for it, in the engine's template language; empty when there is no such container. */
  async #list(format: string, ...filter: string[]): Promise<string> {
    const all = ['ps', '--all', '--filter', this.#label, ...filter, '--format', format];
    return (await this.#call(...all)) ?? '';
  }

  /** What the client printed; undefined when it failed. */
  async #call(...argv: string[]): Promise<string | undefined> {
    const { exitCode, stdout } = await callDocker(argv, this.#env);
    return exitCode === 0 ? stdout : undefined;
  }
}

function seconds(timeMs: number): string {
  return (timeMs / 1000).toFixed(3);
}
