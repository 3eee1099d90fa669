import { shellQuote } from '../../text/quote.ts';
import type { EngineCall, ExecRequest, LogOptions, Run, RunEnd, Streams } from '../engine.ts';
import type { Client } from './client.ts';
import { startExec } from './exec-run.ts';
import type { LaunchedContainer } from './launched-container.ts';
import { printLogs } from './logs.ts';

/** A container, asked and told through a client; how it is followed to its end depends on who started it. */
export abstract class ContainerRun implements Run {
  readonly id: string;
  protected readonly client: Client;
  protected readonly container: LaunchedContainer;

  /** @param id - its name or id, for the client */
  constructor(id: string, client: Client, container: LaunchedContainer) {
    this.id = id;
    this.client = client;
    this.container = container;
  }

  abstract get ended(): Promise<RunEnd>;

  abstract signal(signal: NodeJS.Signals): Promise<void>;

  exec(request: ExecRequest, streams: Streams, call: EngineCall = {}): Promise<Run> {
    return startExec(this.client, this, request, streams, call);
  }

  showExec(request: ExecRequest): string {
    const { program, execArgv, passedWords } = this.client.dialect;
    const words = [program, ...execArgv(this.id, request)].map(shellQuote);
    return [...passedWords(request.variables), ...words].join(' ');
  }

  logs(streams: Pick<Streams, 'stdout' | 'stderr'>, options: LogOptions = {}): Promise<void> {
    return printLogs(this.client, this.id, streams, options);
  }

  abstract address(port: number): Promise<string | undefined>;

  remove(): Promise<void> {
    return this.container.remove();
  }
}
