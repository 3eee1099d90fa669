import type { UserFolders } from '../config/paths.ts';
import type { Selection } from '../config/selection.ts';
import type { Settings } from '../config/settings.ts';
import type { Engine } from '../engines/engine.ts';
import type { Store } from '../stores/store.ts';
import type { Host, Package } from './host.ts';
import type { Io } from './terminal/io.ts';
import { createIo } from './terminal/io.ts';

/** The options that every command takes. */
export interface GlobalOptions {
  readonly store?: string;
  readonly verbose?: boolean;
  readonly color?: boolean;
}

/**
 * What a command works with. Each function loads its own slow modules when it is first asked, so that a command pays
 * for what it uses.
 */
export interface Context {
  readonly host: Host;
  readonly package: Package;
  readonly io: Io;
  readonly globals: () => GlobalOptions;
  readonly folders: () => Promise<UserFolders>;
  readonly settings: () => Promise<Settings>;
  /** The folder for kernels on this machine, as it is mounted at `/submarine`. */
  readonly cacheFolder: () => Promise<string>;
  readonly store: () => Promise<Store>;
  readonly selection: () => Promise<Selection>;
  readonly engine: (name?: string) => Promise<Engine>;
  /** Sets the exit code of a command that has not failed: that of the container it ran. */
  readonly exitWith: (code: number) => void;
}

/**
 * @param globals - the options that every command takes, as the command line has them by the time they are asked for
 */
export function createContext(
  host: Host,
  ownPackage: Package,
  globals: () => GlobalOptions,
  exitWith: (code: number) => void,
): Context {
  const io = createIo(host);
  const folders = once(async () => (await import('../config/paths.ts')).userFolders(host.env));
  const settings = once(async () =>
    (await import('../config/config.ts')).readSettings(host, await folders()),
  );
  const storeLocation = async (): Promise<string> =>
    globals().store ??
    (host.env['SUBMARINE_STORE'] || undefined) ??
    (await settings()).store ??
    `${(await folders()).data}/environments.yaml`;
  return {
    host,
    package: ownPackage,
    io,
    globals,
    folders,
    settings,
    cacheFolder: once(async () => {
      const { cacheFolder } = await import('../config/cache-folder.ts');
      return cacheFolder(await settings(), await folders());
    }),
    store: once(async () => {
      const { openStore } = await import('../stores/open-store.ts');
      const location = await storeLocation();
      return openStore(location, {
        cwd: host.cwd,
        ...(io.stderrIsTerminal ? { note: io.note } : {}),
      });
    }),
    selection: once(async () =>
      (await import('../config/selection.ts')).createSelection((await folders()).state),
    ),
    engine: once(async (name?: string) => {
      const { createEngine } = await import('../engines/open-engine.ts');
      const { engine } = await settings();
      return createEngine(name ?? engine, {
        env: host.env,
        streams: host.streams,
        hostFolder: (await folders()).host,
      });
    }),
    exitWith,
  };
}

function once<Arguments extends unknown[], Value>(
  make: (...values: Arguments) => Promise<Value>,
): (...values: Arguments) => Promise<Value> {
  let made: Promise<Value> | undefined;
  return (...values) => (made ??= make(...values));
}
