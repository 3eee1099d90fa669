import { constants } from 'node:os';

import { SubmarineError } from '../../errors.ts';
import type { LaunchPlan } from '../../launch/launch-plan.ts';
import type { EngineFacts, ImageFacts } from '../../launch/launch-request.ts';
import { shellQuote } from '../../text/quote.ts';
import type { Engine, RunOptions } from '../engine.ts';
import { dockerArgv } from './docker-argv.ts';
import { callDocker, clientMissing, signalContainer } from './docker-client.ts';
import { askEngineFacts } from './docker-facts.ts';
import { explain } from './docker-messages.ts';
import { HeldMessages } from './held-messages.ts';
import { relaySignals } from './signal-relay.ts';

export interface DockerOptions {
  /** The variables of the caller, which the client reads, too. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly streams: {
    readonly stdin: { readonly fd: number };
    readonly stdout: { readonly fd: number };
    readonly stderr: NodeJS.WritableStream & {
      readonly fd: number;
      readonly isTTY?: boolean | undefined;
    };
  };
  /** Where what is known of the engine is remembered. */
  readonly cacheFolder: string;
}

/** The Docker engine, through its client. */
export class DockerEngine implements Engine {
  readonly name = 'docker';
  readonly #options: DockerOptions;

  constructor(options: DockerOptions) {
    this.#options = options;
  }

  facts(): Promise<EngineFacts> {
    return askEngineFacts(this.#options);
  }

  async findImage(image: string): Promise<ImageFacts | undefined> {
    const format = '[{{json .Id}},{{json .Config.Entrypoint}}]';
    const asked = this.#call('image', 'inspect', '--format', format, image);
    // What `run` needs takes 15 ms to load, and the client some 25 to answer.
    await loadExeca();
    const { exitCode, stdout, stderr } = await asked;
    if (exitCode !== 0 && /no such image/i.test(stderr)) return undefined;
    if (exitCode !== 0) throw explain(stderr, image);
    const [id, entrypoint] = JSON.parse(stdout) as [string, string[] | null];
    return { id, entrypoint: entrypoint ?? [] };
  }

  async pullImage(image: string, platform: string | undefined): Promise<void> {
    const { env, streams } = this.#options;
    const argv = ['pull', ...(platform === undefined ? [] : ['--platform', platform]), image];
    const execa = await loadExeca();
    const result = await execa('docker', argv, {
      ...clientOptions(env),
      stdin: 'ignore',
      // What the client draws on stdout is talk; without a terminal only a failure is worth a word.
      stdout: streams.stderr.isTTY === true ? descriptor(streams.stderr) : 'ignore',
      stderr: 'pipe',
    });
    if (result.exitCode === 0) return;
    if (result.signal !== undefined) throw endedBy(result.signal);
    if (result.exitCode === undefined) throw clientMissing(result);
    throw explain(result.stderr, image);
  }

  render(plan: LaunchPlan): string {
    const passed = plan.passedVariables.map(({ name, value, from }) =>
      from === undefined ? `${name}=${shellQuote(value)}` : `${name}="$${from}"`,
    );
    return [...passed, ...['docker', ...dockerArgv(plan)].map(shellQuote)].join(' ');
  }

  async run(plan: LaunchPlan, { stopTimeoutMs }: RunOptions): Promise<number> {
    const { env, streams } = this.#options;
    const passed = plan.passedVariables.map(({ name, value }) => [name, value]);
    const startedAt = Date.now();
    const execa = await loadExeca();
    const client = execa('docker', dockerArgv(plan), {
      ...clientOptions({ ...env, ...Object.fromEntries(passed) }),
      stdin: plan.interaction === 'none' ? 'ignore' : descriptor(streams.stdin),
      stdout: descriptor(plan.interaction === 'none' ? streams.stderr : streams.stdout),
      stderr: 'pipe',
      buffer: false,
      // In a session of its own, so that a signal to the terminal's processes comes to us alone and is given once.
      detached: true,
      cleanup: false,
    });
    let ended = false;
    const deliver = (signal: NodeJS.Signals): void => {
      signalContainer(plan.name, signal, env, () => ended).catch(() => client.kill(signal));
    };
    const stopRelay = relaySignals({
      deliver,
      resize: () => client.kill('SIGWINCH'),
      stopTimeoutMs,
    });
    const messages = new HeldMessages((bytes) => void streams.stderr.write(bytes));
    client.stderr.on('data', (chunk: Buffer) => messages.push(chunk));
    const result = await client;
    ended = true;
    stopRelay();
    if (result.signal !== undefined) {
      messages.release();
      await this.#abandon(plan);
      return endedBy(result.signal).exitCode;
    }
    if (result.exitCode === undefined) throw clientMissing(result);
    const said = [125, 126, 127].includes(result.exitCode) ? messages.take() : '';
    if (said !== '') throw await this.#failedStart(said, plan);
    messages.release();
    if (result.exitCode === 127 && plan.interaction === 'terminal')
      await this.#throwIfNoShell(plan);
    if (result.exitCode === 137) await this.#throwIfOutOfMemory(plan, startedAt);
    return result.exitCode;
  }

  async findPort(container: string, port: number): Promise<string | undefined> {
    const { exitCode, stdout } = await this.#call('port', container, `${port}/tcp`);
    return exitCode === 0 ? stdout.split('\n')[0] : undefined;
  }

  #call(...argv: string[]) {
    return callDocker(argv, this.#options.env);
  }

  /** A start that fails can leave a container that was made and never ran. */
  async #failedStart(said: string, plan: LaunchPlan): Promise<SubmarineError> {
    await this.#remove(plan);
    return explain(said, plan.image);
  }

