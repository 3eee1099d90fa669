import type { SubmarineError } from '../../errors.ts';
import type { LaunchPlan } from '../../launch/launch-plan.ts';
import type { TerminalKey } from '../../launch/terminal-key.ts';
import type { Variable } from '../../launch/variables.ts';
import type { Variables } from '../../variables.ts';
import type { ExecRequest, LogOptions, Streams } from '../engine.ts';
import type { CommandClient } from './started-client.ts';

/** Where a container finds its secrets. */
export interface SecretPlace {
  /** A pipe of this machine; absent where they are put into a folder in its memory later. */
  readonly pipe?: string | undefined;
  /** Whose folders in its memory are, where that is known. */
  readonly uid: number | undefined;
}

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
  /** The arguments that follow a container whose client was left by a key. */
  readonly attachArgv: (container: string, key: TerminalKey) => readonly string[];
  /**
   * Copies what a container has written without a client, which is faster.
   *
   * @param container - its id
   * @returns false where only a client can do it, or say why it cannot be done; nothing is copied then
   * @throws SubmarineError of the kind `unavailable` when the connection breaks
   */
  readonly copyLogs: (
    container: string,
    outputs: Pick<Streams, 'stdout' | 'stderr'>,
    options: LogOptions,
    env: Variables,
  ) => Promise<boolean>;
  /**
   * Starts another command in a container without a client, which is faster.
   *
   * @param container - its name or id
   * @returns what stands for the client; undefined where only a client can do it, or say why it cannot be done: nothing is
   *   started then
   */
  readonly openExec: (
    container: string,
    request: ExecRequest,
    streams: Streams,
    env: Variables,
  ) => Promise<CommandClient | undefined>;
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
