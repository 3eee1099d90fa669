import { once } from '../once.ts';
import type { Call, SubmarineEvent } from '../operations/events.ts';
import type { Caller, Submarine } from '../operations/submarine.ts';
import type { Host, Package } from './host.ts';
import type { Io } from './terminal/io.ts';
import { createIo } from './terminal/io.ts';
import { Signals } from './terminal/signals.ts';

/** The options that every command takes. */
export interface GlobalOptions {
  readonly store?: string;
  readonly verbose?: boolean;
  readonly color?: boolean;
}

/**
 * What a command works with. Each function loads its own slow modules when it is first asked, so that a command pays
 * for what it uses.
 */
export interface Context {
  readonly host: Host;
  readonly package: Package;
  readonly io: Io;
  readonly globals: () => GlobalOptions;
  readonly signals: Signals;
  readonly caller: () => Promise<Caller>;
  readonly submarine: () => Promise<Submarine>;
  /** For commands that only look: a broken configuration of a project is a warning, and the user's own settings hold. */
  readonly looking: () => Promise<Submarine>;
  /** What an operation is told besides its request: events are said, and the first signal aborts it. */
  readonly call: () => Call;
  /** Sets the exit code of a command that has not failed: that of the container it ran. */
  readonly exitWith: (code: number) => void;
}

/**
 * @param globals - the options that every command takes, as the command line has them by the time they are asked for
 */
export function createContext(
  host: Host,
  ownPackage: Package,
  globals: () => GlobalOptions,
  exitWith: (code: number) => void,
): Context {
  const io = createIo(host);
  const signals = new Signals(host.signals);
  let say: (event: SubmarineEvent) => void = () => {};
  const caller = once(async (): Promise<Caller> => {
    const { userFolders } = await import('../config/paths.ts');
    return {
      variables: host.env,
      cwd: host.cwd,
      folders: userFolders(host.env),
      user: host.user,
      bootstrap: new URL('bootstrap/', ownPackage.root),
      get terminal() {
        return io.stderrIsTerminal ? host.streams.stderr.fd : undefined;
      },
    };
  });
  const on = (event: SubmarineEvent): void => say(event);
  const open = async (tolerant: boolean): Promise<Submarine> => {
    const { eventSayer } = await import('./terminal/say-event.ts');
    say = eventSayer(io);
    const { openSubmarine } = await import('../operations/submarine.ts');
    return openSubmarine(await caller(), { store: globals().store, tolerant }, { on });
  };
  return {
    host,
    package: ownPackage,
    io,
    globals,
    signals,
    caller,
    submarine: once(() => open(false)),
    looking: once(() => open(true)),
    call: () => ({ on, signal: signals.aborted }),
    exitWith,
  };
}
