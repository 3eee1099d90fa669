import { UsageError } from '../errors.ts';
import { shellAssignments } from '../kernel/kernel-variables.ts';
import { quote } from '../text/quote.ts';

/** A variable of the command whose value is handed over by the side: no argument, file or record of ours holds it. */
export interface Secret {
  readonly name: string;
  readonly value: string;
}

/** A file that the command finds in the memory of its container, as `SECRET_FILES_FOLDER/NAME`; handed over in the same way. */
export interface SecretFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Where it comes from, by which it can be read again; absent for one that was given as it is. */
  readonly from?: SecretOrigin | undefined;
}

/** A file of the caller's machine, or one of the caller's variables. */
export type SecretOrigin = { readonly file: string } | { readonly variable: string };

/** Where the bootstrap reads them, which it is told by SUBMARINE_SECRETS. */
export const SECRETS_FOLDER = '/run/submarine';
export const SECRETS_PATH = `${SECRETS_FOLDER}/secrets`;

/** Where the bootstrap puts files: mode 0400, of the command's user. */
export const SECRET_FILES_FOLDER = '/run/secrets';

/** As it can stand in a path: letters, digits, `_`, `.` and `-`, the first no dot and no `-`. */
export const SECRET_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/** What a secret file may hold, in bytes: as much as Kubernetes takes. */
export const MAX_SECRET_BYTES = 1024 ** 2;

/**
 * Reads `NAME`, `NAME=file:PATH` or `NAME=env:VARIABLE`; a name alone is that of a variable, too.
 *
 * @throws UsageError
 */
export function parseSecret(text: string): readonly [name: string, from: SecretOrigin] {
  const [, name = '', kind, value = ''] = /^([^=]*)(?:=(file|env):(.+))?$/s.exec(text) ?? [];
  if (!SECRET_NAME.test(name)) {
    throw new UsageError(
      `invalid secret ${quote(text)}`,
      'write it as NAME, NAME=file:PATH or NAME=env:VARIABLE',
      { code: 'invalid-secret' },
    );
  }
  return [name, kind === 'file' ? { file: value } : { variable: kind === 'env' ? value : name }];
}

/**
 * What the bootstrap reads: files, and behind them variables as lines of shell, `export NAME='value'`.
 *
 * @throws InvalidDataError for a name that no kernel's variable can have, or a value with a NUL
 */
export function secretText(secrets: readonly Secret[], files: readonly SecretFile[]): string {
  return [
    ...(files.length === 0 ? [] : [`files ${files.length}\n`]),
    ...files.map(({ name, bytes }) => `file ${name}\n${escapedLines(bytes)}.\n`),
    shellAssignments(Object.fromEntries(secrets.map(({ name, value }) => [name, value]))),
  ].join('');
}

/** A shell copies a line byte for byte, so the lines are short. */
const LINE_BYTES = 256;

function escapedLines(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += LINE_BYTES) {
    const escaped = [...bytes.subarray(at, at + LINE_BYTES)].map((byte) => ESCAPED[byte]);
    lines.push(`=${escaped.join('')}\n`);
  }
  return lines.join('');
}

/** For `printf %b`, whose octal digits follow a zero. */
const ESCAPED = Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte < 0x7f && byte !== 0x5c
    ? String.fromCharCode(byte)
    : `\\0${byte.toString(8).padStart(3, '0')}`,
);
