import type { Readable, Writable } from 'node:stream';

import type { FileUser } from '../config/file-owner.ts';
import type { Variables } from '../variables.ts';

/** A standard stream that a child process can inherit, too. */
type Inheritable<Stream> = Stream & { readonly fd: number; readonly isTTY?: boolean | undefined };

/** What the world outside gives to one run of the command. */
export interface Host {
  readonly env: Variables;
  readonly cwd: string;
  /** As whom it reads and writes; undefined where files have no owners. */
  readonly user: FileUser | undefined;
  readonly streams: {
    readonly stdin: Inheritable<Readable>;
    readonly stdout: Inheritable<Writable> & { readonly columns?: number };
    readonly stderr: Inheritable<Writable>;
  };
  /** Writes to stdout without opening the stream, which takes Node 2 ms: for those who print once, and wait for nobody. */
  readonly answer?: (text: string) => void;
  /** Where this process's signals are heard; undefined where nobody sends any. */
  readonly signals?: SignalSource;
}

/** A process, as far as its signals go. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  readonly pid: number;
  kill(pid: number, signal: NodeJS.Signals): unknown;
}

/** The package that this code came in. */
export interface Package {
  readonly version: string;
  /** A `file:` URL that ends in `/`. */
  readonly root: URL;
}
