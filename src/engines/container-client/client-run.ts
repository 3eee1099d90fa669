import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { isatty } from 'node:tty';

import { SubmarineError, throwIfAborted } from '../../errors.ts';
import { helperPlan } from '../../launch/helper-plan.ts';
import type { LaunchPlan } from '../../launch/launch-plan.ts';
import type { EngineCall, Pausing, Run, RunEnd, Streams } from '../engine.ts';
import { quote } from '../../text/quote.ts';
import { watchInput } from './broken-input.ts';
import type { Client } from './client.ts';
import { ANSWER_MS, callClient } from './client.ts';
import type { ClientEnd } from './started-client.ts';
import { VARIABLE_FILE } from './client-process.ts';
import { openVariableFile, passedVariables } from './client-variables.ts';
import type { CommandClient } from './started-client.ts';
import { startCommandClient } from './command-client.ts';
import { ContainerRun } from './container-run.ts';
import type { SecretPlace } from './dialect.ts';
import { FollowingClients } from './following-clients.ts';
import { KILLED, LaunchedContainer } from './launched-container.ts';
import type { SecretDelivery, SecretRoute } from './secret-delivery.ts';
import { prepareSecrets } from './secret-delivery.ts';

export interface StartOptions extends Pick<EngineCall, 'signal'> {
  /** Asked where the plan has secrets. */
  readonly secretRoute: () => Promise<SecretRoute>;
  /** Told what the client said of a start that the engine refused, before the error is thrown. */
  readonly onRefusal: (said: string) => Promise<void>;
}

/** Starts a plan, and stays with it until it ends. */
export async function startRun(
  client: Client,
  plan: LaunchPlan,
  streams: Streams,
  options: StartOptions,
): Promise<Run> {
  throwIfAborted(options.signal);
  const secrets = await prepareSecrets(plan, options.secretRoute, client);
  try {
    const started = await startPlan(client, plan, streams, secrets?.place);
    return new ClientRun(client, { ...options, plan, streams, started, secrets });
  } catch (error) {
    await secrets?.clear();
    throw error;
  }
}

async function startPlan(
  client: Client,
  plan: LaunchPlan,
  streams: Streams,
  secrets: SecretPlace | undefined,
): Promise<CommandClient> {
  const file = openVariableFile(plan.variables);
  return startCommandClient(
    { ...client, env: { ...client.env, ...passedVariables(plan.variables) } },
    client.dialect.runArgv(plan, VARIABLE_FILE, secrets),
    { ...streams, stdin: inputOf(plan, streams) },
    client.dialect.startRefusals,
    file?.fd,
  ).finally(() => file?.close());
}

function inputOf({ interaction }: LaunchPlan, { stdin }: Streams): Streams['stdin'] {
  return interaction === 'none' ? undefined : stdin;
}

function isTerminal(stdin: Streams['stdin']): boolean {
  return typeof stdin === 'number' && isatty(stdin);
}

interface Launched extends StartOptions {
  readonly plan: LaunchPlan;
  readonly streams: Streams;
  readonly started: CommandClient;
  readonly secrets: SecretDelivery | undefined;
}

/** A container whose client stays with it; where a key of the terminal leaves that one, another takes its place. */
class ClientRun extends ContainerRun {
  readonly ended: Promise<RunEnd>;
  readonly pausing: Pausing;
  readonly #launched: Launched;
  readonly #following: FollowingClients;
  #hasEnded = false;

  constructor(client: Client, launched: Launched) {
    const { name, runId } = launched.plan;
    super(name, client, new LaunchedContainer(`label=submarine.run=${runId}`, client));
    this.#launched = launched;
    this.#following = new FollowingClients(client, launched, this.container);
    const { plan, streams } = launched;
    const following = this.#following;
    this.pausing = {
      readsTerminal: isTerminal(inputOf(plan, streams)),
      pause: () => following.pause(),
      resume: () => following.resume(),
    };
    this.ended = this.#follow();
    // Whoever does not look at it yet is told when they do.
    this.ended.catch(() => {});
  }

