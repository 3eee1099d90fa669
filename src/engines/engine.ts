import type { ImageBuild } from '../launch/image-build.ts';
import type { LaunchPlan } from '../launch/launch-plan.ts';
import type { EngineFacts, ImageFacts } from '../launch/launch-request.ts';
import type { Variable } from '../launch/variables.ts';

/** What turns a launch plan into something real. An engine never looks at the store. */
export interface Engine {
  readonly name: string;

  /**
   * What is known of the engine; asked once and remembered.
   *
   * @param image - gives an image that the engine has; asked for where a container is needed to find out whether the
   *   engine sees the files of this machine, without which it is taken for what its address says
   */
  facts(image?: () => Promise<ImageFacts | undefined>): Promise<EngineFacts>;

  /**
   * The image as the engine has it; undefined when it does not have it.
   *
   * @throws SubmarineError with exit code 69 when the engine does not answer
   */
  findImage(image: string): Promise<ImageFacts | undefined>;

  /**
   * Fetches the image from its registry, with progress on a terminal.
   *
   * @throws SubmarineError with exit code 125 when it is not to be had
   */
  pullImage(image: string, platform: string | undefined): Promise<void>;

  /**
   * Builds an image, with progress on a terminal; nothing is left of a build but the image.
   *
   * @throws SubmarineError with exit code 65 or 73 when its kernel cannot be built, and 125 when the engine refuses
   */
  buildImage(build: ImageBuild): Promise<void>;

  /** The command that `buildImage` starts, in the folder of the build's files. */
  renderBuild(build: ImageBuild): string;

  /**
   * Hands an image to the registry that its name begins with, with progress on a terminal.
   *
   * @throws SubmarineError with exit code 125 when the registry does not take it
   */
  pushImage(image: string): Promise<void>;

  /** The exact command that `run` starts, as a person can paste it into a POSIX shell. */
  render(plan: LaunchPlan): string;

  /**
   * Runs the plan to its end, its streams those of the caller, signals passed on.
   *
   * @returns the container's own exit code
   * @throws SubmarineError when the container could not be started
   */
  run(plan: LaunchPlan, options: RunOptions): Promise<number>;

  /**
   * Runs the plan to its end with nothing on stdin, and collects what it prints.
   *
   * @throws SubmarineError when the container could not be started
   */
  capture(plan: LaunchPlan): Promise<Captured>;

  /**
   * Runs the plan to its end, answers the lines that it prints, and collects them.
   *
   * @throws SubmarineError when the container could not be started, and what `answer` throws
   */
  converse(plan: LaunchPlan, answer: Answer): Promise<Captured>;

  /** Whether the engine has a volume of that name. */
  hasVolume(name: string): Promise<boolean>;

  /** The containers that we made, running or not, newest first; those with all of the labels. */
  containers(labels?: Readonly<Record<string, string>>): Promise<readonly Container[]>;

  /** Whether there is a container of that name or id, whoever made it. */
  hasContainer(name: string): Promise<boolean>;

  /** The exact command that `exec` starts, as a person can paste it into a POSIX shell. */
  renderExec(request: ExecRequest): string;

  /**
   * Runs a further command in a container of ours, in the environment of its own command; streams and signals as in
   * `run`.
   *
   * @returns the command's exit code
   * @throws SubmarineError when the command could not be started
   */
  exec(request: ExecRequest): Promise<number>;

  /**
   * The address on this machine at which a port of the container of a launch answers; undefined while there is none.
   *
   * @returns as `HOST:PORT`
   */
  findPort(plan: LaunchPlan, port: number): Promise<string | undefined>;
}

export interface RunOptions {
  /** How long a signal may take to end the command before it is killed; undefined for as long as it likes. */
  readonly stopTimeoutMs: number | undefined;
}

/** A further command in a container that runs. */
export interface ExecRequest {
  /** Unique to this command: a few letters and digits. */
  readonly execId: string;
  /** Name or id. */
  readonly container: string;
  /** Empty for an interactive shell. */
  readonly command: readonly string[];
  /** Whether it gets a terminal. */
  readonly terminal: boolean;
  readonly variables: readonly Variable[];
  /** Without one: the container's. */
  readonly user?: string;
  readonly workdir?: string;
}

/** What a line that a program prints is answered with; undefined for one that asks nothing. */
export type Answer = (line: string) => Promise<string | undefined>;

/** What a container left. */
export interface Captured {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A container of ours. */
export interface Container {
  readonly id: string;
  readonly name: string;
  /** As docker calls it: `created`, `running`, `paused`, `exited`. */
  readonly state: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
}
