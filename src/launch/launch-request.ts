/** What a person asked for, before anything is known of the environment, the engine or this machine. */
export interface LaunchRequest {
  readonly kind: 'run' | 'notebook' | 'build';
  /** The command and its arguments; never empty. */
  readonly command: readonly string[];
  /** As `-e` takes them. */
  readonly variables: readonly string[];
  /** Paths of files for `--env-file`. */
  readonly variableFiles: readonly string[];
  /** As `-v` takes them. */
  readonly volumes: readonly string[];
  /** As `-p` takes them. */
  readonly ports: readonly string[];
  /** The folder that is mounted and worked in: absolute; undefined for none. */
  readonly code: string | undefined;
  readonly workdir?: string;
  readonly user?: string;
  /** Whether no process may get more rights than it was started with, as by a setuid program. */
  readonly noNewPrivileges: boolean;
  readonly gpus?: string;
  readonly cpus?: string;
  readonly memory?: string;
  readonly shmSize?: string;
  readonly name?: string;
  readonly platform?: string;
  readonly pull: 'missing' | 'always' | 'never';
  /** Whether a build may not touch the network. */
  readonly offline: boolean;
  /** Handed to the engine as they are, before the image. */
  readonly engineArguments: readonly string[];
  readonly verbose: boolean;
  /** For a notebook: what its server asks of whoever opens it. */
  readonly token?: string;
}

/** What is known of the world when a launch is planned. */
export interface LaunchFacts {
  /** The variables of the caller. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The names that the files of `--env-file` set. */
  readonly namesInVariableFiles: readonly string[];
  /** What the engine is to start: the environment's image, or the one that is locked. */
  readonly imageName: string;
  /** What the kernel is built from where it is locked, in the place of what the profile says. */
  readonly lockedSpecification: string | undefined;
  /** The image as the engine has it; undefined when it does not have it yet. */
  readonly image: ImageFacts | undefined;
  readonly engine: EngineFacts;
  /** Files of this machine that a build of a kernel needs, by the variable that names them to it. */
  readonly buildFiles: Readonly<Record<string, string>>;
  /** `uid:gid` of the caller; undefined where the system has none. */
  readonly caller: string | undefined;
  /** Whether stdin and stdout are terminals. */
  readonly terminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** The folder for kernels on this machine, as it is mounted at `/submarine`. */
  readonly cacheFolder: string;
  /** What the command itself keeps on this machine, which no container sees. */
  readonly hostFolder: string;
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
  /** As docker names it: `linux/amd64`. */
  readonly platform: string;
  /** What registries know it by, as `REPOSITORY@sha256:…`; none for one that was never pushed. */
  readonly digests: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** What is known of an engine. */
export interface EngineFacts {
  /** Whether files of this machine can not be mounted. */
  readonly remote: boolean;
  /** Whether the engine already makes the caller the owner of what a container writes. */
  readonly mapsUsers: boolean;
  /** Memory of the machine that it runs on. */
  readonly memoryBytes: number;
}
