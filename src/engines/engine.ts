import type { Readable, Writable } from 'node:stream';

import type { ImageBuild } from '../launch/image-build.ts';
import type { EngineFacts, ImageFacts } from '../launch/launch-request.ts';
import type { LaunchPlan } from '../launch/launch-plan.ts';
import type { User } from '../launch/resources.ts';
import type { Variable } from '../launch/variables.ts';
import type { Variables } from '../variables.ts';
import type { EngineName } from './engine-names.ts';

/** What turns a launch plan into something real. An engine never looks at the store. */
export interface Engine {
  readonly name: EngineName;
  readonly runs: Runs;
  /** Absent where the engine has no images to ask for. */
  readonly images?: Images;
  readonly builder?: ImageBuilder;
  readonly volumes?: Volumes;

  /**
   * What is known of the engine; asked once and remembered.
   *
   * @param image - finds an image that the engine has. It is called where only a container can show whether the engine
   *   sees the files of this machine; without it, the engine's address decides
   * @throws SubmarineError of the kind `unavailable` when it does not answer
   */
  facts(image?: () => Promise<ImageFacts | undefined>, call?: EngineCall): Promise<EngineFacts>;

  /**
   * What a person who looks for a fault wants to know of the engine; asked each time.
   *
   * @throws SubmarineError of the kind `unavailable` when it does not answer
   */
  about(call?: EngineCall): Promise<EngineAbout>;

  /** The exact command that starts the plan, to be pasted into a POSIX shell. */
  show(plan: LaunchPlan): string;
}

/** An engine as a person knows it. */
export interface EngineAbout {
  readonly version: string;
  /** The address at which it is asked. */
  readonly endpoint: string;
  /** The folder of its images and containers on its machine. */
  readonly rootFolder: string;
  /** Whether that machine is this one. */
  readonly isLocal: boolean;
  /** `rootless`, `userns-remap`, or another way in which users of containers are others on its machine. */
  readonly userMapping: 'none' | 'rootless' | 'remapped';
  /** Whether it can give GPUs of NVIDIA to containers. */
  readonly givesGpus: boolean;
}

/** What an engine needs of the one who calls. */
export interface EngineOptions {
  /** The variables of the caller, which a client of the engine reads, too. */
  readonly env: Variables;
  /** Where what is known of the engine is remembered; no container sees it. */
  readonly hostFolder: string;
  /** The descriptor of a terminal on which a client of the engine may draw its progress. */
  readonly terminal?: number | undefined;
}

/** What goes with a call; without an answer each may take for ever. */
export interface EngineCall {
  /** Ends the call, and with it what it has started. */
  readonly signal?: AbortSignal | undefined;
}

export interface Runs {
  /**
   * Starts the plan; of one that is detached once its command is running, and nothing is left of it when that fails.
   *
   * @throws SubmarineError when it cannot be started; what the engine refuses later is told by `ended`
   */
  start(plan: LaunchPlan, streams: Streams, call?: EngineCall): Promise<Run>;

  /** Our containers that have all of the labels, newest first. */
  list(filter?: RunFilter, call?: EngineCall): Promise<readonly RunInfo[]>;

  /** How those of these containers ended that have; by the full id. */
  ends(ids: readonly string[], call?: EngineCall): Promise<ReadonlyMap<string, ContainerEnd>>;

  /** A container that was listed; an aborted call ends what is asked of it, and not the run. */
  open(container: Pick<RunInfo, 'id' | 'name'>, call?: EngineCall): Run;
}

export interface RunFilter {
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Whether those that have ended, or not begun, are left out. */
  readonly onlyRunning?: boolean;
  /** Only the container with that name or id, whoever made it. */
  readonly id?: string;
}

/** A container. */
export interface RunInfo {
  readonly id: string;
  readonly name: string;
  /** `created`, `running`, `paused`, `exited`, or another of the engine's own. */
  readonly state: string;
  readonly image: string;
  readonly createdAt: Date;
  /** What stands behind the image, as the engine shows it: words without quotes, between blanks. */
  readonly commandLine: string;
  /** Our own containers have `submarine.run`. */
  readonly labels: Readonly<Record<string, string>>;
}

/** How and when a container ended. */
export interface ContainerEnd {
  readonly exitCode: number;
  readonly outOfMemory: boolean;
  readonly startedAt: Date;
  readonly endedAt: Date;
}

/** A command that was started in a container, for those who only follow it. */
export interface StartedRun {
  /** The name or id of the container. */
  readonly id: string;
  /**
   * How it ended. A run that is aborted is killed and rejects.
   *
   * @throws SubmarineError when the engine did not start the command
   */
  readonly ended: Promise<RunEnd>;
  /** Absent for a command that cannot be paused alone. */
  readonly pausing?: Pausing | undefined;
  /** Sends the command a signal, once; WINCH tells it that the size of the terminal has changed. */
  signal(signal: NodeJS.Signals): Promise<void>;
  /** What the container has written so far, or with `follow` until it ends. */
  logs(streams: Pick<Streams, 'stdout' | 'stderr'>, options?: LogOptions): Promise<void>;
  /**
   * Where a port of the container can be reached on the engine's machine, as `HOST:PORT`; undefined while it cannot.
   *
   * @throws SubmarineError of the kind `refused` when it never can, since its network publishes none
   */
  address(port: number): Promise<string | undefined>;
  /** Kills the command if it is still running, and removes what is left of it. */
  remove(): Promise<void>;
}

