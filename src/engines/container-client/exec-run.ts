import { constants } from 'node:os';
import { isatty } from 'node:tty';

import type { SubmarineError } from '../../errors.ts';
import { throwIfAborted } from '../../errors.ts';
import type { EngineCall, ExecRequest, Run, RunEnd, Streams } from '../engine.ts';
import { watchInput } from './broken-input.ts';
import type { Client } from './client.ts';
import type { ClientEnd } from './started-client.ts';
import { VARIABLE_FILE } from './client-process.ts';
import { openVariableFile, passedVariables } from './client-variables.ts';
import type { CommandClient } from './started-client.ts';
import { startCommandClient } from './command-client.ts';
import { EnteredCommand } from './entered-command.ts';

/** How a client that cannot write begins to say so. */
const UNWRITTEN = 'write /dev/std';

/**
 * Starts another command in a container.
 *
 * The client passes no signal on: told to end, it ends and leaves the command behind. So each signal is given to the
 * command by another client, and a command that was left is ended.
 */
export async function startExec(
  client: Client,
  container: Run,
  request: ExecRequest,
  streams: Streams,
  { signal }: EngineCall,
): Promise<Run> {
  throwIfAborted(signal);
  const opened = await client.dialect.openExec(container.id, request, streams, client.env);
  const started = opened ?? (await startClientFor(request, client, container, streams));
  return new ExecRun({ client, container, request, streams, started, signal });
}

async function startClientFor(
  request: ExecRequest,
  client: Client,
  container: Run,
  streams: Streams,
): Promise<CommandClient> {
  const env = { ...client.env, ...passedVariables(request.variables) };
  const file = openVariableFile(request.variables);
  return startCommandClient(
    { ...client, env },
    client.dialect.execArgv(container.id, request, VARIABLE_FILE),
    streams,
    [...client.dialect.execRefusals, UNWRITTEN],
    file?.fd,
  ).finally(() => file?.close());
}

interface Entered {
  readonly client: Client;
  readonly container: Run;
  readonly request: ExecRequest;
  readonly streams: Streams;
  readonly started: CommandClient;
  readonly signal: AbortSignal | undefined;
}

/** Another command in a container, whose client stays with it; all but its signals and its end is the container's. */
class ExecRun implements Run {
  readonly id: string;
  readonly ended: Promise<RunEnd>;
  readonly #entered: Entered;
  readonly #command: EnteredCommand;
  readonly #deliveries: Promise<void>[] = [];
  #hasEnded = false;

  constructor(entered: Entered) {
    const { client, container, request } = entered;
    this.id = container.id;
    this.#entered = entered;
    this.#command = new EnteredCommand(container.id, request, client);
    this.ended = this.#follow();
    this.ended.catch(() => {});
  }

  signal(signal: NodeJS.Signals): Promise<void> {
    const delivery = this.#deliver(signal);
    this.#deliveries.push(delivery);
    return delivery;
  }

  exec(request: ExecRequest, streams: Streams, call?: EngineCall): Promise<Run> {
    return this.#entered.container.exec(request, streams, call);
  }

  showExec(request: ExecRequest): string {
    return this.#entered.container.showExec(request);
  }

  logs(...args: Parameters<Run['logs']>): Promise<void> {
    return this.#entered.container.logs(...args);
  }

  address(port: number): Promise<string | undefined> {
    return this.#entered.container.address(port);
  }

  /** The container stays: it is its own command's. */
  async remove(): Promise<void> {
    await this.signal('SIGKILL');
  }

  async #deliver(signal: NodeJS.Signals): Promise<void> {
    const { started } = this.#entered;
    if (signal === 'SIGWINCH') return started.kill(signal);
    const arrived = await this.#command.signal(signal, () => this.#hasEnded).catch(() => false);
    if (!arrived) started.kill(signal);
  }

  async #follow(): Promise<RunEnd> {
    const { started, signal, streams } = this.#entered;
    const kill = (): void => void this.signal('SIGKILL');
    signal?.addEventListener('abort', kill);
    if (signal?.aborted === true) kill();
    let broken: SubmarineError | undefined;
    const leaveInput = watchInput(streams.stdin, (error) => {
      broken = error;
      kill();
    });
    try {
      const end = await started.ended;
      this.#hasEnded = true;
      await Promise.all(this.#deliveries);
      const left = this.#signalForLeft(end);
      if (left !== undefined) await this.#command.signal(left, () => true);
      throwIfAborted(signal);
      if (broken !== undefined) throw broken;
      return this.#verdict(end);
    } catch (error) {
      throwIfAborted(signal);
      throw error;
    } finally {
      this.#hasEnded = true;
      signal?.removeEventListener('abort', kill);
      leaveInput();
      await started.drain();
    }
  }

  /** What a command is to be given that its client may have left: undefined when the client ended with it. */
  #signalForLeft({ exitCode, signal }: ClientEnd): NodeJS.Signals | undefined {
    const { started, request, streams } = this.#entered;
    // It was killed, or nobody reads what it writes.
    if (signal !== undefined) return 'SIGTERM';
    const isUnread = started.isUnread() || started.messages.held().startsWith(UNWRITTEN);
    if (exitCode === 1 && isUnread) return 'SIGTERM';
    const isHungUp = typeof streams.stdin === 'number' && !isatty(streams.stdin);
    return request.terminal && isHungUp ? 'SIGHUP' : undefined;
  }

  /** What the end of a client means: the command's own exit code, or why there is none. */
  #verdict({ exitCode, signal, cause }: ClientEnd): RunEnd {
    const { client, started, request, container } = this.#entered;
    if (signal !== undefined) return { exitCode: 128 + constants.signals[signal] };
    if (exitCode === undefined) throw client.dialect.explainMissing(cause);
    const said = started.messages.held();
    const refusal = client.dialect.explainExec(exitCode, said, container.id, request);
    if (refusal === undefined) return { exitCode };
    started.messages.takeMessage();
    throw refusal;
  }
}
