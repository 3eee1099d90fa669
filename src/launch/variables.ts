import { UsageError } from '../errors.ts';
import { quote } from '../text/quote.ts';

/** A variable of the container; without a value it is passed by its name, from the environment of the caller. */
export interface Variable {
  readonly name: string;
  readonly value?: string;
}

/** A variable that reaches the container by its name alone, through the environment of the engine's client. */
export interface PassedVariable {
  readonly name: string;
  readonly value: string;
  /** The caller's own variable that holds the value, so that a printed command need not show it. */
  readonly from?: string;
}

/**
 * Reads what `-e` takes: `KEY=VALUE`, or `KEY` for the value that the caller has.
 *
 * @throws UsageError when the key is empty, holds white space or control characters, or is one of ours
 */
export function parseVariable(text: string): Variable {
  const [, name, value] = /^([^=]*)(?:=([^]*))?$/.exec(text) ?? [];
  if (name === undefined || !/^[^\s\p{Cc}]+$/u.test(name)) {
    throw new UsageError(
      `${quote(text)} names no variable`,
      'write it as KEY=VALUE, or KEY to pass on your own',
    );
  }
  refuseReserved(name);
  if (text.includes('\0')) {
    throw new UsageError(`the value of ${quote(name)} holds a NUL`, 'no variable can hold one');
  }
  return value === undefined ? { name } : { name, value };
}

/**
 * Refuses the variables that the bootstrap is told its task by, wherever they are given.
 *
 * @throws UsageError when the name is one of ours
 */
export function refuseReserved(name: string): void {
  if (!name.startsWith('SUBMARINE_')) return;
  throw new UsageError(
    `${quote(name)} is reserved`,
    'names that begin with SUBMARINE_ are set by submarine itself',
  );
}

/**
 * The names that a file for `--env-file` sets.
 *
 * @param text - lines of `KEY=VALUE` or `KEY`; blank ones and those that begin with `#` set nothing
 * @see https://docs.docker.com/reference/cli/docker/container/run/#env
 */
export function namesInVariableFile(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trimStart())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.replace(/=.*$/, ''));
}

/** Whether a shell can have a variable of that name; it leaves others in the environment alone, or drops them. */
export function isShellName(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name);
}