  async signal(signal: NodeJS.Signals): Promise<void> {
    if (signal === 'SIGWINCH') return this.#following.current.kill(signal);
    try {
      await this.container.signal(signal, () => this.#hasEnded);
    } catch {
      // There is no client to ask through, or no answer, so the one that stays is all there is.
      this.#following.current.kill(signal);
    }
  }

  address(port: number): Promise<string | undefined> {
    return this.container.address(port, this.#launched.signal);
  }

  async #follow(): Promise<RunEnd> {
    const { plan, streams, signal, secrets } = this.#launched;
    const ended = new AbortController();
    const delivered = secrets?.deliver(this.container, ended.signal);
    // Nobody waits for the command any more, so there is nothing to end in good order.
    const kill = (): void => void this.signal('SIGKILL');
    signal?.addEventListener('abort', kill);
    if (signal?.aborted === true) kill();
    let broken: SubmarineError | undefined;
    const leaveInput = watchInput(inputOf(plan, streams), (error) => {
      broken = error;
      kill();
    });
    try {
      const end = await this.#following.ended();
      throwIfAborted(signal);
      if (broken !== undefined) throw broken;
      const verdict = await this.#verdict(end);
      const runsOn = plan.detached || verdict.isLeft === true;
      if (delivered !== undefined && runsOn) await this.#handOver(delivered);
      return verdict;
    } catch (error) {
      if (signal?.aborted !== true) throw error;
      // Where the engine does not answer there is nothing to be done about what it keeps.
      await this.container.remove(AbortSignal.timeout(ANSWER_MS)).catch(() => {});
      throwIfAborted(signal);
      throw error;
    } finally {
      this.#hasEnded = true;
      signal?.removeEventListener('abort', kill);
      leaveInput();
      ended.abort();
      await delivered;
      await secrets?.clear();
      await this.#following.drain();
    }
  }

  /** What is detached runs on without its client, and may not have read its secrets yet. */
  async #handOver(delivered: Promise<void>): Promise<void> {
    const done = delivered.then(() => true);
    const { signal } = this.#launched;
    while (!(await Promise.race([done, sleep(100, false)]))) {
      if ((await this.container.findRunning(signal)) === undefined) return;
    }
  }

  /** What the end of a client means: the command's own exit code, or why there is none. */
  async #verdict({ exitCode, signal, cause }: ClientEnd): Promise<RunEnd> {
    const { signal: abort } = this.#launched;
    if (signal !== undefined) {
      // It was killed from outside.
      await this.container.end(abort);
      return { exitCode: 128 + constants.signals[signal] };
    }
    if (exitCode === undefined) throw this.client.dialect.explainMissing(cause);
    if ([125, 126, 127].includes(exitCode)) await this.#throwIfNotStarted(exitCode);
    if (exitCode === 0) return (await this.#endIfRunning()) ?? { exitCode };
    const ended = await this.#following.missedEnd(exitCode);
    if (ended !== undefined) return ended;
    await this.container.endIfLeft(abort);
    const outOfMemory = exitCode === KILLED && (await this.container.had('oom', abort));
    return outOfMemory ? { exitCode, outOfMemory } : { exitCode };
  }

  /** The end of a client at a terminal is not that of its command where somebody has left it. */
  async #endIfRunning(): Promise<RunEnd | undefined> {
    const { plan, signal } = this.#launched;
    if (plan.interaction !== 'terminal' || (await this.container.findRunning(signal)) === undefined)
      return undefined;
    if (plan.key.does === 'leave') return { exitCode: 0, isLeft: true };
    throw new SubmarineError({
      kind: 'refused',
      code: 'client-left',
      message: `the engine's client ended, and the command of ${quote(plan.name)} runs on`,
      data: { run: plan.runId },
    });
  }

  /** What was held back is explained, unless the command ran and said it itself. */
  async #throwIfNotStarted(exitCode: number): Promise<void> {
    const { plan, started, onRefusal, signal } = this.#launched;
    const { dialect } = this.client;
    const said = started.messages.held();
    // With a terminal, what is said about a missing shell comes on stdout, among what the command prints.
    const isMute = exitCode === 127 && plan.interaction === 'terminal';
    if (dialect.isNoShell(said) || (isMute && (await this.#hasNoShell()))) {
      started.messages.takeMessage();
      throw dialect.explain(dialect.isNoShell(said) ? said : NO_SHELL, plan.image);
    }
    if (said === '' || (await this.container.had('start', signal))) return;
    started.messages.takeMessage();
    await this.container.remove(signal);
    await onRefusal(said);
    throw dialect.explain(said, plan.image);
  }

  /** Whether a shell cannot be started in the image. */
  async #hasNoShell(): Promise<boolean> {
    const { plan, signal } = this.#launched;
    const { runId, image } = plan;
    const probe = helperPlan({ runId: `${runId}-shell`, image, command: ['/bin/sh', '-c', ':'] });
    const argv = this.client.dialect.runArgv(probe);
    return (await callClient(this.client, argv, signal)).exitCode === 127;
  }
}

/** What a dialect takes for an image without a shell. */
const NO_SHELL = 'exec /bin/sh: no such file';
