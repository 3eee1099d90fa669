import type { ErrorData } from '../../errors.ts';
import { SubmarineError } from '../../errors.ts';
import { userText } from '../../launch/resources.ts';
import { quote } from '../../text/quote.ts';
import type { ExecRequest } from '../engine.ts';

/** How an engine begins to say why it did not start a command. Docker 20.10 says it on stdout, where it stays. */
export const EXEC_REFUSALS = [
  'OCI runtime exec failed: ',
  'unable to find ',
  'Error response from daemon: ',
];

interface Refusal {
  readonly pattern: RegExp;
  /** How the client ends; 126 and 127 are kept. */
  readonly exitCodes: readonly number[];
  readonly code: string;
  readonly message: (container: string, request: ExecRequest) => string;
}

const NOT_RUN = [126, 127];

const EXPLANATIONS: readonly Refusal[] = [
  {
    pattern: /^Error response from daemon: Container (\S+) is paused/,
    exitCodes: [1],
    code: 'container-paused',
    message: (container) => `the container ${container} is paused`,
  },
  {
    pattern:
      /^Error response from daemon: (?:Container|container) (\S+) is not running|No such container: /,
    exitCodes: [1],
    code: 'container-not-running',
    message: (container) => `the container ${container} is no longer running`,
  },
  {
    pattern: /^unable to find (?:user|group) |^OCI runtime.* (?:unable to find user|no such user)/,
    exitCodes: NOT_RUN,
    code: 'no-such-user',
    message: (_, { user }) =>
      `there is no user ${quote(user === undefined ? '' : userText(user))} in the container`,
  },
  {
    pattern: /^OCI runtime.* (?:chdir to cwd|Cwd must be an absolute path)/,
    exitCodes: NOT_RUN,
    code: 'no-such-folder',
    message: (_, { workdir = '' }) => `there is no folder ${quote(workdir)} to work in`,
  },
  {
    pattern: /^OCI runtime.*submarine-bootstrap\.sh/,
    exitCodes: NOT_RUN,
    code: 'container-without-bootstrap',
    message: (container) => `the container ${container} no longer has the bootstrap`,
  },
  {
    pattern: /^OCI runtime exec failed: /,
    exitCodes: NOT_RUN,
    code: 'exec-refused',
    message: (container) => `the engine cannot start a command in the container ${container}`,
  },
];

/**
 * Why the engine did not start the command.
 *
 * @param said - what the client printed on stderr, where it began like a refusal
 * @returns undefined when the command ran, and said it itself
 */
export function explainExec(
  exitCode: number,
  said: string,
  container: string,
  request: ExecRequest,
): SubmarineError | undefined {
  const explanation = EXPLANATIONS.find(
    ({ pattern, exitCodes }) => exitCodes.includes(exitCode) && pattern.test(said),
  );
  if (explanation === undefined) return undefined;
  const data: ErrorData = {
    engine: 'docker',
    container,
    ...(exitCode === 1 ? {} : { exitCode }),
  };
  return new SubmarineError({
    kind: 'refused',
    code: explanation.code,
    message: explanation.message(container, request),
    data,
    cause: new Error(said),
  });
}
