import type { PlatformLock } from '../lock/lock.ts';
import type { Variables } from '../variables.ts';
import type { Mount } from './mounts.ts';
import type { Port } from './ports.ts';
import type { Gpus, User } from './resources.ts';
import type { Variable } from './variables.ts';

/** What a container is to be, before anything is known of the image, the engine and this machine. */
export interface LaunchRequest {
  readonly kind: 'run' | 'notebook' | 'build';
  /** The command and its arguments; never empty. */
  readonly command: readonly string[];
  /** What the user gives, which wins over the kernel's own. */
  readonly variables: readonly Variable[];
  readonly mounts: readonly Mount[];
  readonly ports: readonly Port[];
  /** The folder that is mounted and worked in: absolute; undefined for none. */
  readonly code: string | undefined;
  /** Absolute folders of this machine whose files are compared afterwards. */
  readonly results?: readonly string[] | undefined;
  /** Whether nothing can be written into it. */
  readonly codeReadOnly?: boolean | undefined;
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
  /** How long the command may take before it is ended. */
  readonly timeoutMs?: number | undefined;
  /** Whether the command runs on without whoever started it. */
  readonly detached?: boolean | undefined;
  /** Whether the command gets a terminal. */
  readonly terminal: boolean;
  /** Whether a person looks on at what comes on stderr, and is shown the progress of a build. */
  readonly watched: boolean;
  /** For a notebook: what its server asks of whoever opens it. */
  readonly token?: string | undefined;
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