/** How all of a container is held, and goes on. */
export interface Pausing {
  /** Whether the command reads the caller's terminal. */
  readonly readsTerminal: boolean;
  pause(): Promise<void>;
  resume(): Promise<void>;
}

/** A command that was started in a container. */
export interface Run extends StartedRun {
  /** Runs another command in the container, in the environment of its own one. */
  exec(request: ExecRequest, streams: Streams, call?: EngineCall): Promise<Run>;
  /** The exact command that `exec` comes to, as a person can paste it into a POSIX shell. */
  showExec(request: ExecRequest): string;
}

/** How a command ended. */
export interface RunEnd {
  /** The command's own; 128 + n after signal n; 0 for one that runs on. */
  readonly exitCode: number;
  /** Whether a person has left it by the keys that they chose, and it runs on. */
  readonly isLeft?: boolean;
  /** Whether it was killed because it ran out of memory. */
  readonly outOfMemory?: boolean;
  /** Whether it was ended because its time had passed, where that is known. */
  readonly timedOut?: boolean;
  /** What the command has installed beside its kernel, where that is known: `humanize 4.10.0`. */
  readonly installed?: readonly string[];
}

export interface LogOptions {
  readonly follow?: boolean | undefined;
  /** Only what was written since then; as text it is the time of a line, as `timestamps` shows it. */
  readonly since?: Date | string | undefined;
  /** Only so many of the last lines. */
  readonly tail?: number | undefined;
  /** Whether each line begins with the time at which it was written. */
  readonly timestamps?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Where a command reads and writes: open descriptors, or Node streams. */
export interface Streams {
  /**
   * Absent for an empty stdin. A stream is read no faster than the command reads; when it fails, or is closed before its
   * end, the command is killed and the run rejects with the code `input-broken`.
   */
  readonly stdin?: number | Readable | undefined;
  readonly stdout: number | Writable;
  readonly stderr: number | Writable;
  /** Who is told of the keys of a terminal. */
  readonly keys?: KeyListener | undefined;
}

/** Who sits at the terminal of a command, as far as keys are not the command's own. */
export interface KeyListener {
  /** Ctrl-Z was typed, and the container is paused until this is done: stops this process, until somebody continues it. */
  readonly suspend: () => Promise<void>;
  /** Ctrl-C was typed, and given to the command. */
  readonly interrupted: () => void;
}

/** Another command in a running container. */
export interface ExecRequest {
  /** Unique to this command: a few letters and digits. */
  readonly execId: string;
  /** Empty for an interactive shell. */
  readonly command: readonly string[];
  /** Whether it gets a terminal. */
  readonly terminal: boolean;
  readonly variables: readonly Variable[];
  /** The container's where absent. */
  readonly user?: User | undefined;
  readonly workdir?: string | undefined;
}

export interface Images {
  /**
   * The image as the engine has it; undefined when it has no such image.
   *
   * @throws SubmarineError of the kind `unavailable` when the engine does not answer
   */
  find(image: string, call?: EngineCall): Promise<ImageFacts | undefined>;

  /**
   * Fetches the image from its registry.
   *
   * @throws SubmarineError of the kind `refused` when it cannot be fetched
   */
  pull(image: string, platform: string | undefined, call?: EngineCall): Promise<void>;

  /**
   * Pushes an image to the registry that its name begins with.
   *
   * @throws SubmarineError of the kind `refused` when the registry does not take it
   */
  push(image: string, call?: EngineCall): Promise<void>;

  /** The exact command that `push` starts. */
  showPush(image: string): string;
}

export interface ImageBuilder {
  /**
   * Builds an image; nothing is left of a build but the image.
   *
   * @param onProgress - told in a few words what is being done
   * @returns the warnings of the build
   * @throws SubmarineError of the kind `invalid` or `cannot-write` when its kernel cannot be built, and `refused` when the
   *   engine will not
   */
  build(
    build: ImageBuild,
    call?: EngineCall,
    onProgress?: (words: string) => void,
  ): Promise<readonly string[]>;

  /** The exact command that `build` starts, to be pasted into a POSIX shell in a folder that holds the build's files. */
  show(build: ImageBuild): string;
}

export interface Volumes {
  /** Whether the engine has a volume with that name. */
  has(name: string, call?: EngineCall): Promise<boolean>;
  /**
   * Where the engine's machine has the files of a volume, as an absolute path; undefined where there is no such volume,
   * or no such place.
   */
  folder(name: string, call?: EngineCall): Promise<string | undefined>;
}
