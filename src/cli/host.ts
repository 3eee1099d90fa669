import type { FileUser } from '../config/file-owner.ts';

/** A standard stream that a child process can inherit, too. */
type Inheritable<Stream> = Stream & { readonly fd: number; readonly isTTY?: boolean | undefined };

/** What the world outside gives to one run of the command. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The user whose process it is; undefined where files have no owners. */
  readonly user: FileUser | undefined;
  readonly streams: {
    readonly stdin: Inheritable<NodeJS.ReadableStream>;
    readonly stdout: Inheritable<NodeJS.WritableStream> & { readonly columns?: number };
    readonly stderr: Inheritable<NodeJS.WritableStream>;
  };
}

/** The package that this code came in. */
export interface Package {
  readonly version: string;
  /** A `file:` URL that ends in `/`. */
  readonly root: URL;
}
