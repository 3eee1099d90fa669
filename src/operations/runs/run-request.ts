import type { Extras } from '../../launch/launch-request.ts';
import type { Mount } from '../../launch/mounts.ts';
import type { Port } from '../../launch/ports.ts';
import type { Gpus, User } from '../../launch/resources.ts';

/** Whether the lock of an environment is used, must be fresh, or is left out. */
export type LockPolicy = 'use' | 'require' | 'ignore';

/** What is to be known of an image and its kernel before anything starts. */
export interface ImageChoice {
  /** The name of the environment; without it the chosen one. */
  readonly environment?: string | undefined;
  /** Without it the one that the settings name. */
  readonly engine?: string | undefined;
  /** When the image is fetched; `missing` where nothing is said. */
  readonly pull?: 'missing' | 'always' | 'never' | undefined;
  /** As engines name it: `linux/arm64`. */
  readonly platform?: string | undefined;
  /** `use` where nothing is said. */
  readonly lock?: LockPolicy | undefined;
  /** Whether nothing is fetched, neither image nor package. */
  readonly offline?: boolean | undefined;
  /** Arguments for one engine, as they are, behind those of the settings. */
  readonly extras?: Extras | undefined;
  /** Whether the exact command is told as an event, and the bootstrap says what it does. */
  readonly verbose?: boolean | undefined;
}

/** A container in which the kernel of an environment is entered. */
export interface ContainerRequest extends ImageChoice {
  /** Relative sources start from the caller's folder. */
  readonly mounts?: readonly Mount[] | undefined;
  /** Without one: the caller. */
  readonly user?: User | undefined;
  readonly memoryBytes?: number | undefined;
}

/** A command that is to run in an environment. */
export interface RunRequest extends ContainerRequest {
  /** The command and its arguments. */
  readonly command: readonly string[];
  /** The folder to mount and work in; without it the settings' or the caller's, with `false` none. */
  readonly code?: string | false | undefined;
  /** Whether nothing can be written into that folder. */
  readonly codeReadOnly?: boolean | undefined;
  /** Values by name, none of which stands on a command line; `true` passes on the caller's own. */
  readonly variables?: Readonly<Record<string, string | true>> | undefined;
  /** Files of `KEY=VALUE` lines, whose values stand on no command line; `variables` win over them. */
  readonly variableFiles?: readonly string[] | undefined;
  readonly ports?: readonly Port[] | undefined;
  /** In the container: absolute. */
  readonly workdir?: string | undefined;
  readonly gpus?: Gpus | undefined;
  readonly cpus?: number | undefined;
  readonly shmBytes?: number | undefined;
  /** The name of the container. */
  readonly name?: string | undefined;
  /**
   * Whether the command runs on without the caller: the container stays when it has ended, with what it printed, until it
   * is removed.
   */
  readonly detached?: boolean | undefined;
  /** Folders whose files are compared when the run is repeated; in the code folder, or in one that is mounted. */
  readonly results?: readonly string[] | undefined;
  /** Whether the record of the run has the values of `variables` and `variableFiles`, and not their names alone. */
  readonly recordValues?: boolean | undefined;
  /** Whether the record has the differences of the code folder from its commit; true where nothing is said. */
  readonly recordDiff?: boolean | undefined;
  /** Whether the command gets a terminal, which the streams must be then. */
  readonly terminal?: boolean | undefined;
}
