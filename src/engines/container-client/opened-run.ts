import type { EngineCall, ExecRequest, LogOptions, Run, RunEnd, Streams } from '../engine.ts';
import type { Client } from './client.ts';
import { showExec } from './client-run.ts';
import { startExec } from './exec-run.ts';
import { LaunchedContainer } from './launched-container.ts';
import { printLogs } from './logs.ts';

/** A container that was started before, by whichever client. */
export class OpenedRun implements Run {
  readonly id: string;
  readonly #client: Client;
  readonly #container: LaunchedContainer;
  #ended: Promise<RunEnd> | undefined;

  /**
   * @param id - its name or id, for the client
   * @param fullId - as the engine filters by it
   */
  constructor(client: Client, id: string, fullId: string) {
    this.id = id;
    this.#client = client;
    this.#container = new LaunchedContainer(`id=${fullId}`, client);
  }

  /** Asked for when somebody first wants to know. */
  get ended(): Promise<RunEnd> {
    return (this.#ended ??= this.#container.wait().then((exitCode) => ({ exitCode })));
  }

  async signal(signal: NodeJS.Signals): Promise<void> {
    // Nobody's terminal is that of a container which was started before.
    if (signal === 'SIGWINCH') return;
    await this.#container.kill(signal);
  }

  exec(request: ExecRequest, streams: Streams, call: EngineCall = {}): Promise<Run> {
    return startExec(this.#client, this, request, streams, call);
  }

  showExec(request: ExecRequest): string {
    return showExec(this.#client, this.id, request);
  }

  logs(streams: Pick<Streams, 'stdout' | 'stderr'>, options: LogOptions = {}): Promise<void> {
    return printLogs(this.#client, this.id, streams, options);
  }

  address(port: number): Promise<string | undefined> {
    return this.#container.address(port);
  }

  remove(): Promise<void> {
    return this.#container.remove();
  }
}
