import { UsageError } from '../errors.ts';
import { quote } from '../text/quote.ts';
import type { Variables } from '../variables.ts';
import { isObeyedByClients } from './obeyed-names.ts';

/** A variable of the container. */
export interface Variable {
  readonly name: string;
  readonly value: string;
  /** Where a value comes from that is to stand on no command line; absent for one that may be seen. */
  readonly from?: VariableSource;
}

/** The caller's variable of that name, a file of variables, or the request itself. */
export type VariableSource =
  | { readonly variable: string }
  | { readonly file: string }
  | { readonly request: true };

/**
 * Reads what `-e` takes: `KEY=VALUE`, or `KEY` for the value that the caller has.
 *
 * @returns the value `true` for the caller's own
 * @throws UsageError when the key is empty, holds white space or control characters, or is one of ours
 */
export function parseVariable(text: string): {
  readonly name: string;
  readonly value: string | true;
} {
  const [, name = '', value] = /^([^=]*)(?:=([^]*))?$/.exec(text) ?? [];
  checkVariable(name, value ?? '');
  return { name, value: value ?? true };
}

/**
 * Refuses what no container can be given, and the variables that the bootstrap is told its task by.
 *
 * @throws UsageError
 */
export function checkVariable(name: string, value: string): void {
  if (!/^[^\s=\p{Cc}]+$/u.test(name)) {
    throw new UsageError(
      `invalid variable name ${quote(name)}`,
      'write the variable as KEY=VALUE, or as KEY to pass on your own',
    );
  }
  if (name.startsWith('SUBMARINE_')) {
    throw new UsageError(
      `the variable ${quote(name)} is reserved`,
      'choose a name that does not begin with SUBMARINE_',
      { code: 'variable-reserved', data: { name } },
    );
  }
  if (value.includes('\0')) {
    throw new UsageError(`the value of ${quote(name)} holds a NUL`, 'leave it out');
  }
}

/**
 * The variables of a request, by name.
 *
 * @param values - `true` stands for the value that the caller has
 * @throws UsageError for a name or a value that no container can be given, and for a value that cannot be handed over
 *   unseen
 */
export function givenVariables(
  values: Readonly<Record<string, string | true>>,
  caller: Variables,
): readonly Variable[] {
  return Object.entries(values).flatMap(([name, value]) => {
    checkVariable(name, value === true ? '' : value);
    if (value === true) return callersVariable(name, caller);
    refuseLineEnd(name, value);
    return { name, value, from: { request: true } };
  });
}

/** What the caller's terminal is, and how many colours it has: engines take every terminal for an xterm. */
export function terminalVariables(caller: Variables): readonly Variable[] {
  return ['TERM', 'COLORTERM'].flatMap((name) => callersVariable(name, caller));
}

/** What a client would obey itself reaches it in a file of lines. */
function refuseLineEnd(name: string, value: string): void {
  if (!isObeyedByClients(name) || isOneLine(value)) return;
  throw new UsageError(
    `the value of ${quote(name)} holds a line end`,
    'set this variable inside the command, or in a script that it runs',
    { code: 'variable-with-line-end', data: { name } },
  );
}

/** Whether a line of a file can hold the value; a carriage return at its end is taken for a part of the line's end. */
export function isOneLine(value: string): boolean {
  return !/\n|\r$/.test(value);
}

/** The variable with the value that it has for the caller; none when the caller does not have it. */
function callersVariable(name: string, caller: Variables): readonly Variable[] {
  const value = caller[name];
  return value === undefined ? [] : [{ name, value, from: { variable: name } }];
}

/**
 * Reads a file of variables: lines of `KEY=VALUE`, or `KEY` for the value that the caller has; blank lines and those that
 * begin with `#` set nothing.
 *
 * @param file - its path, for messages and to be shown
 * @throws UsageError for a key that cannot be one, or is one of ours
 * @see https://docs.docker.com/reference/cli/docker/container/run/#env
 */
export function parseVariableFile(
  text: string,
  file: string,
  caller: Variables,
): readonly Variable[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trimStart())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .flatMap((line) => {
      const { name, value } = parseVariable(line);
      return value === true ? callersVariable(name, caller) : { name, value, from: { file } };
    });
}

/** Of variables with one name the last, in its place. */
export function lastOfEach(variables: readonly Variable[]): readonly Variable[] {
  return [...new Map(variables.map((variable) => [variable.name, variable])).values()];
}

/** The same for a line that is only looked at, and perhaps logged: the values of the request are not in it. */
export function withoutValues(variables: readonly Variable[]): readonly Variable[] {
  return variables.map((variable) =>
    variable.from !== undefined && 'request' in variable.from
      ? { ...variable, from: { variable: variable.name } }
      : variable,
  );
}

/** Whether a shell can have a variable of that name; it leaves others in the environment alone, or drops them. */
export function isShellName(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name);
}
