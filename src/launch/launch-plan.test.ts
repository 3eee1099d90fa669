import { describe, expect, test } from '@jest/globals';

import type { Environment } from '../environment/environment.ts';
import { UsageError } from '../errors.ts';
import { CONTRACT } from './bootstrap.ts';
import { checkLaunchRequest } from './check-launch-request.ts';
import { planLaunch } from './launch-plan.ts';
import type { ImageFacts, LaunchFacts, LaunchRequest } from './launch-request.ts';
import type { EnteredKernel } from './wanted-kernel.ts';

const PLAIN: Environment = { name: 'abc', 'docker-image': 'alpine' };
const BUILT: Environment = {
  ...PLAIN,
  kernel: {
    name: 'team',
    channels: ['conda-forge'],
    dependencies: ['numpy'],
    variables: { A: "it's" },
  },
};
const IMAGE: ImageFacts = {
  id: 'sha256:1',
  entrypoint: ['/submarine-bootstrap.sh'],
  platform: 'linux/amd64',
  digests: [],
  labels: { 'submarine.bootstrap': String(CONTRACT) },
};
const ENGINE = { id: 'e', remote: false, mapsUsers: false, memoryBytes: 8 * 1024 ** 3 };
const KERNEL: EnteredKernel = {
  digest: 'd'.repeat(64),
  prefix: '/submarine/kernels/linux-64-glibc2.36/dd',
  mounts: [
    {
      ...{ type: 'bind', source: '/cache/kernels/linux-64-glibc2.36/dd' },
      ...{ target: '/submarine/kernels/linux-64-glibc2.36/dd', readOnly: true },
    },
  ],
};
const USER_BASE = {
  type: 'bind',
  source: '/home/me/.cache/submarine-host/runs/r1/base',
  target: '/submarine/user',
};
const REQUEST: LaunchRequest = {
  kind: 'run',
  command: ['python', 'train.py'],
  variables: [],
  mounts: [],
  ports: [],
  code: '/home/me/project',
  pull: 'missing',
  offline: false,
  noNewPrivileges: true,
  extras: {},
  terminal: false,
  watched: false,
  verbose: false,
};
const FACTS: LaunchFacts = {
  env: {},
  imageName: 'alpine',
  locked: undefined,
  image: IMAGE,
  engine: ENGINE,
  withheldLogins: [],
  settingsFiles: { NETRC: '/home/me/.netrc' },
  caller: { uid: 1000, gid: 1000 },
  callerName: 'me',
  cacheFolder: '/home/me/.cache/submarine',
  hostFolder: '/home/me/.cache/submarine-host',
  runFolder: '/home/me/.cache/submarine-host/runs/r1',
  home: undefined,
  bootstrapPath: '/lib/submarine-bootstrap.sh',
  runId: 'r1',
};

function variablesOf(environment: Environment, request = REQUEST, facts = FACTS) {
  const kernel = environment.kernel === undefined ? undefined : KERNEL;
  const { variables } = planLaunch(request, environment, facts, kernel);
  return Object.fromEntries(variables.map(({ name, value }) => [name, value]));
}

test('the command stands behind the kernel and two dashes', () => {
  expect(planLaunch(REQUEST, PLAIN, FACTS).arguments).toEqual(['--', 'python', 'train.py']);
  expect(planLaunch(REQUEST, BUILT, FACTS).arguments).toEqual([
    '--kernel',
    'team',
    '--',
    'python',
    'train.py',
  ]);
});

test('the code folder is mounted under its own name and worked in', () => {
  const plan = planLaunch(REQUEST, PLAIN, FACTS);

  expect(plan.mounts).toEqual([
    { type: 'bind', source: '/home/me/project', target: '/code/project' },
  ]);
  expect(plan.workdir).toBe('/code/project');
});

test('the code folder can be mounted to be read alone, where there is one', () => {
  const request = { ...REQUEST, codeReadOnly: true };

  expect(planLaunch(request, PLAIN, FACTS).mounts).toEqual([
    { type: 'bind', source: '/home/me/project', target: '/code/project', readOnly: true },
  ]);
  expect(() => checkLaunchRequest({ ...request, code: undefined })).toThrow(
    expect.objectContaining({ kind: 'usage', code: 'no-code-to-read' }),
  );
});

test('a working folder that is named wins over the code folder', () => {
  expect(planLaunch({ ...REQUEST, workdir: '/srv' }, PLAIN, FACTS).workdir).toBe('/srv');
});

