import { basename } from 'node:path';

import type { LaunchFacts, LaunchRequest } from './launch-request.ts';
import type { Mount } from './mounts.ts';
import type { User } from './resources.ts';
import { isSameUser } from './resources.ts';
import type { Variable } from './variables.ts';

/** What a run keeps for later ones of its environment. */
export interface Home {
  readonly mounts: readonly Mount[];
  /** What the user gives wins over them. */
  readonly variables: readonly Variable[];
  readonly labels: Readonly<Record<string, string>>;
}

/** The label of a container that has the home of an environment, which has its id. */
export const HOME_LABEL = 'submarine.home';

const TARGET = '/submarine/home';

const NONE: Home = { mounts: [], variables: [], labels: {} };

/**
 * What persists between the runs of an environment: caches, JupyterLab's settings and layouts, and what was typed to
 * IPython; nothing that is obeyed at a start. Where the user of the container could not write there it is left out,
 * unless the user named the folder.
 *
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 * @see https://jupyterlab.readthedocs.io/en/stable/user/directories.html
 */
export function planHome(
  request: Pick<LaunchRequest, 'kind' | 'home' | 'mounts' | 'code' | 'user'>,
  user: User | undefined,
  { engine, caller, home }: Pick<LaunchFacts, 'engine' | 'caller' | 'home'>,
): Home {
  if (request.kind === 'build' || home === undefined) return NONE;
  const canWrite = engine.mapsUsers ? request.user === undefined : isSameUser(user, caller);
  if (home.id !== undefined && (engine.remote || !canWrite)) return NONE;
  const { folder, id } = home;
  return {
    mounts: [{ type: 'bind', source: folder, target: TARGET }],
    variables: [
      ...(mountsCache(request.mounts) ? [] : [variable('XDG_CACHE_HOME', 'cache')]),
      ...(request.kind === 'notebook' ? jupyterFolders(request) : []),
      { name: 'SUBMARINE_HOME', value: TARGET },
    ],
    labels: id === undefined ? {} : { [HOME_LABEL]: id },
  };
}

function jupyterFolders({ code }: Pick<LaunchRequest, 'code'>): readonly Variable[] {
  // Which files are open means nothing in another folder.
  const folder = code === undefined ? '' : `/${basename(code)}`;
  return [
    variable('JUPYTERLAB_SETTINGS_DIR', 'jupyterlab/user-settings'),
    variable('JUPYTERLAB_WORKSPACES_DIR', `jupyterlab/workspaces${folder}`),
  ];
}

function variable(name: string, path: string): Variable {
  return { name, value: `${TARGET}/${path}` };
}

/** Whoever mounts a cache where programs look for it by themselves wants it to be found. */
function mountsCache(mounts: readonly Mount[]): boolean {
  return mounts.some(({ target }) => /\/\.cache(?:\/|$)/.test(target));
}
