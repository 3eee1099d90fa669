import type { RunEnd, StartedRun } from '../../engines/engine.ts';
import { InterruptedError } from '../../errors.ts';
import type { SignalSource } from '../host.ts';

type Signal = NodeJS.Signals;

/** Passed on to a command as they are, but HUP, see `FollowOptions`. */
const PASSED_ON: readonly Signal[] = [
  ...(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const),
];
/** While no command runs, these end what is being done. */
const ENDING: readonly Signal[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
/** A second one of these within the time means: now, at once. */
const IMPATIENT: readonly Signal[] = ['SIGINT', 'SIGTERM'];
const IMPATIENCE_MS = 5000;

export interface FollowOptions {
  /** How long the command may take after a signal before it is killed; without it as long as it likes. */
  readonly stopTimeoutMs?: number | undefined;
  /** What HUP, the end of a terminal, is passed on as. */
  readonly hangUpAs?: Signal;
}

/**
 * This process's signals. While an operation works the first one aborts it, and a second one ends this process as if
 * nobody had listened; while a command is followed they are the command's.
 */
export class Signals {
  readonly #source: SignalSource | undefined;
  readonly #controller = new AbortController();
  #isListening = false;
  #relay: ((signal: Signal) => void) | undefined;

  constructor(source: SignalSource | undefined) {
    this.#source = source;
  }

  /** Aborted by the first signal; with the first look at it the listening begins. */
  get aborted(): AbortSignal {
    this.#listen();
    return this.#controller.signal;
  }

  /** Gives a command each signal that comes until it has ended. */
  async follow(run: StartedRun, options: FollowOptions = {}): Promise<RunEnd> {
    this.#listen();
    const { relay, stop } = relayTo(run, options);
    this.#relay = relay;
    try {
      return await run.ended;
    } finally {
      this.#relay = undefined;
      stop();
    }
  }

  /** Ends the listening. */
  stop(): void {
    if (!this.#isListening) return;
    for (const signal of [...PASSED_ON, 'SIGWINCH' as const]) this.#source?.off(signal, this.#hear);
    this.#isListening = false;
  }

  #listen(): void {
    if (this.#isListening) return;
    for (const signal of [...PASSED_ON, 'SIGWINCH' as const]) this.#source?.on(signal, this.#hear);
    this.#isListening = true;
  }

  readonly #hear = (signal: Signal): void => {
    if (this.#relay !== undefined) return this.#relay(signal);
    if (!ENDING.includes(signal)) return;
    if (!this.#controller.signal.aborted) {
      return this.#controller.abort(new InterruptedError(signal));
    }
    this.stop();
    this.#source?.kill(this.#source.pid, signal);
  };
}

/** No KILL is given unless the same INT or TERM comes twice within five seconds, or the stop timeout has passed. */
function relayTo(
  run: StartedRun,
  { stopTimeoutMs, hangUpAs = 'SIGTERM' }: FollowOptions,
): { readonly relay: (signal: Signal) => void; readonly stop: () => void } {
  const lastAt = new Map<Signal, number>();
  let timer: NodeJS.Timeout | undefined;
  const deliver = (signal: Signal): void => void run.signal(signal).catch(() => {});
  const relay = (signal: Signal): void => {
    if (signal === 'SIGWINCH') return deliver(signal);
    const now = performance.now();
    const before = lastAt.get(signal);
    lastAt.set(signal, now);
    // A shell that ends hangs up its jobs, and so does the kernel: the second HUP is the same event.
    if (signal === 'SIGHUP' && before !== undefined) return;
    const again = before !== undefined && now - before < IMPATIENCE_MS;
    if (again && IMPATIENT.includes(signal)) return deliver('SIGKILL');
    deliver(signal === 'SIGHUP' ? hangUpAs : signal);
    if (stopTimeoutMs !== undefined && !signal.startsWith('SIGUSR')) {
      timer ??= setTimeout(() => deliver('SIGKILL'), stopTimeoutMs);
    }
  };
  return { relay, stop: () => clearTimeout(timer) };
}
