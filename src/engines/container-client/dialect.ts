import type { SubmarineError } from '../../errors.ts';
import type { LaunchPlan } from '../../launch/launch-plan.ts';
import type { ExecRequest } from '../engine.ts';

/** What differs between clients with the commands of the same family. */
export interface Dialect {
  /** The name of the client, looked for on the caller's PATH. */
  readonly program: string;

  /**
   * The arguments that start a plan.
   *
   * @param variableFile - the path of a file with the variables that come from files; without it the arguments name
   *   those files, for a person to see
   */
  readonly runArgv: (plan: LaunchPlan, variableFile?: string) => readonly string[];
  readonly execArgv: (container: string, request: ExecRequest) => readonly string[];

  /** How the client's own lines on stderr begin when a start fails. */
  readonly startRefusals: readonly string[];
  /** The same for another command in a container. */
  readonly execRefusals: readonly string[];

  /** Why the engine refused, from what the client said. */
  readonly explain: (said: string, image: string) => SubmarineError;
  /** Why the engine did not start another command; undefined when the command ran, and said it itself. */
  readonly explainExec: (
    exitCode: number,
    said: string,
    container: string,
    request: ExecRequest,
  ) => SubmarineError | undefined;
  /** Whether the client says that there is no shell to run the bootstrap. */
  readonly isNoShell: (said: string) => boolean;
  /** Why a client could not be started. */
  readonly explainMissing: (cause: unknown) => SubmarineError;
}
