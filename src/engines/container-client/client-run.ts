import { constants } from 'node:os';

import { throwIfAborted } from '../../errors.ts';
import type { LaunchPlan } from '../../launch/launch-plan.ts';
import { shellQuote } from '../../text/quote.ts';
import type { EngineCall, ExecRequest, LogOptions, Run, RunEnd, Streams } from '../engine.ts';
import type { Client } from './client.ts';
import { callClient } from './client.ts';
import type { ClientEnd } from './client-process.ts';
import { VARIABLE_FILE } from './client-process.ts';
import type { CommandClient } from './command-client.ts';
import { startCommandClient } from './command-client.ts';
import { startExec } from './exec-run.ts';
import { LaunchedContainer } from './launched-container.ts';
import { printLogs } from './logs.ts';
import { openVariableFile } from './variable-file.ts';

/** As the kernel kills what has used up its memory. */
const KILLED = 128 + constants.signals.SIGKILL;

/** What a client says of a start, where it began by asking nothing of the command. */
export interface StartOptions {
  /** Told of an engine that refused a start, before the error is thrown. */
  readonly onRefusal?: (said: string) => Promise<void>;
}

/** Starts a plan, and stays with it until it ends. */
export async function startRun(
  client: Client,
  plan: LaunchPlan,
  streams: Streams,
  { signal }: EngineCall,
  { onRefusal = async () => {} }: StartOptions = {},
): Promise<Run> {
  throwIfAborted(signal);
  const file = openVariableFile(plan);
  const container = new LaunchedContainer(`label=submarine.run=${plan.runId}`, client);
  const started = await startCommandClient(
    { ...client, env: { ...client.env, ...passedTo(plan) } },
    client.dialect.runArgv(plan, file === undefined ? undefined : VARIABLE_FILE),
    plan.interaction === 'none' ? { ...streams, stdin: undefined } : streams,
    client.dialect.startRefusals,
    file?.fd,
  ).finally(() => file?.close());
  return new ClientRun({ client, plan, container, started, signal, onRefusal });
}

interface Launched extends Required<StartOptions> {
  readonly client: Client;
  readonly plan: LaunchPlan;
  readonly container: LaunchedContainer;
  readonly started: CommandClient;
  readonly signal: AbortSignal | undefined;
}

/** A container whose client stays with it. */
class ClientRun implements Run {
  readonly id: string;
  readonly ended: Promise<RunEnd>;
  readonly #launched: Launched;
  #hasEnded = false;

  constructor(launched: Launched) {
    this.id = launched.plan.name;
    this.#launched = launched;
    this.ended = this.#follow();
    // Whoever does not look at it yet is told when they do.
    this.ended.catch(() => {});
  }

  async signal(signal: NodeJS.Signals): Promise<void> {
    const { container, started } = this.#launched;
    if (signal === 'SIGWINCH') return started.kill(signal);
    try {
      await container.signal(signal, () => this.#hasEnded);
    } catch {
      // There is no client to ask through any more, so the one that stays is all there is.
      started.kill(signal);
    }
  }

  exec(request: ExecRequest, streams: Streams, call: EngineCall = {}): Promise<Run> {
    return startExec(this.#launched.client, this, request, streams, call);
  }

  showExec(request: ExecRequest): string {
    return showExec(this.#launched.client, this.id, request);
  }

  async logs(streams: Pick<Streams, 'stdout' | 'stderr'>, options: LogOptions = {}): Promise<void> {
    await printLogs(this.#launched.client, this.id, streams, options);
  }

  address(port: number): Promise<string | undefined> {
    return this.#launched.container.address(port);
  }

  remove(): Promise<void> {
    return this.#launched.container.remove();
  }

  async #follow(): Promise<RunEnd> {
    const { started, container, signal } = this.#launched;
    // Nobody waits for the command any more, so there is nothing to end in good order.
    const kill = (): void => void this.signal('SIGKILL');
    signal?.addEventListener('abort', kill);
    if (signal?.aborted === true) kill();
    try {
      const end = await started.ended;
      if (signal?.aborted === true) {
        await container.remove();
        throwIfAborted(signal);
      }
      return await this.#verdict(end);
    } finally {
      this.#hasEnded = true;
      signal?.removeEventListener('abort', kill);
      await started.drain();
    }
  }

  /** What the end of a client means: the command's own exit code, or why there is none. */
  async #verdict({ exitCode, signal, code, message = '' }: ClientEnd): Promise<RunEnd> {
    const { client, container } = this.#launched;
    if (signal !== undefined) {
      // It was killed from outside.
      await container.end();
      return { exitCode: 128 + constants.signals[signal] };
    }
    if (exitCode === undefined) {
      throw client.dialect.explainMissing(Object.assign(new Error(message), { code }));
    }
    if ([125, 126, 127].includes(exitCode)) await this.#throwIfNotStarted(exitCode);
    if (exitCode !== 0) await container.endIfLeft();
    if (exitCode === KILLED && (await container.had('oom'))) return { exitCode, outOfMemory: true };
    return { exitCode };
  }

  /** What was held back is explained, unless the command ran and said it itself. */
  async #throwIfNotStarted(exitCode: number): Promise<void> {
    const { client, plan, container, started, onRefusal } = this.#launched;
    const { dialect } = client;
    const said = started.messages.held();
    // With a terminal, what is said about a missing shell comes on stdout, among what the command prints.
    const isMute = exitCode === 127 && plan.interaction === 'terminal';
    if (dialect.isNoShell(said) || (isMute && (await hasNoShell(client, plan)))) {
      started.messages.takeMessage();
      throw dialect.explain(dialect.isNoShell(said) ? said : NO_SHELL, plan.image);
    }
    if (said === '' || (await container.had('start'))) return;
    started.messages.takeMessage();
    await container.remove();
    await onRefusal(said);
    throw dialect.explain(said, plan.image);
  }
}

/** What a dialect takes for an image without a shell. */
const NO_SHELL = 'exec /bin/sh: no such file';

async function hasNoShell(client: Client, { image }: LaunchPlan): Promise<boolean> {
  const probe = ['run', '--rm', '--security-opt', 'no-new-privileges', '--entrypoint', '/bin/sh'];
  return (await callClient(client, [...probe, image, '-c', ':'])).exitCode === 127;
}

/** What the client hands to the container from its own variables. */
function passedTo({ variables }: LaunchPlan): Readonly<Record<string, string>> {
  return Object.fromEntries(
    variables
      .filter(({ from }) => from !== undefined && !('file' in from))
      .map(({ name, value }) => [name, value]),
  );
}

export function showExec({ dialect }: Client, container: string, request: ExecRequest): string {
  return [dialect.program, ...dialect.execArgv(container, request)].map(shellQuote).join(' ');
}

