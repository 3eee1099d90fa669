import type { Configuration } from '../config/config.ts';
import type { UserFolders } from '../config/paths.ts';
import type { Selection } from '../config/selection.ts';
import type { Settings } from '../config/settings.ts';
import type { Engine } from '../engines/engine.ts';
import type { Store } from '../stores/store.ts';
import { quote } from '../text/quote.ts';
import type { Host, Package } from './host.ts';
import type { Io } from './terminal/io.ts';
import { createIo } from './terminal/io.ts';
import { sayWarnings } from './terminal/say-warnings.ts';

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
  /** For commands that only look: to them a broken file of a project is a warning, and the user's own settings hold. */
  readonly looking: Context;
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
  const workings = (tolerant: boolean): Omit<Context, 'looking'> => {
    const folders = once(async () => (await import('../config/paths.ts')).userFolders(host.env));
    const configuration = once(async () => {
      const { readConfiguration } = await import('../config/config.ts');
      const read = await readConfiguration({ ...host, tolerant }, await folders());
      sayWarnings(read.warnings, io);
      return read;
    });
    const settings = async () => (await configuration()).settings;
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
      store: once(() => openChosenStore(host, io, globals(), configuration, folders)),
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
  };
  const looking: Context = {
    ...workings(true),
    get looking() {
      return looking;
    },
  };
  return { ...workings(false), looking };
}

/** The store that the first of these names: `--store`, `$SUBMARINE_STORE`, the configuration; else the user's own. */
async function openChosenStore(
  { env, cwd }: Host,
  io: Io,
  { store: named = env['SUBMARINE_STORE'] || undefined }: GlobalOptions,
  configuration: () => Promise<Configuration>,
  folders: () => Promise<UserFolders>,
): Promise<Store> {
  const { openStore } = await import('../stores/open-store.ts');
  const options = { cwd, ...(io.stderrIsTerminal ? { note: io.note } : {}) };
  if (named !== undefined) return openStore(named, options);
  const { settings, project } = await configuration();
  const location = settings.store ?? `${(await folders()).data}/environments.yaml`;
  if (project?.settings.store === undefined) return openStore(location, options);
  const changed = onlyOnce(() =>
    io.note(`submarine: changed the store of this project, ${quote(location)}`),
  );
  return openStore(location, { ...options, within: project.folder, changed });
}

function onlyOnce(say: () => void): () => void {
  let isSaid = false;
  return () => {
    if (!isSaid) say();
    isSaid = true;
  };
}

function once<Arguments extends unknown[], Value>(
  make: (...values: Arguments) => Promise<Value>,
): (...values: Arguments) => Promise<Value> {
  let made: Promise<Value> | undefined;
  return (...values) => (made ??= make(...values));
}
