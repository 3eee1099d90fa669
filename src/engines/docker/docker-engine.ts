import { setImmediate } from 'node:timers/promises';

import { errorCode, SubmarineError } from '../../errors.ts';
import type { ImageBuild } from '../../launch/image-build.ts';
import type { LaunchPlan } from '../../launch/launch-plan.ts';
import type { EngineFacts, ImageFacts } from '../../launch/launch-request.ts';
import { shellQuote } from '../../text/quote.ts';
import { converse } from '../dialogue.ts';
import type { Answer, Captured, Container, Engine, ExecRequest, RunOptions } from '../engine.ts';
import type { ClientEnd, Execa } from './client-process.ts';
import { clientOptions, descriptor, endedBy, loadExeca, startClient } from './client-process.ts';
import { buildArgv, dockerArgv, execArgv, NO_NEW_PRIVILEGES, pullArgv } from './docker-argv.ts';
import { callDocker, clientMissing } from './docker-client.ts';
import { hasContainer, listContainers } from './docker-containers.ts';
import { execute } from './docker-exec.ts';
import { askEngineFacts, forgetEngine } from './docker-facts.ts';
import { findImage } from './docker-image.ts';
import { explain, isNoShell, isUnseenFile, NO_SHELL } from './docker-messages.ts';
import type { DockerOptions } from './docker-options.ts';
import { guardContainer } from './guarded-container.ts';
import { HeldMessages } from './held-messages.ts';
import { LaunchedContainer } from './launched-container.ts';
import { relaySignals } from './signal-relay.ts';

/** The Docker engine, through its client. */
export class DockerEngine implements Engine {
  readonly name = 'docker';
  readonly #options: DockerOptions;

  constructor(options: DockerOptions) {
    this.#options = options;
  }