  /** The client was killed from outside: its container is ended as if it had been asked to, and removed. */
  async #abandon(plan: LaunchPlan): Promise<void> {
    await this.#call('kill', '--signal', 'SIGTERM', plan.name);
    await this.#call('wait', plan.name);
    await this.#remove(plan);
  }

  /** Removes what this launch made, found by its label: the name may be that of a container of somebody else. */
  async #remove({ labels }: LaunchPlan): Promise<void> {
    const label = `label=submarine.run=${labels['submarine.run'] ?? ''}`;
    const { stdout } = await this.#call('ps', '--all', '--quiet', '--filter', label);
    if (stdout !== '') await this.#call('rm', '--force', ...stdout.split('\n'));
  }

  /** With a terminal, what is said about a missing shell comes on stdout, among what the command prints. */
  async #throwIfNoShell({ image }: LaunchPlan): Promise<void> {
    const { exitCode, stderr } = await this.#call(
      'run',
      '--rm',
      '--entrypoint',
      '/bin/sh',
      image,
      '-c',
      ':',
    );
    if (exitCode === 127) throw explain(stderr, image);
  }

  /** The engine remembers its last events, also those of containers that are gone. */
  async #throwIfOutOfMemory(plan: LaunchPlan, startedAt: number): Promise<void> {
    const { stdout } = await this.#call(
      ...['events', '--since', seconds(startedAt), '--until', seconds(Date.now())],
      ...['--filter', `container=${plan.name}`, '--filter', 'event=oom', '--format', '{{.Action}}'],
    );
    if (!stdout.includes('oom')) return;
    throw new SubmarineError(
      `the command was killed because it ran out of memory${plan.memory === undefined ? '' : ` (its limit is ${plan.memory})`}`,
      plan.memory === undefined
        ? 'the machine of the engine has no more: let the command work on less at once'
        : 'give it more by --memory, or let it work on less at once',
      137,
    );
  }
}

async function loadExeca() {
  const { execa } = await import('execa');
  return execa;
}

/** No shell, the caller's variables and no others, no exception for an exit code. */
function clientOptions(env: DockerOptions['env']) {
  const defined = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return { env: Object.fromEntries(defined), extendEnv: false, reject: false } as const;
}

/** execa's types name the standard descriptors alone; it passes on any that is open. */
function descriptor({ fd }: { readonly fd: number }): never {
  return fd as never;
}

function seconds(timeMs: number): string {
  return (timeMs / 1000).toFixed(3);
}

function endedBy(signal: NodeJS.Signals): SubmarineError {
  return new SubmarineError(`ended by ${signal}`, '', 128 + constants.signals[signal]);
}
