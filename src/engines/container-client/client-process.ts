import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { definedOnly } from '../../defined-only.ts';
import type { Streams } from '../engine.ts';
import type { Client } from './client.ts';

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
  const input = stdin === undefined ? 'ignore' : (descriptorOf(stdin) ?? 'pipe');
  const extra = variableFile === undefined ? [] : [variableFile];
  const child = execa(dialect.program, argv, {
    env: definedOnly(env),
    extendEnv: false,
    reject: false,
    // execa's types name the standard descriptors alone; it passes on any that is open.
    stdio: [
      input as 'pipe',
      (descriptorOf(stdout) ?? 'pipe') as 'pipe',
      'pipe',
      ...(extra as never[]),
    ],
    buffer: false,
    // In a session of its own, so that a signal to the terminal's processes comes to us alone and is given once.
    detached: true,
    cleanup: false,
  });
  if (typeof stdin === 'object' && child.stdin !== null) stdin.pipe(child.stdin);
  if (typeof stdout === 'object' && child.stdout !== null) {
    // When its reader has gone, the client is told as by a pipe.
    pipeline(child.stdout, stdout, { end: false }).catch(() => {});
  }
  return child;
}

/** Where a client finds the descriptor that is handed to it besides the standard three. */
export const VARIABLE_FILE = '/dev/fd/3';

/** The descriptor that a client inherits: that of a standard stream of this process is one; undefined for other streams. */
function descriptorOf(stream: number | Readable | Writable): number | undefined {
  if (typeof stream === 'number') return stream;
  const fd: unknown = 'fd' in stream ? stream.fd : undefined;
  return typeof fd === 'number' && fd >= 0 && fd <= 2 ? fd : undefined;
}
