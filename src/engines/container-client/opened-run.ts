import type { Pausing, RunEnd } from '../engine.ts';
import type { Client } from './client.ts';
import { callClient } from './client.ts';
import { ContainerRun } from './container-run.ts';
import { KILLED, LaunchedContainer } from './launched-container.ts';
import { callLong } from './long-call.ts';

/** A container that was started before, by whichever client. */
export class OpenedRun extends ContainerRun {
  readonly pausing: Pausing;
  readonly #fullId: string;
  readonly #abort: AbortSignal | undefined;
  #ended: Promise<RunEnd> | undefined;

  /**
   * @param id - its name or id, for the client
   * @param fullId - as the engine filters by it
   * @param abort - ends what is asked of it
   */
  constructor(client: Client, id: string, fullId: string, abort: AbortSignal | undefined) {
    super(id, client, new LaunchedContainer(`id=${fullId}`, client));
    this.#fullId = fullId;
    this.#abort = abort;
    this.pausing = {
      readsTerminal: false,
      pause: () => this.container.pause(abort),
      resume: () => this.container.resume(abort),
    };
  }

  /** Asked for when somebody first wants to know. */
  get ended(): Promise<RunEnd> {
    return (this.#ended ??= this.#wait());
  }

  async signal(signal: NodeJS.Signals): Promise<void> {
    // Nobody's terminal is that of a container which was started before.
    if (signal === 'SIGWINCH') return;
    await this.container.kill(signal, this.#abort);
  }

  address(port: number): Promise<string | undefined> {
    return this.container.address(port, this.#abort);
  }

  override remove(): Promise<void> {
    return this.container.remove(this.#abort);
  }

  async #wait(): Promise<RunEnd> {
    const argv = ['wait', this.#fullId];
    let printed = '';
    const { exitCode, stderr } = await callLong(this.client, argv, {
      ...{ signal: this.#abort, detached: true },
      stdout: (text) => (printed += text),
    });
    if (exitCode !== 0) throw this.client.dialect.explain(stderr, '');
    const code = Number(printed);
    const outOfMemory = code === KILLED && (await this.#ranOutOfMemory());
    return outOfMemory ? { exitCode: code, outOfMemory } : { exitCode: code };
  }

  async #ranOutOfMemory(): Promise<boolean> {
    const argv = ['container', 'inspect', '--format', '{{.State.OOMKilled}}', this.#fullId];
    return (await callClient(this.client, argv, this.#abort)).stdout === 'true';
  }
}
