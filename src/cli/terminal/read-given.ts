import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { errorCode, InvalidDataError } from '../../errors.ts';
import type { GivenFile } from '../../operations/environments/documents-to-add.ts';
import { quote } from '../../text/quote.ts';
import type { Context } from '../context.ts';

/**
 * Reads a file that the command line names; `-` is stdin.
 *
 * @throws InvalidDataError when it cannot be read
 */
export async function readGiven(file: string, { host, io }: Context): Promise<GivenFile> {
  if (file === '-') return { bytes: await io.readStdin(), source: '<stdin>' };
  const path = resolve(host.cwd, file);
  try {
    return { bytes: await readFile(path), source: file, path };
  } catch (cause) {
    throw new InvalidDataError(
      `the file ${quote(file)} cannot be read (${errorCode(cause) ?? String(cause)})`,
      'check its name and its permissions, or give - to read from stdin',
      { cause },
    );
  }
}
