import { errorCode, InvalidDataError, isSystemError } from '../errors.ts';
import { isInside } from '../files/confined.ts';
import { assertOwnFolder } from '../files/private-file.ts';
import { quote } from '../text/quote.ts';
import type { UserFolders } from './paths.ts';
import type { Settings } from './settings.ts';

const REMEDY = 'give kernels a folder of their own: cache: FOLDER in your configuration';

/**
 * The folder for kernels, which containers write to: the one that the settings name, else the user's.
 *
 * @throws InvalidDataError when it holds what no container may see, or lies in that: the store, the configuration, what
 *   is trusted; and when somebody else owns it, or the folder of what the command keeps for itself
 */
export function cacheFolder(
  { cache: named }: Pick<Settings, 'cache'>,
  folders: UserFolders,
): string {
  const cache = named ?? folders.cache;
  try {
    for (const kept of [folders.host, folders.state, folders.config, folders.data]) {
      refuseOverlap(cache, kept);
    }
    for (const folder of [cache, folders.host]) assertOwnFolder(folder);
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    const message = `cannot use the folder for kernels ${quote(cache)} (${errorCode(cause) ?? ''})`;
    throw new InvalidDataError(message, REMEDY, { cause });
  }
  return cache;
}

function refuseOverlap(cache: string, kept: string): void {
  const how = isInside(kept, cache) ? 'holds' : isInside(cache, kept) ? 'lies in' : undefined;
  if (how === undefined) return;
  throw new InvalidDataError(
    `the folder for kernels ${quote(cache)} ${how} ${quote(kept)}, and containers write to it`,
    REMEDY,
  );
}
