import { statSync } from 'node:fs';

import { cosmiconfig } from 'cosmiconfig';

import { errorCode, InvalidDataError, isSystemError } from '../errors.ts';
import { quote } from '../text/quote.ts';

/** A configuration file as it lies there. */
export interface ConfigurationFile {
  readonly path: string;
  readonly text: string;
}

const MAX_BYTES = 1024 ** 2;

/**
 * Loads a configuration file by cosmiconfig, which hands over its text: nothing in it is run or imported.
 *
 * Where files are looked for is not left to cosmiconfig: its search opens what has the right name, a FIFO too, before
 * anybody can ask whose it is, passes a folder of that name by, and with the strategy `global` then takes the user's
 * own file for the project's.
 *
 * @throws InvalidDataError when it is not a file, too large, or cannot be read
 */
export async function loadConfigurationFile(path: string): Promise<ConfigurationFile> {
  try {
    refuseOddFile(path);
    const found = await explorer.load(path);
    // An empty file has no text for cosmiconfig, and is a file with no settings for us.
    return { path, text: typeof found?.config === 'object' ? textOf(found.config) : '' };
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    throw new InvalidDataError(
      `cannot read the configuration file ${quote(path)} (${errorCode(cause) ?? ''})`,
      'give yourself access to it, or remove it',
      { cause },
    );
  }
}

/** Before it is opened: a FIFO would be waited for for ever. */
function refuseOddFile(path: string): void {
  const stats = statSync(path);
  if (!stats.isFile()) {
    const kind = stats.isDirectory() ? 'a folder' : stats.isFIFO() ? 'a FIFO' : 'a device';
    throw new InvalidDataError(
      `${quote(path)} is ${kind}, not a configuration file`,
      'remove it, or give it another name',
    );
  }
  if (stats.size > MAX_BYTES) {
    throw new InvalidDataError(
      `${quote(path)} is larger than 1 MiB, too large for a configuration file`,
      'remove it, or give it another name',
    );
  }
}

const readText = (_path: string, text: string): { text: string } => ({ text });

function refuseCode(path: string): never {
  throw new InvalidDataError(
    `${quote(path)} is code, and no configuration is ever run`,
    'write the settings as YAML or JSON',
  );
}

function textOf(config: object | null): string {
  return config !== null && 'text' in config ? String(config.text) : '';
}

/**
 * Runs it with `/` as the process's working directory.
 *
 * cosmiconfig 9 looks for a configuration of its own in the working directory when an explorer is made, and runs a
 * `.config/config.js` that it finds there whatever its options say. A cloned folder must not be able to do that.
 */
function atRoot<Value>(make: () => Value): Value {
  const before = process.cwd();
  process.chdir('/');
  try {
    return make();
  } finally {
    process.chdir(before);
  }
}

const explorer = atRoot(() =>
  cosmiconfig('submarine', {
    cache: false,
    loaders: {
      noExt: readText,
      '.json': readText,
      '.yaml': readText,
      '.yml': readText,
      '.js': refuseCode,
      '.cjs': refuseCode,
      '.mjs': refuseCode,
      '.ts': refuseCode,
    },
  }),
);
