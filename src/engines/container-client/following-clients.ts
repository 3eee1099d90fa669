import { setTimeout as sleep } from 'node:timers/promises';

import type { LaunchPlan } from '../../launch/launch-plan.ts';
import type { RunEnd, Streams } from '../engine.ts';
import type { Client } from './client.ts';
import type { ClientEnd, CommandClient } from './started-client.ts';
import { startCommandClient } from './command-client.ts';
import type { LaunchedContainer } from './launched-container.ts';

interface Followed {
  readonly plan: LaunchPlan;
  readonly streams: Streams;
  /** The client that has started it. */
  readonly started: CommandClient;
  readonly signal?: AbortSignal | undefined;
}

/** The clients that follow a command: where a key of the terminal leaves one, another takes its place. */
export class FollowingClients {
  readonly #client: Client;
  readonly #followed: Followed;
  readonly #container: LaunchedContainer;
  #current: CommandClient;
  #isHeld = false;

  constructor(client: Client, followed: Followed, container: LaunchedContainer) {
    this.#client = client;
    this.#followed = followed;
    this.#container = container;
    this.#current = followed.started;
  }

  get current(): CommandClient {
    return this.#current;
  }

  /** How the last of them ended. */
  async ended(): Promise<ClientEnd> {
    let end = await this.#current.ended;
    while (await this.#isLeftToGoOn(end)) {
      this.#current.messages.takeMessage();
      await this.#followOn();
      end = await this.#current.ended;
    }
    return end;
  }

  /** Holds the command, and the client with it, which would go on to read the terminal. */
  async pause(): Promise<void> {
    this.#isHeld = true;
    this.#current.kill('SIGSTOP');
    await this.#container.pause(this.#followed.signal);
  }

  async resume(): Promise<void> {
    await this.#container.resume(this.#followed.signal);
    this.#isHeld = false;
    this.#current.kill('SIGCONT');
  }

  /** A command can end before another client follows it, which then finds no container. */
  async missedEnd(exitCode: number): Promise<RunEnd | undefined> {
    const { started, signal } = this.#followed;
    if (exitCode !== 1 || this.#current === started) return undefined;
    const code = await this.#container.endedWith(signal);
    if (code !== undefined) this.#current.messages.takeMessage();
    return code === undefined ? undefined : { exitCode: code };
  }

  /** Waits until all that was written is with its reader. */
  async drain(): Promise<void> {
    const { started } = this.#followed;
    if (this.#current !== started) await this.#current.drain();
    await started.drain();
  }

  /**
   * Whether a client was left by a key, and is to be replaced: the one that has started the command ends as if that had
   * succeeded, any other with 1.
   */
  async #isLeftToGoOn({ exitCode }: ClientEnd): Promise<boolean> {
    const { plan, signal, started } = this.#followed;
    const leftCode = this.#current === started ? 0 : 1;
    if (plan.interaction !== 'terminal' || exitCode !== leftCode) return false;
    if (!['suspend', 'interrupt'].includes(plan.key.does)) return false;
    return (await this.#container.findRunning(signal)) !== undefined;
  }

  /** Does what the key was for. */
  async #followOn(): Promise<void> {
    const { plan, streams, signal } = this.#followed;
    if (plan.key.does === 'interrupt') {
      await this.#attach();
      await this.#container.interrupt(signal);
      streams.keys?.interrupted();
      return;
    }
    await this.#container.pause(signal);
    await streams.keys?.suspend();
    await this.#container.resume(signal);
    await this.#attach();
  }

  /** Until a client is there the terminal makes a signal of Ctrl-Z, so that the command can be held once more. */
  async #attach(): Promise<void> {
    while (this.#isHeld) await sleep(POLL_MS);
    const { plan, streams } = this.#followed;
    const { attachArgv, startRefusals } = this.#client.dialect;
    const argv = attachArgv(plan.name, plan.key);
    this.#current = await startCommandClient(this.#client, argv, streams, [...startRefusals, LEFT]);
    if (this.#isHeld) this.#current.kill('SIGSTOP');
  }
}

const POLL_MS = 100;

/** How a client that follows a container says that it was left by a key. */
const LEFT = 'read escape sequence';
