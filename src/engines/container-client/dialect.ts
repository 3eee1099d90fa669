import type { SubmarineError } from '../../errors.ts';
import type { LaunchPlan } from '../../launch/launch-plan.ts';
import type { Variable } from '../../launch/variables.ts';
import type { ExecRequest } from '../engine.ts';

/**
 * Where a container finds its secrets: a pipe of this machine, or a folder in its memory, into which they are put later;
 * of the user whose it is, where that is known.
 */
export type SecretPlace = { readonly pipe: string } | { readonly uid: number | undefined };

/** What differs between clients with the commands of the same family. */
export interface Dialect {
  /** The name of the client, looked for on the caller's PATH. */
  readonly program: string;

  /**
   * The arguments that start a plan.
   *
   * @param variableFile - where the client finds the file with the variables that go by one, see `openVariableFile`;
   *   without it the arguments are for a person, who has the files that the variables come from and sets values in a
   *   shell
   * @param secrets - where the container finds the plan's secrets; without it there are none
   */
  readonly runArgv: (
    plan: LaunchPlan,
    variableFile?: string,
    secrets?: SecretPlace,
  ) => readonly string[];
  /** The arguments that start another command in a container; `variableFile` as above. */
  readonly execArgv: (
    container: string,
    request: ExecRequest,
    variableFile?: string,
  ) => readonly string[];
  /** What a shell sets before the arguments for a person: `NAME='value'`. */
  readonly passedWords: (variables: readonly Variable[]) => readonly string[];

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
