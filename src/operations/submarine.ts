import { resolve } from 'node:path';

import type { Configuration } from '../config/config.ts';
import type { FileUser } from '../config/file-owner.ts';
import type { UserFolders } from '../config/paths.ts';
import type { Selection } from '../config/selection.ts';
import { createSelection } from '../config/selection.ts';
import type { Settings } from '../config/settings.ts';
import { DEFAULT_ENGINE } from '../engines/engine-names.ts';
import type { Engine } from '../engines/engine.ts';
import { fileRecords } from '../run-records/file-records.ts';
import type { RunRecords } from '../run-records/run-records.ts';
import type { Store } from '../stores/store.ts';
import type { Variables } from '../variables.ts';
import type { Call } from './events.ts';
import { warn } from './events.ts';

/** Who calls, and from where. */
export interface Caller {
  /** The variables that docker's client, proxies and the defaults below are read from. */
  readonly variables: Variables;
  /** The folder that relative paths start from. */
  readonly cwd: string;
  readonly folders: UserFolders;
  /** As whom the caller reads and writes; undefined where files have no owners. */
  readonly user: FileUser | undefined;
  /** `bootstrap/` of the package: a `file:` URL that ends in `/`. */
  readonly bootstrap: URL;
  /** The descriptor of a terminal on which a person watches the progress of builds and of the engine's own client. */
  readonly terminal?: number | undefined;
}

/** All that the operations of one user share. Two of them in one process know nothing of each other. */
export interface Submarine {
  readonly caller: Caller;
  readonly settings: Settings;
  /** Where the settings come from, and what of them is not used. */
  readonly configuration: Configuration;
  readonly store: Store;
  /** What is known of the user's runs. */
  readonly records: RunRecords;
  /** Which environment of the store the user selected. */
  readonly selection: Selection;
  /**
   * The folder of the project that the store came with, where the user has not accepted its configuration; undefined where
   * the store is the user's own choice.
   */
  readonly untrustedProject: () => Promise<string | undefined>;
  /** The folder for kernels on this machine, as it is mounted at `/submarine`. */
  readonly cacheFolder: string;
  /**
   * The engine of that name, else the one that the settings name, else the default one; the same one for each call.
   *
   * @throws UsageError when there is none
   */
  engine(name?: string): Promise<Engine>;
}

export interface OpenOptions {
  /** A path or a URL; without it: `$SUBMARINE_STORE`, the settings' store, or the user's own. */
  readonly store?: string | undefined;
  /** In the place of what the configuration files say, none of which is read then. */
  readonly settings?: Settings | undefined;
  /** In the place of the folder for kernels that the settings name. */
  readonly cacheFolder?: string | undefined;
  /** Whether a broken configuration of a project is a warning, and the user's own settings hold. */
  readonly tolerant?: boolean;
}

/**
 * Opens what the operations of a user need: the configuration, and the store that it names, of which nothing is read yet.
 *
 * @throws InvalidDataError when a configuration file is not what it should be
 * @throws UsageError when there is no such kind of store
 */
export async function openSubmarine(
  caller: Caller,
  options: OpenOptions = {},
  call: Pick<Call, 'on'> = {},
): Promise<Submarine> {
  const { folders } = caller;
  const configuration = await configurationFor(caller, options);
  for (const { place, message, remedy, foreignFolder } of configuration.warnings) {
    warn(call, {
      code: 'configuration',
      message,
      ...(place === undefined ? {} : { place }),
      ...(remedy === undefined ? {} : { remedy }),
      ...(foreignFolder === undefined ? {} : { foreignFolder }),
    });
  }
  const { settings } = configuration;
  const { cacheFolder } = await import('../config/cache-folder.ts');
  const cache = options.cacheFolder ?? settings.cache;
  const engines = new Map<string, Promise<Engine>>();
  const choice = chooseStore(caller, configuration, options.store);
  const store = await openChosenStore(choice, caller, call);
  const isNamed = (options.store ?? options.settings?.store) !== undefined;
  return {
    caller,
    settings,
    configuration,
    store,
    records: fileRecords(folders.state),
    selection: createSelection(folders.state, isNamed ? store.location : undefined),
    untrustedProject: async () => {
      if (choice.project === undefined) return undefined;
      const { createTrust } = await import('../config/trust.ts');
      const accepted = await createTrust(folders.state).find(choice.project.file);
      return typeof accepted === 'object' ? undefined : choice.project.folder;
    },
    cacheFolder: cacheFolder(
      cache === undefined ? {} : { cache: resolve(caller.cwd, cache) },
      folders,
    ),
    engine: (name = settings.engine ?? DEFAULT_ENGINE) => {
      const known = engines.get(name);
      if (known !== undefined) return known;
      const opened = openEngineFor(name, caller);
      engines.set(name, opened);
      return opened;
    },
  };
}

async function configurationFor(
  { cwd, user, folders }: Caller,
  { settings, tolerant = false }: OpenOptions,
): Promise<Configuration> {
  if (settings !== undefined) return { settings, warnings: [] };
  const { readConfiguration } = await import('../config/config.ts');
  return readConfiguration({ cwd, user, tolerant }, folders);
}

async function openEngineFor(
  name: string,
  { variables, folders, terminal }: Caller,
): Promise<Engine> {
  const { openEngine } = await import('../engines/open-engine.ts');
  return openEngine(name, { env: variables, hostFolder: folders.host, terminal });
}

interface StoreChoice {
  /** A path or a URL. */
  readonly path: string;
  /** The project whose configuration alone names it. */
  readonly project: Configuration['project'];
}

function chooseStore(
  { variables, folders }: Caller,
  { settings, project }: Configuration,
  named: string | undefined,
): StoreChoice {
  const given = named ?? (variables['SUBMARINE_STORE'] || undefined);
  return {
    path: given ?? settings.store ?? `${folders.data}/environments.yaml`,
    project: given === undefined && project?.settings.store !== undefined ? project : undefined,
  };
}

/** A change to the store of a project is told, since others have a say in that file. */
async function openChosenStore(
  { path, project }: StoreChoice,
  { cwd }: Caller,
  { on }: Pick<Call, 'on'>,
): Promise<Store> {
  const { openStore } = await import('../stores/open-store.ts');
  const waiting = (holder: string, path: string): void =>
    on?.({ type: 'step', step: 'waiting', holder, path });
  return project === undefined
    ? openStore(path, { cwd, waiting })
    : openStore(path, {
        cwd,
        waiting,
        within: project.folder,
        changed: () => on?.({ type: 'store-changed', path }),
      });
}
