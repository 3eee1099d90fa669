import type { Readable, Writable } from 'node:stream';

import type { Streams } from '../engine.ts';
import type { Client } from './client.ts';

/** How a client ended, as execa tells it. */
export interface ClientEnd {
  readonly exitCode?: number | undefined;
  readonly signal?: NodeJS.Signals | undefined;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

export type Execa = Awaited<ReturnType<typeof loadExeca>>;

/** It takes 15 ms to load. */
export async function loadExeca() {
  const { execa } = await import('execa');
  return execa;
}

/**
 * Starts a client that stays with a command: its stderr comes through a pipe, its other streams are those given.
 *
 * @param variableFile - a descriptor that the client finds as `VARIABLE_FILE`
 */
export function startClient(
  execa: Execa,
  { dialect, env }: Client,
  argv: readonly string[],
  { stdin, stdout }: Pick<Streams, 'stdin' | 'stdout'>,
  variableFile?: number,
) {
  const standard = [stdin === undefined ? 'ignore' : input(stdin), output(stdout), 'pipe'] as const;
  const child = execa(dialect.program, argv, {
    ...clientOptions(env),
    // execa's types name the standard descriptors alone; it passes on any that is open.
    stdio: [...standard, ...(variableFile === undefined ? [] : [variableFile as never])],
    buffer: false,
    // In a session of its own, so that a signal to the terminal's processes comes to us alone and is given once.
    detached: true,
    cleanup: false,
  });
  if (typeof stdin === 'object' && child.stdin !== null) stdin.pipe(child.stdin);
  if (typeof stdout === 'object') child.stdout?.pipe(stdout, { end: false });
  return child;
}

/** Where a client finds the descriptor that is handed to it besides the standard three. */
export const VARIABLE_FILE = '/dev/fd/3';

/** No shell, the caller's variables and no others, no exception for an exit code. */
export function clientOptions(env: Client['env']) {
  const defined = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return { env: Object.fromEntries(defined), extendEnv: false, reject: false } as const;
}

function input(stream: number | Readable): never | 'pipe' {
  return typeof stream === 'number' ? (stream as never) : 'pipe';
}

function output(stream: number | Writable): never | 'pipe' {
  return typeof stream === 'number' ? (stream as never) : 'pipe';
}
