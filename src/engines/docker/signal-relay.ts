type Signal = NodeJS.Signals;

/** Passed on as they are, but HUP, see `Relay`. */
const SIGNALS: readonly Signal[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'];
/** A second one of these within the time means: now, at once. */
const IMPATIENT: readonly Signal[] = ['SIGINT', 'SIGTERM'];
const IMPATIENCE_MS = 5000;

interface Relay {
  /** Gives a signal to the command; called once for each signal that comes. */
  readonly deliver: (signal: Signal) => void;
  /** Told of each change of the terminal's size. */
  readonly resize: () => void;
  /** How long the command may take after a signal before it is killed. */
  readonly stopTimeoutMs: number | undefined;
  /** What HUP, the end of a terminal, is passed on as; without it TERM. */
  readonly hangUpAs?: Signal;
}

/**
 * Listens to this process's signals for as long as a command runs elsewhere.
 *
 * No KILL is given unless the same INT or TERM comes twice within five seconds, or the stop timeout has passed.
 *
 * @returns what ends the listening
 */
export function relaySignals({
  deliver,
  resize,
  stopTimeoutMs,
  hangUpAs = 'SIGTERM',
}: Relay): () => void {
  const lastAt = new Map<Signal, number>();
  let timer: NodeJS.Timeout | undefined;
  const listener = (signal: Signal): void => {
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
  for (const signal of SIGNALS) process.on(signal, listener);
  process.on('SIGWINCH', resize);
  return () => {
    clearTimeout(timer);
    for (const signal of SIGNALS) process.off(signal, listener);
    process.off('SIGWINCH', resize);
  };
}