test('without code nothing is mounted', () => {
  const plan = planLaunch({ ...REQUEST, code: undefined }, PLAIN, FACTS);

  expect([plan.mounts, plan.workdir]).toEqual([[], undefined]);
});

test('the whole file system is no code folder', () => {
  expect(() => checkLaunchRequest({ ...REQUEST, code: '/' })).toThrow(UsageError);
});

describe('the bootstrap', () => {
  test.each([
    { entrypoint: ['/submarine-bootstrap.sh'], put: false },
    { entrypoint: ['tini', '--', '/submarine-bootstrap.sh'], put: false },
    { entrypoint: [], put: true },
    { entrypoint: ['/submarine-bootstrap.sh', 'x'], put: true },
  ])('is put into an image whose entrypoint is $entrypoint: $put', ({ entrypoint, put }) => {
    const plan = planLaunch(REQUEST, PLAIN, { ...FACTS, image: { ...IMAGE, entrypoint } });

    expect(plan.entrypoint).toBe(put ? '/submarine-bootstrap.sh' : undefined);
    expect(plan.mounts.some(({ source }) => source === '/lib/submarine-bootstrap.sh')).toBe(put);
  });

  test('is told which kernel to enter, and what the user set', () => {
    const names = ['B', 'C', 'my.name'];
    const given = names.map((name) => ({ name, value: '1' }));

    expect(variablesOf(BUILT, { ...REQUEST, variables: given })).toEqual({
      ...{ B: '1', C: '1', 'my.name': '1' },
      SUBMARINE_RUN: 'r1',
      SUBMARINE_USER_NAME: 'me',
      SUBMARINE_KERNEL: 'team',
      SUBMARINE_PREFIX: '/submarine/kernels/linux-64-glibc2.36/dd',
      SUBMARINE_VARIABLES: "export A='it'\\''s'\n",
      SUBMARINE_GIVEN: 'B C',
      SUBMARINE_USER_BASE: '/submarine/user',
    });
  });

  test('is told which launch and user it is, and no more, where there is no kernel', () => {
    expect(variablesOf(PLAIN)).toEqual({ SUBMARINE_RUN: 'r1', SUBMARINE_USER_NAME: 'me' });
  });

  test('is not given the name of the caller for another user', () => {
    const user = { uid: 4711 };
    expect(variablesOf(PLAIN, { ...REQUEST, user })).toEqual({ SUBMARINE_RUN: 'r1' });
  });

  test('gets nothing that a build gets', () => {
    const env = { https_proxy: 'http://me:secret@proxy', PIP_INDEX_URL: 'https://me:secret@index' };
    const plan = planLaunch(REQUEST, BUILT, { ...FACTS, env }, KERNEL);

    expect(JSON.stringify(plan)).not.toContain(':secret');
    expect(JSON.stringify(plan)).not.toContain('netrc');
    expect(plan.mounts.map(({ source }) => source)).toEqual([
      '/home/me/project',
      '/cache/kernels/linux-64-glibc2.36/dd',
      '/home/me/.cache/submarine-host/runs/r1/base',
    ]);
  });
});

describe('the bootstrap of an image', () => {
  const elsewhere = { ...FACTS, engine: { ...ENGINE, remote: true } };
  const image = (label?: string): ImageFacts => ({
    ...IMAGE,
    labels: label === undefined ? {} : { 'submarine.bootstrap': label },
  });

  test.each([undefined, '1', 'x'])('that is older (label %s) is replaced by ours', (label) => {
    const plan = planLaunch(REQUEST, PLAIN, { ...FACTS, image: image(label) });

    expect(plan.entrypoint).toBeUndefined();
    expect(plan.mounts).toContainEqual({
      ...{ type: 'bind', source: '/lib/submarine-bootstrap.sh' },
      ...{ target: '/submarine-bootstrap.sh', readOnly: true },
    });
  });

  test('that is older is refused, with the lines for the image, where nothing can be mounted', () => {
    const refused = () =>
      planLaunch({ ...REQUEST, code: undefined }, PLAIN, { ...elsewhere, image: image() });

    expect(refused).toThrow(
      expect.objectContaining({
        kind: 'invalid',
        remedy: expect.stringContaining('LABEL submarine.bootstrap=4'),
      }),
    );
  });

  test('that is newer is refused everywhere', () => {
    for (const facts of [FACTS, elsewhere]) {
      expect(() =>
        planLaunch({ ...REQUEST, code: undefined }, PLAIN, {
          ...facts,
          image: image(String(CONTRACT + 1)),
        }),
      ).toThrow(
        `speaks contract ${CONTRACT + 1}, and this version of submarine speaks ${CONTRACT}`,
      );
    }
  });
});