  facts(image?: () => Promise<ImageFacts | undefined>): Promise<EngineFacts> {
    return askEngineFacts(this.#options, image);
  }

  async findImage(image: string): Promise<ImageFacts | undefined> {
    // What `run` needs takes 5 ms to load: while the engine answers, so the question leaves before.
    const [found] = await Promise.all([
      findImage(image, this.#options.env),
      setImmediate().then(loadExeca),
    ]);
    return found;
  }

  async pullImage(image: string, platform: string | undefined): Promise<void> {
    const { env, streams } = this.#options;
    const execa = await loadExeca();
    const result = await execa('docker', pullArgv(image, platform), {
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

  async buildImage(build: ImageBuild): Promise<void> {
    const docker = await import('./docker-build.ts');
    await docker.buildImage(build, this.#options);
  }

  renderBuild(build: ImageBuild): string {
    return ['docker', ...buildArgv(build, '.')].map(shellQuote).join(' ');
  }

  async pushImage(image: string): Promise<void> {
    const docker = await import('./docker-push.ts');
    await docker.pushImage(image, this.#options);
  }

  render(plan: LaunchPlan): string {
    const passed = plan.passedVariables.map(({ name, value, from }) =>
      from === undefined ? `${name}=${shellQuote(value)}` : `${name}="$${from}"`,
    );
    const line = (argv: readonly string[]) => ['docker', ...argv].map(shellQuote).join(' ');
    const pull = plan.pull === 'always' ? `${line(pullArgv(plan.image, plan.platform))} && ` : '';
    return pull + [...passed, line(dockerArgv(plan))].join(' ');
  }

  async run(plan: LaunchPlan, { stopTimeoutMs }: RunOptions): Promise<number> {
    const { streams } = this.#options;
    const execa = await loadExeca();
    const container = new LaunchedContainer(plan.runId, this.#options.env);
    let client: { readonly kill: (signal: NodeJS.Signals) => boolean } | undefined;
    let ended = false;
    // Before there is a client, or a signal in between would end this process and not what it has started.
    const stopRelay = relaySignals({
      deliver: (signal) => {
        container.signal(signal, () => ended).catch(() => client?.kill(signal));
      },
      resize: () => client?.kill('SIGWINCH'),
      stopTimeoutMs,
    });
    const messages = new HeldMessages((bytes) => void streams.stderr.write(bytes));
    try {
      const started = this.#startClient(execa, plan);
      client = started;
      started.stderr.on('data', (chunk: Buffer) => messages.push(chunk));
      return await this.#verdict(await started, { plan, container, messages });
    } finally {
      ended = true;
      stopRelay();
      messages.release();
    }
  }

  async capture(plan: LaunchPlan): Promise<Captured> {
    const env = { ...this.#options.env, ...passedTo(plan) };
    const captured = await guardContainer(plan.runId, env, () =>
      callDocker(dockerArgv({ ...plan, interaction: 'none' }), env),
    );
    if (captured.exitCode === 125) throw explain(captured.stderr, plan.image);
    return captured;
  }

  async converse(plan: LaunchPlan, answer: Answer): Promise<Captured> {
    const argv = dockerArgv({ ...plan, interaction: 'streams' });
    const env = { ...this.#options.env, ...passedTo(plan) };
    const captured = await converse(['docker', ...argv], env, answer).catch((error: unknown) => {
      throw errorCode(error) === 'ENOENT' ? clientMissing({ code: 'ENOENT' }) : error;
    });
    if (captured.exitCode === 125) throw explain(captured.stderr, plan.image);
    return captured;
  }

  async hasVolume(name: string): Promise<boolean> {
    const { exitCode, stderr } = await this.#call('volume', 'inspect', name);
    if (exitCode !== 0 && !/no such volume/i.test(stderr)) throw explain(stderr, '');
    return exitCode === 0;
  }

  containers(labels: Readonly<Record<string, string>> = {}): Promise<readonly Container[]> {
    return listContainers(labels, this.#options.env);
  }

  hasContainer(name: string): Promise<boolean> {
    return hasContainer(name, this.#options.env);
  }

  renderExec(request: ExecRequest): string {
    return ['docker', ...execArgv(request)].map(shellQuote).join(' ');
  }

  exec(request: ExecRequest): Promise<number> {
    return execute(request, this.#options);
  }

  findPort({ runId }: LaunchPlan, port: number): Promise<string | undefined> {
    return new LaunchedContainer(runId, this.#options.env).findPort(port);
  }

  #startClient(execa: Execa, plan: LaunchPlan) {
    const { env, streams } = this.#options;
    const isSilent = plan.interaction === 'none';
    return startClient(execa, dockerArgv(plan), {
      env: { ...env, ...passedTo(plan) },
      stdin: isSilent ? undefined : streams.stdin,
      stdout: isSilent ? streams.stderr : streams.stdout,
    });
  }

  /** What the end of a client means: the command's own exit code, or why there is none. */
  async #verdict(result: ClientEnd, { plan, container, messages }: Launched): Promise<number> {
    if (result.signal !== undefined) {
      // It was killed from outside.
      await container.end();
      return endedBy(result.signal).exitCode;
    }
    if (result.exitCode === undefined) throw clientMissing(result);
    if ([125, 126, 127].includes(result.exitCode)) {
      await this.#throwIfNotStarted(result.exitCode, { plan, container, messages });
    }
    if (result.exitCode !== 0) await container.endIfLeft();
    if (result.exitCode === 137 && (await container.had('oom'))) throw outOfMemory(plan.memory);
    return result.exitCode;
  }

  /** What was held back is explained, unless the command ran and said it itself. */
  async #throwIfNotStarted(
    exitCode: number,
    { plan, container, messages }: Launched,
  ): Promise<void> {
    const said = messages.held();
    const noShell =
      isNoShell(said) ||
      (exitCode === 127 && plan.interaction === 'terminal' && (await this.#hasNoShell(plan)));
    if (noShell) {
      messages.take();
      throw explain(isNoShell(said) ? said : NO_SHELL, plan.image);
    }
    if (said === '' || (await container.had('start'))) return;
    messages.take();
    await container.remove();
    // Another engine than the one that is remembered has the address now.
    if (isUnseenFile(said)) await forgetEngine(this.#options);
    throw explain(said, plan.image);
  }

  /** With a terminal, what is said about a missing shell comes on stdout, among what the command prints. */
  async #hasNoShell({ image }: LaunchPlan): Promise<boolean> {
    const probe = ['run', '--rm', ...NO_NEW_PRIVILEGES, '--entrypoint', '/bin/sh'];
    return (await this.#call(...probe, image, '-c', ':')).exitCode === 127;
  }

  #call(...argv: string[]) {
    return callDocker(argv, this.#options.env);
  }
}

interface Launched {
  readonly plan: LaunchPlan;
  readonly container: LaunchedContainer;
  readonly messages: HeldMessages;
}

function outOfMemory(limit: string | undefined): SubmarineError {
  const [suffix, hint] =
    limit === undefined
      ? ['', 'the machine of the engine has no more: let the command work on less at once']
      : [` (its limit is ${limit})`, 'give it more by --memory, or let it work on less at once'];
  return new SubmarineError(
    `the command was killed because it ran out of memory${suffix}`,
    hint,
    137,
  );
}

/** What the client hands to the container from its own variables. */
function passedTo({ passedVariables }: LaunchPlan): Readonly<Record<string, string>> {
  return Object.fromEntries(passedVariables.map(({ name, value }) => [name, value]));
}
