import { extname } from 'node:path';

import { defaultLoadersSync } from 'cosmiconfig';

import { errorCode, InvalidDataError, isSystemError } from '../errors.ts';
import { NotRegularError, readRegularFile } from '../files/regular-file.ts';
import { quote } from '../text/quote.ts';
import { OddFileError } from './odd-file.ts';
import { isThere } from './project-files.ts';

/** A configuration file as it was read, once. */
export interface ConfigurationFile {
  readonly path: string;
  readonly bytes: Buffer;
  readonly text: string;
}

const MAX_BYTES = 1024 ** 2;

/**
 * Reads a configuration file; nothing in it is run or imported.
 *
 * cosmiconfig says by which loader a file of that name is read, and only those that take a text are. It is not let near
 * the file: it can read paths alone, the whole of them, waits for what has no end, and hands its loaders what may be
 * another file by then. Its search opens whatever has the right name before anybody can ask whose it is, passes folders
 * by, and with the strategy `global` takes the user's own file for the project's.
 *
 * @throws InvalidDataError when there is none, or it is not a regular file, too large, code or cannot be read
 */
export async function loadConfigurationFile(path: string): Promise<ConfigurationFile> {
  refuseCode(path);
  const bytes = await readBytes(path);
  if (bytes.length > MAX_BYTES) {
    throw new InvalidDataError(
      `${quote(path)} is larger than 1 MiB, too large for a configuration file`,
      'remove it, or give it another name',
    );
  }
  return { path, bytes, text: bytes.toString() };
}

/** The same; undefined where there is none. */
export async function findConfigurationFile(path: string): Promise<ConfigurationFile | undefined> {
  try {
    return await loadConfigurationFile(path);
  } catch (error) {
    if (!isThere(path)) return undefined;
    throw error;
  }
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readRegularFile(path, { maxBytes: MAX_BYTES + 1 });
  } catch (cause) {
    if (cause instanceof NotRegularError) throw new OddFileError(path, cause.kind);
    const code = errorCode(cause);
    if (code === 'ELOOP') throw new OddFileError(path, 'a link in a circle');
    if (code === 'ENOENT' && isThere(path)) throw new OddFileError(path, 'a link to nothing');
    if (!isSystemError(cause)) throw cause;
    throw new InvalidDataError(
      `cannot read the configuration file ${quote(path)} (${code ?? ''})`,
      'give yourself access to it, or remove it',
      { cause },
    );
  }
}

const TEXT_LOADERS: ReadonlySet<unknown> = new Set([
  defaultLoadersSync['.json'],
  defaultLoadersSync['.yaml'],
]);

function refuseCode(path: string): void {
  const loaders: Readonly<Record<string, unknown>> = defaultLoadersSync;
  if (TEXT_LOADERS.has(loaders[extname(path) || 'noExt'])) return;
  throw new InvalidDataError(
    `${quote(path)} is not YAML or JSON by its name, and no configuration is ever run`,
    'write the settings as YAML or JSON',
  );
}
