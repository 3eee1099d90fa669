import { ExitCode, SubmarineError } from '../../errors.ts';
import { quote } from '../../text/quote.ts';
import type { ExecRequest } from '../engine.ts';

/** How an engine begins to say why it did not start a command. Docker 20.10 says it on stdout, where it stays. */
export const REFUSALS = [
  'OCI runtime exec failed: ',
  'unable to find ',
  'Error response from daemon: ',
];

interface Refusal {
  readonly pattern: RegExp;
  /** How the client ends; 126 and 127 are kept. */
  readonly exitCodes: readonly number[];
  readonly message: (request: ExecRequest) => string;
  readonly hint: (request: ExecRequest) => string;
}

const NOT_RUN = [126, 127];

const EXPLANATIONS: readonly Refusal[] = [
  {
    pattern: /^Error response from daemon: Container (\S+) is paused/,
    exitCodes: [1],
    message: ({ container }) => `the container ${container} is paused`,
    hint: ({ container }) => `let it go on: docker unpause ${container}`,
  },
  {
    pattern:
      /^Error response from daemon: (?:Container|container) (\S+) is not running|No such container: /,
    exitCodes: [1],
    message: ({ container }) => `the container ${container} runs no more`,
    hint: () => 'start another: submarine run',
  },
  {
    pattern: /^unable to find (?:user|group) |^OCI runtime.* (?:unable to find user|no such user)/,
    exitCodes: NOT_RUN,
    message: ({ user = '' }) => `there is no user ${quote(user)} in the container`,
    hint: () => 'write numbers, for example --user 1000:1000',
  },
  {
    pattern: /^OCI runtime.* (?:chdir to cwd|Cwd must be an absolute path)/,
    exitCodes: NOT_RUN,
    message: ({ workdir = '' }) => `there is no folder ${quote(workdir)} to work in`,
    hint: () => 'name one that is in the container by --workdir',
  },
  {
    pattern: /^OCI runtime.*submarine-bootstrap\.sh/,
    exitCodes: NOT_RUN,
    message: ({ container }) => `the container ${container} has no bootstrap any more`,
    hint: ({ container }) => `use the engine's own command: docker exec ${container}`,
  },
  {
    pattern: /^OCI runtime exec failed: /,
    exitCodes: NOT_RUN,
    message: ({ container }) => `the engine cannot start a command in the container ${container}`,
    hint: ({ container }) => `see what it says: docker exec ${container} true`,
  },
];

/**
 * Why the engine did not start the command.
 *
 * @param said - what the client printed on stderr, where it began like a refusal
 * @returns undefined when the command ran, and said it itself
 */
export function explainRefusal(
  exitCode: number,
  said: string,
  request: ExecRequest,
): SubmarineError | undefined {
  const explanation = EXPLANATIONS.find(
    ({ pattern, exitCodes }) => exitCodes.includes(exitCode) && pattern.test(said),
  );
  if (explanation === undefined) return undefined;
  return new SubmarineError(
    explanation.message(request),
    explanation.hint(request),
    exitCode === 1 ? ExitCode.engineRefused : exitCode,
    { cause: new Error(said) },
  );
}