describe('what a run installs for itself', () => {
  test('lies in a folder of this machine where the user of the container is the caller', () => {
    const plan = planLaunch(REQUEST, BUILT, FACTS, KERNEL);

    expect(plan.mounts).toContainEqual(USER_BASE);
  });

  test.each([
    ['the user is another', { user: { name: 'root' } }, FACTS],
    [
      'the engine is elsewhere',
      { code: undefined },
      { ...FACTS, engine: { ...ENGINE, remote: true } },
    ],
    ['there is no such folder', {}, { ...FACTS, runFolder: undefined }],
  ])('lies in the container where %s', (_, asked, facts) => {
    const request = { ...REQUEST, ...asked };

    expect(planLaunch(request, BUILT, facts, KERNEL).mounts).not.toContainEqual(USER_BASE);
    expect(variablesOf(BUILT, request, facts)).toMatchObject({
      SUBMARINE_USER_BASE: '/tmp/submarine-r1-user',
    });
  });

  test('lies in a folder of this machine where the engine gives files to the caller', () => {
    const facts = { ...FACTS, engine: { ...ENGINE, mapsUsers: true } };

    expect(planLaunch(REQUEST, BUILT, facts, KERNEL).mounts).toContainEqual(USER_BASE);
  });

  test('is nothing in a build, nor without a kernel', () => {
    for (const plan of [
      planLaunch({ ...REQUEST, kind: 'build' }, BUILT, FACTS, KERNEL),
      planLaunch(REQUEST, PLAIN, FACTS),
    ]) {
      expect(plan.mounts).not.toContainEqual(USER_BASE);
      expect(plan.variables.map(({ name }) => name)).not.toContain('SUBMARINE_USER_BASE');
    }
  });
});

describe('the user', () => {
  test.each([
    { engine: ENGINE, user: { uid: 1000, gid: 1000 } },
    { engine: { ...ENGINE, mapsUsers: true }, user: undefined },
    { engine: { ...ENGINE, remote: true }, user: undefined },
  ])('is $user for $engine', ({ engine, user }) => {
    expect(planLaunch({ ...REQUEST, code: undefined }, PLAIN, { ...FACTS, engine }).user).toEqual(
      user,
    );
  });

  test('that is named wins', () => {
    const user = { name: 'root' };
    expect(planLaunch({ ...REQUEST, user }, PLAIN, FACTS).user).toEqual(user);
  });
});

test.each([
  [{}, 4096],
  [{ memoryBytes: 2048 * 1024 ** 2 }, 1024],
  [{ memoryBytes: 2048 * 1024 ** 2, shmBytes: 64 * 1024 ** 2 }, 64],
])('/dev/shm with %j has %i MiB', (asked, size) => {
  expect(planLaunch({ ...REQUEST, ...asked }, PLAIN, FACTS).shmBytes).toBe(size * 1024 ** 2);
});

test('an engine elsewhere takes no folders of this machine', () => {
  const facts = { ...FACTS, engine: { ...ENGINE, remote: true } };
  const mounts = [{ type: 'bind', source: '/x', target: '/x' }] as const;

  expect(() => planLaunch(REQUEST, BUILT, facts, KERNEL)).toThrow(/another machine/);
  expect(() => planLaunch({ ...REQUEST, code: undefined, mounts }, BUILT, facts, KERNEL)).toThrow(
    /another machine/,
  );
  expect(planLaunch({ ...REQUEST, code: undefined }, BUILT, facts, KERNEL).mounts).toEqual(
    KERNEL.mounts,
  );
});

test('a notebook has no stdin, and a token that is handed over by the side', () => {
  const request = { ...REQUEST, kind: 'notebook', token: 't0ken', terminal: true } as const;
  const plan = planLaunch(request, BUILT, FACTS);

  expect(plan.interaction).toBe('none');
  expect(plan.secrets).toEqual([{ name: 'JUPYTER_TOKEN', value: 't0ken' }]);
  expect(JSON.stringify({ ...plan, secrets: [] })).not.toContain('t0ken');
  expect(variablesOf(BUILT, request)['SUBMARINE_NOTEBOOK']).toBe(BUILT.name);
});
