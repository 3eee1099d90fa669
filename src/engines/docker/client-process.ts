import { constants } from 'node:os';

import { SubmarineError } from '../../errors.ts';

/** What a client is started with: the caller's variables, and the descriptors of its streams. */
export interface ClientStreams {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Without one there is nothing on stdin. */
  readonly stdin: { readonly fd: number } | undefined;
  readonly stdout: { readonly fd: number };
}

/** How a client ended, as execa tells it. */
export interface ClientEnd {
  readonly exitCode?: number | undefined;
  readonly signal?: NodeJS.Signals | undefined;
  readonly code?: string | undefined;
  readonly shortMessage?: string | undefined;
}

export type Execa = Awaited<ReturnType<typeof loadExeca>>;

/** It takes 15 ms to load. */
export async function loadExeca() {
  const { execa } = await import('execa');
  return execa;
}

/** Starts a client that stays with a command: its stderr comes through a pipe, its other streams are those given. */
export function startClient(
  execa: Execa,
  argv: readonly string[],
  { env, stdin, stdout }: ClientStreams,
) {
  return execa('docker', argv, {
    ...clientOptions(env),
    stdin: stdin === undefined ? 'ignore' : descriptor(stdin),
    stdout: descriptor(stdout),
    stderr: 'pipe',
    buffer: false,
    // In a session of its own, so that a signal to the terminal's processes comes to us alone and is given once.
    detached: true,
    cleanup: false,
  });
}

/** No shell, the caller's variables and no others, no exception for an exit code. */
export function clientOptions(env: ClientStreams['env']) {
  const defined = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return { env: Object.fromEntries(defined), extendEnv: false, reject: false } as const;
}

/** execa's types name the standard descriptors alone; it passes on any that is open. */
export function descriptor({ fd }: { readonly fd: number }): never {
  return fd as never;
}

export function endedBy(signal: NodeJS.Signals): SubmarineError {
  return new SubmarineError(`ended by ${signal}`, '', 128 + constants.signals[signal]);
}
