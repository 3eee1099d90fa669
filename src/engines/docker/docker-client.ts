import { execFile } from 'node:child_process';

import { ExitCode, SubmarineError } from '../../errors.ts';

/** What a call of the client printed, without the last line end, and how it ended. */
export interface ClientResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Asks the `docker` client something and collects what it prints.
 *
 * Not through execa, which starts what runs for long: this is Node's own, so that the first question is on its way
 * while execa is being loaded.
 *
 * @throws SubmarineError with exit code 69 when there is no client, and 2 when the arguments are too long for one
 */
export function callDocker(argv: readonly string[], env: Environment): Promise<ClientResult> {
  return new Promise<ClientResult>((resolve, reject) => {
    const client = execFile(
      'docker',
      argv,
      { env, maxBuffer: 2 ** 26 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code;
        if (typeof code !== 'number') return reject(error ?? new Error('no exit code'));
        resolve({ exitCode: code, stdout: stdout.trimEnd(), stderr: stderr.trimEnd() });
      },
    );
    client.stdin?.end();
    // Some of what goes wrong Node throws at once.
  }).catch(({ code, message }: NodeJS.ErrnoException) => {
    throw clientMissing({ code, shortMessage: message });
  });
}

/** For a client that gave no exit code: it could not be started. */
export function clientMissing(cause: {
  readonly code?: string | null | undefined;
  readonly shortMessage?: string | undefined;
}): SubmarineError {
  if (cause.code === 'E2BIG') {
    return new SubmarineError(
      'the arguments and variables are longer than this machine can hand to docker',
      'put what is long into a file, and mount it: -v ./folder:/folder',
      ExitCode.usage,
    );
  }
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
