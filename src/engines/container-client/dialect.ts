import type { SubmarineError } from '../../errors.ts';
import type { LaunchPlan } from '../../launch/launch-plan.ts';
import type { ExecRequest } from '../engine.ts';

/** What differs between the clients that are used like docker's. */
export interface Dialect {
  /** The name of the client, looked for on the caller's PATH. */
  readonly program: string;

  /**
   * The arguments that start a plan.
   *
   * @param variableFile - holds the variables that come from files; undefined where the plan is to be shown, which names
   *   the files themselves
   */
  readonly runArgv: (plan: LaunchPlan, variableFile?: string) => readonly string[];
  readonly execArgv: (container: string, request: ExecRequest) => readonly string[];

  /** How the client's own lines on stderr begin, by which it tells that a start failed. */
  readonly startRefusals: readonly string[];
  /** The same of another command in a container. */
  readonly execRefusals: readonly string[];

  /** Why the engine refused, of what the client said. */
  readonly explain: (said: string, image: string) => SubmarineError;
  /** Why the engine did not start another command; undefined when the command ran, and said it itself. */
  readonly explainExec: (
    exitCode: number,
    said: string,
    container: string,
    request: ExecRequest,
  ) => SubmarineError | undefined;
  /** Whether it says that there is no shell to run the bootstrap. */
  readonly isNoShell: (said: string) => boolean;
  /** For a client that could not be started. */
  readonly explainMissing: (cause: unknown) => SubmarineError;
}
