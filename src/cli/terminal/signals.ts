import { setTimeout as sleep } from 'node:timers/promises';

import type { KeyListener, Pausing, RunEnd, StartedRun } from '../../engines/engine.ts';
import { InterruptedError } from '../../errors.ts';
import type { SignalSource } from '../host.ts';
import { isInBackground } from './foreground.ts';

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
const HEARD: readonly Signal[] = [...PASSED_ON, 'SIGWINCH'];
/** What stands for the group of processes that this one is of. */
const JOB = 0;
/** A job that a person continues was stopped for longer. */
const STOPPED_MS = 5;
/** By then the signals are heard that came with the one that continues a job. */
const HEARING_MS = 50;

export interface FollowOptions {
  /** How long the command may take after a signal before it is killed; without it as long as it likes. */
  readonly stopTimeoutMs?: number | undefined;
  /** What HUP, the end of a terminal, is passed on as. */
  readonly hangUpAs?: Signal;
  /** Told of an INT, in the place of the command. */
  readonly onInterrupt?: (() => void) | undefined;
}

/**
 * This process's signals. While an operation works the first one aborts it, and a second one ends this process as if
 * nobody had listened; while a command is followed they are the command's.
 */
export class Signals {
  readonly #source: SignalSource | undefined;
  readonly #controller = new AbortController();
  #isListening = false;
  #ignoresHangUp = false;
  #relay: ((signal: Signal, isGiven?: boolean) => void) | undefined;
  #pause: (() => Promise<void>) | undefined;
  #isEnding = false;

  constructor(source: SignalSource | undefined) {
    this.#source = source;
  }

  /** Aborted by the first signal; with the first look at it the listening begins. */
  get aborted(): AbortSignal {
    this.#listen();
    return this.#controller.signal;
  }

  /** What nohup promises. */
  ignoreHangUp(): void {
    this.#ignoresHangUp = true;
  }

  /** Gives a command each signal that comes until it has ended. */
  async follow(run: StartedRun, options: FollowOptions = {}): Promise<RunEnd> {
    this.#listen();
    const { relay, stop } = relayTo(run, options);
    this.#relay = relay;
    const { pausing } = run;
    if (pausing !== undefined) this.#pauseBy(pausing);
    try {
      return await run.ended;
    } finally {
      this.#relay = undefined;
      this.#source?.off('SIGTSTP', this.#stop);
      stop();
    }
  }

  /** Ctrl-Z, where it is no key of the command's terminal, holds the command, too. */
  #pauseBy(command: Pausing): void {
    this.#source?.on('SIGTSTP', this.#stop);
    this.#pause = async () => {
      await command.pause().catch(() => {});
      await this.#suspend(command.readsTerminal);
      await command.resume().catch(() => {});
    };
  }

  /** What the keys of a terminal do. */
  get keys(): KeyListener {
    return { suspend: () => this.#suspend(true), interrupted: () => this.#relay?.('SIGINT', true) };
  }

  /** Ends the listening. */
  stop(): void {
    if (!this.#isListening) return;
    for (const signal of HEARD) this.#source?.off(signal, this.#hear);
    this.#isListening = false;
  }

  #listen(): void {
    if (this.#isListening) return;
    for (const signal of HEARD) this.#source?.on(signal, this.#hear);
    this.#isListening = true;
  }

  /**
   * Stops the job that this process is of, as Ctrl-Z would, until somebody continues it; one that needs the terminal is
   * stopped again until it has that. A process that no shell looks after is not stopped by the system, since nobody
   * could continue it.
   */
  async #suspend(needsTerminal: boolean): Promise<void> {
    this.#isEnding = false;
    this.#source?.off('SIGTSTP', this.#stop);
    this.#source?.kill(JOB, 'SIGTSTP');
    this.#source?.on('SIGTSTP', this.#stop);
    if (!needsTerminal) return;
    while (isInBackground()) {
      await sleep(HEARING_MS);
      if (this.#isEnding || !isInBackground()) return;
      const before = performance.now();
      this.#source?.kill(JOB, 'SIGTTIN');
      if (performance.now() - before < STOPPED_MS) return;
    }
  }

  readonly #stop = (): void => void this.#pause?.();

  readonly #hear = (signal: Signal): void => {
    if (signal === 'SIGHUP' && this.#ignoresHangUp) return;
    if (ENDING.includes(signal)) this.#isEnding = true;
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
  { stopTimeoutMs, hangUpAs = 'SIGTERM', onInterrupt }: FollowOptions,
): { readonly relay: (signal: Signal, isGiven?: boolean) => void; readonly stop: () => void } {
  const lastAt = new Map<Signal, number>();
  let timer: NodeJS.Timeout | undefined;
  const deliver = (signal: Signal): void => void run.signal(signal).catch(() => {});
  const relay = (signal: Signal, isGiven = false): void => {
    if (signal === 'SIGWINCH') return deliver(signal);
    if (signal === 'SIGINT' && onInterrupt !== undefined) return onInterrupt();
    const now = performance.now();
    const before = lastAt.get(signal);
    lastAt.set(signal, now);
    // A shell that ends hangs up its jobs, and so does the kernel: the second HUP is the same event.
    if (signal === 'SIGHUP' && before !== undefined) return;
    const again = before !== undefined && now - before < IMPATIENCE_MS;
    if (again && IMPATIENT.includes(signal)) return deliver('SIGKILL');
    if (!isGiven) deliver(signal === 'SIGHUP' ? hangUpAs : signal);
    if (stopTimeoutMs !== undefined && !signal.startsWith('SIGUSR')) {
      timer ??= setTimeout(() => deliver('SIGKILL'), stopTimeoutMs);
    }
  };
  return { relay, stop: () => clearTimeout(timer) };
}
