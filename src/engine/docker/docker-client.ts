import { setTimeout as sleep } from 'node:timers/promises';

import { execa } from 'execa';

import { ExitCode, SubmarineError } from '../../errors.ts';

/** What a call of the client printed and how it ended. */
export interface ClientResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The options under which every client is started: no shell, the caller's variables, no exception for an exit code. */
export function clientOptions(env: Environment) {
  return {
    env: definedOnly(env),
    extendEnv: false,
    reject: false,
    stripFinalNewline: true,
  } as const;
}

/**
 * Calls the `docker` client and collects what it prints.
 *
 * @throws SubmarineError with exit code 69 when there is no client
 */
export async function callDocker(argv: readonly string[], env: Environment): Promise<ClientResult> {
  const result = await execa('docker', argv, { ...clientOptions(env), stdin: 'ignore' });
  if (result.exitCode === undefined) throw clientMissing(result);
  return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}

/** For a client that gave no exit code: it could not be started. */
export function clientMissing(cause: {
  readonly code?: string | undefined;
  readonly shortMessage?: string | undefined;
}): SubmarineError {
  return cause.code === 'ENOENT'
    ? new SubmarineError(
        'there is no docker on this machine',
        'install it: https://docs.docker.com/engine/install/, then see: docker version',
        ExitCode.engineUnavailable,
      )
    : new SubmarineError(
        `docker cannot be started: ${cause.shortMessage ?? 'it gave no reason'}`,
        'see: docker version',
        ExitCode.engineUnavailable,
      );
}

/**
 * Gives a signal to a container's command, through the engine.
 *
 * The client itself would pass it on, but between making and starting a container it drops a signal, and before that
 * it dies of one and leaves the container behind. So this asks again until the container runs, or `ended` says that
 * there is no more to wait for.
 */
export async function signalContainer(
  container: string,
  signal: NodeJS.Signals,
  env: Environment,
  ended: () => boolean,
): Promise<void> {
  while (!ended()) {
    const { exitCode } = await callDocker(['kill', '--signal', signal, container], env);
    if (exitCode === 0) return;
    await sleep(50);
  }
}

function definedOnly(env: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
