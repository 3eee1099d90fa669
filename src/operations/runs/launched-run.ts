import type {
  EngineCall,
  ExecRequest,
  LogOptions,
  Pausing,
  Run,
  RunEnd,
  StartedRun,
  Streams,
} from '../../engines/engine.ts';
import { SubmarineError } from '../../errors.ts';

/** A command that was started in an environment. */
export interface EnvironmentRun extends StartedRun {
  /** What the run is known by afterwards: eight hexadecimal digits. */
  readonly runId: string;
}

/** How a run is started, and what follows. */
export interface Launching {
  readonly runId: string;
  /** Whether it is followed only by those who ask for its end. */
  readonly detached: boolean;
  readonly start: () => Promise<Run>;
  /** What to do where the engine cannot find what is to be mounted, such as a kernel that has been removed: then it is started again, once. */
  readonly mend: () => Promise<void>;
  /** What else is known of its end, asked when it has ended. */
  readonly finish: (end: RunEnd) => Promise<Partial<RunEnd>>;
  /** Tidies up after one that did not start, or that nobody could follow to its end; returns what is to be thrown. */
  readonly fail: (error: unknown) => Promise<unknown>;
}

/** The run of a launch: it is started again where its kernel went away meanwhile, and tidied up after. */
export class LaunchedRun implements Run, EnvironmentRun {
  readonly #launching: Launching;
  #run: Run;
  #ended: Promise<RunEnd> | undefined;

  constructor(run: Run, launching: Launching) {
    this.#run = run;
    this.#launching = launching;
    // Whoever does not look at it yet is told when they do.
    if (!launching.detached) this.ended.catch(() => {});
  }

  get runId(): string {
    return this.#launching.runId;
  }

  get ended(): Promise<RunEnd> {
    return (this.#ended ??= this.#follow());
  }

  get id(): string {
    return this.#run.id;
  }

  get pausing(): Pausing | undefined {
    return this.#run.pausing;
  }

  signal(signal: NodeJS.Signals): Promise<void> {
    return this.#run.signal(signal);
  }

  exec(request: ExecRequest, streams: Streams, call?: EngineCall): Promise<Run> {
    return this.#run.exec(request, streams, call);
  }

  showExec(request: ExecRequest): string {
    return this.#run.showExec(request);
  }

  logs(streams: Pick<Streams, 'stdout' | 'stderr'>, options?: LogOptions): Promise<void> {
    return this.#run.logs(streams, options);
  }

  address(port: number): Promise<string | undefined> {
    return this.#run.address(port);
  }

  remove(): Promise<void> {
    return this.#run.remove();
  }

  async #follow(): Promise<RunEnd> {
    const { start, mend, finish, fail } = this.#launching;
    try {
      const end = await this.#run.ended.catch(async (error: unknown) => {
        if (!isMountGone(error)) throw error;
        await mend();
        this.#run = await start();
        return this.#run.ended;
      });
      return end.isLeft === true ? end : { ...end, ...(await finish(end)) };
    } catch (error) {
      throw await fail(error);
    }
  }
}

/** Starts a run that nobody follows, once more where what it mounts went away meanwhile. */
export async function startMended({ start, mend }: Launching): Promise<Run> {
  try {
    return await start();
  } catch (error) {
    if (!isMountGone(error)) throw error;
    await mend();
    return start();
  }
}

/** Whether the engine cannot find what is to be mounted. */
function isMountGone(error: unknown): boolean {
  return error instanceof SubmarineError && error.code === 'mount-source-missing';
}
