import { randomBytes } from 'node:crypto';
import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { isObeyedByClients } from '../../launch/obeyed-names.ts';
import type { Variable } from '../../launch/variables.ts';
import { isOneLine, isShellName } from '../../launch/variables.ts';

/**
 * How a variable reaches a client: in its arguments, which anybody on the machine can read; by its name, the value being
 * one of the client's own variables; or in a file.
 *
 * What a request sets goes by its name, unless the client itself would obey it. A name that no shell can have would be
 * lost where the client is a script, so it is in the file, too, where a file can hold it.
 */
export function wayOf({ name, value, from }: Variable): 'argument' | 'name' | 'file' {
  if (from === undefined) return 'argument';
  if ('variable' in from) return 'name';
  if ('file' in from || isObeyedByClients(name)) return 'file';
  return isShellName(name) || !isOneLine(value) || name.startsWith('#') ? 'name' : 'file';
}

/** Those that the client finds among its own variables and hands on by their names. */
export function passedVariables(variables: readonly Variable[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    variables
      .filter((variable) => wayOf(variable) === 'name')
      .map(({ name, value }) => [name, value]),
  );
}

/**
 * Opens a file that holds variables for the client to read: they are often secret, and neither belong on a command line
 * nor may they change how the client itself behaves, as its own variables would. The file has lost its name by the time
 * that it is returned, so nobody else can read it and it ends with us.
 *
 * @returns its descriptor, and what closes it; undefined when there are none
 */
export function openVariableFile(
  variables: readonly Variable[],
): { readonly fd: number; readonly close: () => void } | undefined {
  const lines = variables
    .filter((variable) => wayOf(variable) === 'file')
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
