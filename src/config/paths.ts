import { platform } from 'node:os';
import { isAbsolute, join } from 'node:path';

import envPaths from 'env-paths';

/** The folders that belong to one user, each for `submarine` alone. They need not exist. */
export interface UserFolders {
  readonly home: string;
  readonly config: string;
  readonly data: string;
  readonly state: string;
  /** Mounted into containers, which write there. */
  readonly cache: string;
  /** What the command itself keeps for later: never mounted, so no container has a say in it. */
  readonly host: string;
}

/**
 * XDG's folders on Linux, the platform's own elsewhere.
 *
 * @param env - the process's variables: on Linux `HOME` and `XDG_*` are read from here and not from the process, so
 *   that one process can act for several users
 * @see https://specifications.freedesktop.org/basedir-spec/latest/ - a relative path in a variable is to be ignored
 */
export function userFolders(env: Readonly<Record<string, string | undefined>>): UserFolders {
  const own = envPaths('submarine', { suffix: '' });
  const home = env['HOME'] || env['USERPROFILE'] || '/';
  if (platform() !== 'linux') {
    return { home, ...own, state: own.log, host: `${own.cache}-host` };
  }
  const folder = (variable: string, ...fallback: string[]): string => {
    const path = env[variable];
    return path !== undefined && isAbsolute(path)
      ? join(path, 'submarine')
      : join(home, ...fallback, 'submarine');
  };
  const cache = folder('XDG_CACHE_HOME', '.cache');
  return {
    home,
    config: folder('XDG_CONFIG_HOME', '.config'),
    data: folder('XDG_DATA_HOME', '.local', 'share'),
    state: folder('XDG_STATE_HOME', '.local', 'state'),
    cache,
    host: `${cache}-host`,
  };
}
