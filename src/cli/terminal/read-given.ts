import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { InvalidDataError } from '../../errors.ts';
import { fileReason } from '../../files/file-reason.ts';
import { readRegularFile } from '../../files/regular-file.ts';
import type { GivenFile } from '../../operations/environments/documents-to-add.ts';
import { quote } from '../../text/quote.ts';
import type { Context } from '../context.ts';

// The second is read as the first because where stdin is a socket, as a parent process may have made it, nobody can
// open it by that name.
const STDIN = new Set(['-', '/dev/stdin']);

/**
 * Reads a file that the command line names, a FIFO or the `/dev/fd/63` of a shell's `<(…)` too; `-` is stdin.
 *
 * @throws InvalidDataError when it cannot be read
 */
export function readGiven(file: string, context: Context): Promise<GivenFile> {
  return read(file, context, (path) => readFile(path));
}

/**
 * Reads a lock that the command line names: a regular file, or stdin as `-`.
 *
 * @throws InvalidDataError when it cannot be read
 */
export function readGivenLock(file: string, context: Context): Promise<GivenFile> {
  return read(file, context, readRegularFile);
}

async function read(
  file: string,
  { host, io }: Context,
  readPath: (path: string) => Promise<Buffer>,
): Promise<GivenFile> {
  if (STDIN.has(file)) return { bytes: await io.readStdin(), source: '<stdin>' };
  const path = resolve(host.cwd, file);
  try {
    return { bytes: await readPath(path), source: file, path };
  } catch (cause) {
    throw new InvalidDataError(
      `cannot read ${quote(file)}: ${fileReason(cause)}`,
      'check its name and its permissions, or give - to read from stdin',
      { cause },
    );
  }
}
