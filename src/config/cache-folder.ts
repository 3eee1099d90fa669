import { relative } from 'node:path';

import { InvalidDataError } from '../errors.ts';
import { quote } from '../text/quote.ts';
import type { UserFolders } from './paths.ts';
import type { Settings } from './settings.ts';

/**
 * The folder for kernels, which containers write to: the one that the settings name, else the user's.
 *
 * @throws InvalidDataError when it holds what no container may see: the store, the configuration, what is trusted
 */
export function cacheFolder({ cache }: Pick<Settings, 'cache'>, folders: UserFolders): string {
  if (cache === undefined) return folders.cache;
  const kept = [folders.host, folders.state, folders.config, folders.data].find((folder) =>
    isWithin(folder, cache),
  );
  if (kept === undefined) return cache;
  throw new InvalidDataError(
    `the folder for kernels ${quote(cache)} holds ${quote(kept)}, and containers write to it`,
    'give kernels a folder of their own: cache: FOLDER in your configuration',
  );
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith('../'));
}
