import { cosmiconfig } from 'cosmiconfig';

import { InvalidDataError } from '../errors.ts';
import { quote } from '../text/quote.ts';

/** A configuration file as it lies there. */
export interface ConfigurationFile {
  readonly path: string;
  readonly text: string;
}

export interface Explorer {
  /** The nearest project file from that folder up; undefined when there is none. */
  search(folder: string): Promise<ConfigurationFile | undefined>;
  load(path: string): Promise<ConfigurationFile>;
}

/** cosmiconfig, which finds files here and hands over their text: nothing in them is run or imported. */
export function openExplorer(options: {
  readonly searchPlaces: readonly string[];
  readonly stopDir: string;
}): Explorer {
  const explorer = atRoot(() =>
    cosmiconfig('submarine', {
      searchPlaces: [...options.searchPlaces],
      searchStrategy: 'global',
      stopDir: options.stopDir,
      ignoreEmptySearchPlaces: false,
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
  const toFile = (found: { filepath: string; config: unknown } | null) =>
    // An empty file has no text for cosmiconfig, and is a file with no settings for us.
    found === null
      ? undefined
      : {
          path: found.filepath,
          text: typeof found.config === 'object' ? textOf(found.config) : '',
        };
  return {
    search: async (folder) => toFile(await explorer.search(folder)),
    load: async (path) => toFile(await explorer.load(path)) ?? { path, text: '' },
  };
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
