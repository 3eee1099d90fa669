import type {
  EngineCall,
  ExecRequest,
  LogOptions,
  Run,
  RunEnd,
  Streams,
} from '../../engines/engine.ts';
import { SubmarineError } from '../../errors.ts';

/** How a run is started, and what follows. */
export interface Launching {
  readonly start: () => Promise<Run>;
  /** What to do where the engine cannot find what is to be mounted, such as a kernel that has been removed: then it is started again, once. */
  readonly mend: () => Promise<void>;
  /** What was installed in it, asked when it has ended. */
  readonly finish: () => Promise<Pick<RunEnd, 'installed'>>;
}

/** The run of a launch: it is started again where its kernel went away meanwhile, and tidied up after. */
export class LaunchedRun implements Run {
  readonly ended: Promise<RunEnd>;
  readonly #launching: Launching;
  #run: Run;

  constructor(run: Run, launching: Launching) {
    this.#run = run;
    this.#launching = launching;
    this.ended = this.#follow();
    // Whoever does not look at it yet is told when they do.
    this.ended.catch(() => {});
  }

  get id(): string {
    return this.#run.id;
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
    const { start, mend, finish } = this.#launching;
    try {
      const end = await this.#run.ended.catch(async (error: unknown) => {
        if (!isMountGone(error)) throw error;
        await mend();
        this.#run = await start();
        return this.#run.ended;
      });
      return { ...end, ...(await finish()) };
    } catch (error) {
      await finish();
      throw error;
    }
  }
}

function isMountGone(error: unknown): boolean {
  return error instanceof SubmarineError && error.code === 'mount-source-missing';
}
