import { describe, expect, test } from '@jest/globals';

import { planHome } from './home.ts';
import type { LaunchFacts, LaunchHome } from './launch-request.ts';

const ME = { uid: 1000, gid: 1000 };
const OWN: LaunchHome = { id: '0123456789abcdef/abc', folder: '/data/homes/0123456789abcdef/abc' };
const ENGINE = { id: 'e', remote: false, mapsUsers: false, memoryBytes: 1 };

function facts(home: LaunchHome | undefined, engine: Partial<LaunchFacts['engine']> = {}) {
  return { home, caller: ME, engine: { ...ENGINE, ...engine } };
}

const RUN = { kind: 'run', mounts: [], code: '/home/me/project' } as const;
const names = (home: ReturnType<typeof planHome>) =>
  Object.fromEntries(home.variables.map(({ name, value }) => [name, value]));

test('a run finds the caches of its environment, and names whose they are', () => {
  const home = planHome(RUN, ME, facts(OWN));

  expect(home.mounts).toEqual([{ type: 'bind', source: OWN.folder, target: '/submarine/home' }]);
  expect(names(home)).toEqual({
    XDG_CACHE_HOME: '/submarine/home/cache',
    SUBMARINE_HOME: '/submarine/home',
  });
  expect(home.labels).toEqual({ 'submarine.home': OWN.id });
});

test('a notebook finds the settings of JupyterLab, too, and the layout of its folder', () => {
  expect(names(planHome({ ...RUN, kind: 'notebook' }, ME, facts(OWN)))).toMatchObject({
    JUPYTERLAB_SETTINGS_DIR: '/submarine/home/jupyterlab/user-settings',
    JUPYTERLAB_WORKSPACES_DIR: '/submarine/home/jupyterlab/workspaces/project',
  });
});

test.each(['/root/.cache', '/root/.cache/huggingface'])(
  'a cache that the user mounts at %s is the one that is found',
  (target) => {
    const mounts = [{ type: 'bind', source: '/models', target }] as const;

    expect(names(planHome({ ...RUN, mounts }, ME, facts(OWN)))).not.toHaveProperty(
      'XDG_CACHE_HOME',
    );
  },
);

describe('nothing persists', () => {
  test.each([
    ['in a build', { ...RUN, kind: 'build' } as const, ME, facts(OWN)],
    ['where there is no home', RUN, ME, facts(undefined)],
    ['for another user', RUN, { uid: 1001 }, facts(OWN)],
    ['for a user of the image', RUN, { name: 'jovyan' }, facts(OWN)],
    ['on another machine', RUN, undefined, facts(OWN, { remote: true })],
    [
      'for another user than the one that an engine maps',
      { ...RUN, user: { uid: 7 } },
      { uid: 7 },
      facts(OWN, { mapsUsers: true }),
    ],
  ])('%s', (_, request, user, given) => {
    expect(planHome(request, user, given)).toEqual({ mounts: [], variables: [], labels: {} });
  });

  test('but in a folder that the user names, whoever may write there', () => {
    const home = planHome(RUN, { uid: 1001 }, facts({ folder: '/models' }));

    expect(home.mounts).toEqual([{ type: 'bind', source: '/models', target: '/submarine/home' }]);
    expect(home.labels).toEqual({});
  });
});
