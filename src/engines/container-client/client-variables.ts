import { randomBytes } from 'node:crypto';
import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Variable } from '../../launch/variables.ts';

/** Those that the client finds among its own variables and hands on by their names: they may be seen on no command line. */
export function passedVariables(variables: readonly Variable[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    variables
      .filter(({ from }) => from !== undefined && !('file' in from))
      .map(({ name, value }) => [name, value]),
  );
}

/**
 * Opens a file that holds the variables which come from files, for the client to read: they are often secret, and
 * neither belong on a command line nor may they change how the client itself behaves, as its own variables would. The
 * file has lost its name by the time that it is returned, so nobody else can read it and it ends with us.
 *
 * @returns its descriptor, and what closes it; undefined when there are none
 */
export function openVariableFile(
  variables: readonly Variable[],
): { readonly fd: number; readonly close: () => void } | undefined {
  const lines = variables
    .filter(({ from }) => from !== undefined && 'file' in from)
    .map(({ name, value }) => `${name}=${value}\n`);
  if (lines.length === 0) return undefined;
  const path = join(tmpdir(), `submarine-${randomBytes(8).toString('hex')}`);
  writeFileSync(path, lines.join(''), { flag: 'wx', mode: 0o600 });
  try {
    const fd = openSync(path, 'r');
    return { fd, close: () => closeSync(fd) };
  } finally {
    rmSync(path);
  }
}
