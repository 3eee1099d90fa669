import type { PlatformLock } from '../lock/lock.ts';
import type { Variables } from '../variables.ts';
import type { Mount } from './mounts.ts';
import type { Port } from './ports.ts';
import type { Gpus, User } from './resources.ts';
import type { SecretFile } from './secrets.ts';
import type { Variable } from './variables.ts';

/** What a container is to be, before anything is known of the image, the engine and this machine. */
export interface LaunchRequest {
  readonly kind: 'run' | 'notebook' | 'build';
  /** The command and its arguments; never empty. */
  readonly command: readonly string[];
  /** Whether the command is a Jupyter notebook to execute, the file for what comes of it, and `NAME=VALUE` of parameters. */
  readonly executes?: boolean | undefined;
  /** The experiment of the store that it is, with the values of its parameters. */
  readonly experiment?: LaunchedExperiment | undefined;
  /** What the user gives, which wins over the kernel's own. */
  readonly variables: readonly Variable[];
  /** Files that the command finds in the memory of its container. */
  readonly secrets?: readonly SecretFile[] | undefined;
  readonly mounts: readonly Mount[];
  readonly ports: readonly Port[];
  /** The name of a network of the engine's, or `none`. */
  readonly network?: string | undefined;
  /** The folder that is mounted and worked in: absolute; undefined for none. */
  readonly code: string | undefined;
  /** Where the code folder comes from, when it is a commit of a repository elsewhere. */
  readonly codeSource?: CodeSource | undefined;
  /** What git needs of the code folder's repository and lies outside of it. */
  readonly gitMounts?: readonly Mount[] | undefined;
  /** Absolute folders of this machine whose files are compared afterwards. */
  readonly results?: readonly string[] | undefined;
  /** Whether nothing can be written into it. */
  readonly codeReadOnly?: boolean | undefined;
  /** The absolute folder of what persists for later runs; false for none, undefined for that of the environment. */
  readonly home?: string | false | undefined;
  /** In the container: absolute. */
  readonly workdir?: string | undefined;
  /** Undefined for the caller. */
  readonly user?: User | undefined;
  readonly gpus?: Gpus | undefined;
  readonly cpus?: number | undefined;
  readonly memoryBytes?: number | undefined;
  readonly shmBytes?: number | undefined;
  readonly name?: string | undefined;
  /** As engines name it: `linux/arm64`. */
  readonly platform?: string | undefined;
  readonly pull: 'missing' | 'always' | 'never';
  /** Whether a build may not touch the network. */
  readonly offline: boolean;
  /** Whether no process may get more rights than it was started with, as by a setuid program. */
  readonly noNewPrivileges: boolean;
  /** Arguments for one engine, as they are. */
  readonly extras: Extras;
  /** Whether the bootstrap says what it does. */
  readonly verbose: boolean;
  /** How long the command may take before it is ended, at least a second. */
  readonly timeoutMs?: number | undefined;
  /** Whether the command runs on without whoever started it. */
  readonly detached?: boolean | undefined;
  /** Whether the command gets a terminal. */
  readonly terminal: boolean;
  /** By which keys a person leaves a command at a terminal running, as `ctrl-p,ctrl-q`; undefined for none. */
  readonly detachKeys?: string | undefined;
  /** Whether Ctrl-C at the terminal is told to who started the command. */
  readonly tellsInterrupt?: boolean | undefined;
  /** Whether a person looks on at what comes on stderr, and is shown the progress of a build. */
  readonly watched: boolean;
  /** For a notebook: what its server asks of whoever opens it. */
  readonly token?: string | undefined;
}

/** An experiment, as the record of its run names it. */
export interface LaunchedExperiment {
  readonly name: string;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
}

/** A commit of a repository elsewhere. */
export interface CodeSource {
  readonly url: string;
  /** The branch, tag or commit that was named; absent for what the repository has in its HEAD. */
  readonly ref?: string | undefined;
  readonly commit: string;
}

/** A folder of this machine for what persists between runs. */
export interface LaunchHome {
  readonly folder: string;
  /** Of an environment's own, which no other environment has; absent for a folder that the user named. */
  readonly id?: string | undefined;
}

/** What only one engine understands, by its name. */
export interface Extras {
  /** Options of its client, before the image. */
  readonly docker?: readonly string[];
}

/** What a locked kernel is made from. */
export interface LockedKernel {
  /** Its digest names the kernel's folder. */
  readonly specification: string;
  readonly packages: Pick<PlatformLock, 'packages' | 'pip'>;
}

/** What is known of the world when a launch is planned. */
export interface LaunchFacts {
  /** The variables of the caller, as far as builds may have them. */
  readonly env: Variables;
  /** What of the caller's logins is in neither `env` nor `settingsFiles`, since builds shall not have it. */
  readonly withheldLogins: readonly string[];
  /** What the engine is to start: the environment's image, or the one that is locked. */
  readonly imageName: string;
  /** What the kernel is built from where it is locked, in the place of what the profile says. */
  readonly locked: LockedKernel | undefined;
  /** The image as the engine has it; undefined when it does not have it yet. */
  readonly image: ImageFacts | undefined;
  readonly engine: EngineFacts;
  /** Files of this machine that conda and pip read their settings from, by the variable that names them. */
  readonly settingsFiles: Readonly<Record<string, string>>;
  /** The caller as a user; undefined where the system has none. */
  readonly caller: User | undefined;
  /** The caller's name, for containers whose image does not know the user. */
  readonly callerName: string;
  /** The folder for kernels on this machine. */
  readonly cacheFolder: string;
  /** What the command itself keeps on this machine, which no container sees. */
  readonly hostFolder: string;
  /** The folder of this launch on this machine, for this user alone; undefined where there is none. */
  readonly runFolder: string | undefined;
  /** What persists between runs; undefined where nothing does. */
  readonly home: LaunchHome | undefined;
  /** Our bootstrap on this machine. */
  readonly bootstrapPath: string;
  /** Unique to this launch: a few letters and digits. */
  readonly runId: string;
}

/** What is known of an image. */
export interface ImageFacts {
  readonly id: string;
  readonly entrypoint: readonly string[];
  /** What stands behind its entrypoint when nobody says anything else; absent for nothing. */
  readonly command?: readonly string[];
  /** As engines name it: `linux/amd64`. */
  readonly platform: string;
  /** What registries know it by, as `REPOSITORY@sha256:…`; none for one that was never pushed. */
  readonly digests: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** What is known of an engine. */
export interface EngineFacts {
  /** What tells it from all others; empty while nobody has asked it. */
  readonly id: string;
  /** Whether files of this machine can not be mounted. */
  readonly remote: boolean;
  /** Whether the engine already makes the caller the owner of what a container writes. */
  readonly mapsUsers: boolean;
  /** Memory of the machine that it runs on. */
  readonly memoryBytes: number;
}
