import type { Extras, LaunchedExperiment } from '../../launch/launch-request.ts';
import type { Mount } from '../../launch/mounts.ts';
import type { Port } from '../../launch/ports.ts';
import type { Gpus, User } from '../../launch/resources.ts';

import type { SecretOrigin } from '../../launch/secrets.ts';

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

/** What a secret is read from: a file or a variable of the caller, or itself. */
export type SecretSource = SecretOrigin | { readonly value: string | Uint8Array };

/** How a notebook is executed. */
export interface NotebookExecution {
  /** The file for the notebook with what came of it; `NAME.executed.ipynb` beside it where nothing is said. */
  readonly executed?: string | undefined;
  /** Values by name: what reads as a number, true, false or null in JSON is one, and all else a text. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
}

/** A command that is to run in an environment. */
export interface RunRequest extends ContainerRequest {
  /** The command and its arguments; with a terminal, empty for an interactive shell. */
  readonly command: readonly string[];
  /** Given where the command is a Jupyter notebook, which is executed in the kernel that a server would choose for it. */
  readonly executes?: NotebookExecution | undefined;
  /** The experiment of the store that it is, for the record. */
  readonly experiment?: LaunchedExperiment | undefined;
  /**
   * The folder to mount and work in; without it the settings' or the caller's, with `false` none. Or a repository
   * elsewhere, as `git+https://host/path/repo.git@ref`, of which a commit is mounted read-only.
   */
  readonly code?: string | false | undefined;
  /**
   * The folder of what persists for later runs: caches, JupyterLab's settings and what was typed to IPython. Without it one
   * that only this environment has; with `false` none.
   */
  readonly home?: string | false | undefined;
  /** Whether nothing can be written into the code folder. */
  readonly codeReadOnly?: boolean | undefined;
  /** Whether what git needs of the code folder's repository and lies outside of it is mounted; true where nothing is said. */
  readonly git?: boolean | undefined;
  /** Values by name, none of which stands on a command line; `true` passes on the caller's own. */
  readonly variables?: Readonly<Record<string, string | true>> | undefined;
  /** Files of `KEY=VALUE` lines, whose values stand on no command line; `variables` win over them. */
  readonly variableFiles?: readonly string[] | undefined;
  /** Files that the command finds as `/run/secrets/NAME`, in memory and for its user alone; at most 1 MiB each. */
  readonly secrets?: Readonly<Record<string, SecretSource>> | undefined;
  readonly ports?: readonly Port[] | undefined;
  /** The name of a network of the engine's, or `none`; without it the one that containers have. */
  readonly network?: string | undefined;
  /** In the container: absolute. */
  readonly workdir?: string | undefined;
  readonly gpus?: Gpus | undefined;
  readonly cpus?: number | undefined;
  readonly shmBytes?: number | undefined;
  /** How long the command may take before it is ended, at least a second; its exit code is then 124. */
  readonly timeoutMs?: number | undefined;
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
  /** At a terminal, the keys by which the command is left and runs on: `ctrl-p,ctrl-q`; undefined for none. */
  readonly detachKeys?: string | undefined;
  /** Whether Ctrl-C at the terminal is told, since a time begins with it. */
  readonly tellsInterrupt?: boolean | undefined;
}
