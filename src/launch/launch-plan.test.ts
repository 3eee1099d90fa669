import { describe, expect, test } from '@jest/globals';

import type { Environment } from '../environment/environment.ts';
import { InvalidDataError, UsageError } from '../errors.ts';
import { kernelDigest } from '../kernel/kernel-digest.ts';
import { checkLaunchRequest, planLaunch } from './launch-plan.ts';
import type { ImageFacts, LaunchFacts, LaunchRequest } from './launch-request.ts';

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
  labels: {},
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
  lockedSpecification: undefined,
  image: IMAGE,
  engine: { remote: false, mapsUsers: false, memoryBytes: 8 * 1024 ** 3 },
  buildFiles: {},
  caller: { uid: 1000, gid: 1000 },
  cacheFolder: '/home/me/.cache/submarine',
  hostFolder: '/home/me/.cache/submarine-host',
  bootstrapPath: '/lib/submarine-bootstrap.sh',
  runId: 'r1',
};

function variablesOf(environment: Environment, request = REQUEST, facts = FACTS) {
  const { variables } = planLaunch(request, environment, facts);
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

  test('is told what to build, where, and what the user set', () => {
    const names = ['B', 'C', 'my.name'];
    const given = names.map((name) => ({ name, value: '1' }));
    const variables = variablesOf(BUILT, { ...REQUEST, variables: given });

    expect(variables).toMatchObject({
      SUBMARINE_DIGEST: expect.stringMatching(/^[0-9a-f]{64}$/),
      SUBMARINE_SPEC_1: '{"channels":["conda-forge"],"dependencies":["numpy"]}',
      SUBMARINE_VARIABLES: "export A='it'\\''s'\n",
      SUBMARINE_GIVEN: 'B C',
      SUBMARINE_CACHE: '/home/me/.cache/submarine',
      SUBMARINE_IMAGE: 'sha256:1',
      SUBMARINE_RUN: 'r1',
      SUBMARINE_KERNEL: 'team',
    });
  });

  test('is told what is locked in the place of what the profile says', () => {
    const lockedSpecification = 'submarine-lock 1\nconda - https://c/linux-64/a-1-0.conda#0\n';
    const variables = variablesOf(BUILT, REQUEST, { ...FACTS, lockedSpecification });

    expect(variables).toMatchObject({
      SUBMARINE_DIGEST: kernelDigest(lockedSpecification),
      SUBMARINE_SPEC_1: lockedSpecification,
    });
    expect(variablesOf(PLAIN, REQUEST, { ...FACTS, lockedSpecification })).toEqual(
      variablesOf(PLAIN),
    );
  });

  test('is told where a build may not touch the network', () => {
    const offline = { ...REQUEST, offline: true };

    expect(variablesOf(BUILT, offline)).toHaveProperty('SUBMARINE_OFFLINE', '1');
    expect(variablesOf(PLAIN, offline)).toEqual(variablesOf(PLAIN));
    expect(variablesOf(BUILT)).not.toHaveProperty('SUBMARINE_OFFLINE');
  });

  test('is told which launch it is and no more where there is no kernel', () => {
    expect(variablesOf(PLAIN)).toEqual({ SUBMARINE_RUN: 'r1' });
  });

  test('gets a long specification in pieces of at most 96 KiB that give it back', () => {
    const dependencies = Array.from(
      { length: 9000 },
      (_, index) => `package-number-${index}=1.0.0`,
    );
    const variables = variablesOf({ ...PLAIN, kernel: { name: 'k', dependencies } });
    const pieces = Object.entries(variables).flatMap(([name, value]) =>
      name.startsWith('SUBMARINE_SPEC_') && value !== undefined ? [value] : [],
    );

    expect(Math.max(...pieces.map((piece) => Buffer.byteLength(piece)))).toBeLessThanOrEqual(
      96 * 1024,
    );
    expect(JSON.parse(pieces.join('')).dependencies).toHaveLength(9000);
  });

  test('is not handed more than 1 MiB', () => {
    const dependencies = Array.from(
      { length: 40_000 },
      (_, index) => `package-number-${index}=1.0.0`,
    );

    expect(() =>
      planLaunch(REQUEST, { ...PLAIN, kernel: { name: 'k', dependencies } }, FACTS),
    ).toThrow(InvalidDataError);
  });

  test('gets the proxies by name, for a kernel that is built', () => {
    const facts = { ...FACTS, env: { https_proxy: 'http://me:secret@proxy' } };

    const proxy = {
      name: 'SUBMARINE_BUILD_https_proxy',
      value: 'http://me:secret@proxy',
      from: { variable: 'https_proxy' },
    };
    expect(planLaunch(REQUEST, PLAIN, facts).variables).not.toContainEqual(proxy);
    expect(planLaunch(REQUEST, BUILT, facts).variables).toContainEqual(proxy);
  });

  test('shows progress where a person looks on and the container has no terminal', () => {
    const seen = { ...REQUEST, watched: true };

    expect(variablesOf(PLAIN, seen)).toMatchObject({ SUBMARINE_PROGRESS: '1' });
    expect(variablesOf(PLAIN, { ...seen, terminal: true })).not.toHaveProperty(
      'SUBMARINE_PROGRESS',
    );
  });
});

describe('the user', () => {
  test.each([
    {
      engine: { remote: false, mapsUsers: false, memoryBytes: 8 * 1024 ** 3 },
      user: { uid: 1000, gid: 1000 },
    },
    { engine: { remote: false, mapsUsers: true, memoryBytes: 8 * 1024 ** 3 }, user: undefined },
    { engine: { remote: true, mapsUsers: false, memoryBytes: 8 * 1024 ** 3 }, user: undefined },
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

test('an engine elsewhere keeps kernels in a volume and takes no folders of this machine', () => {
  const facts = {
    ...FACTS,
    engine: { remote: true, mapsUsers: false, memoryBytes: 8 * 1024 ** 3 },
  };

  expect(() => planLaunch(REQUEST, BUILT, facts)).toThrow(/another machine/);
  expect(() =>
    planLaunch(
      { ...REQUEST, code: undefined, mounts: [{ type: 'bind', source: '/x', target: '/x' }] },
      BUILT,
      facts,
    ),
  ).toThrow(/another machine/);
  expect(planLaunch({ ...REQUEST, code: undefined }, BUILT, facts).mounts).toEqual([
    { type: 'volume', source: 'submarine', target: '/submarine' },
  ]);
});

test('a folder that the caller mounts at /submarine is not where kernels are built', () => {
  const mounts = [{ type: 'bind', source: '/shared', target: '/submarine' }] as const;
  const plain = { name: 'plain', 'docker-image': 'alpine' };

  expect(planLaunch({ ...REQUEST, mounts }, plain, FACTS).kernelPlace).toBeUndefined();
  expect(planLaunch(REQUEST, BUILT, FACTS).kernelPlace).toEqual({
    ...{ type: 'bind', source: FACTS.cacheFolder, target: '/submarine' },
  });
});

test('a notebook has no stdin, a token by name, and a kernelspec that goes through the bootstrap', () => {
  const request = { ...REQUEST, kind: 'notebook', token: 't0ken', terminal: true } as const;
  const plan = planLaunch(request, BUILT, FACTS);
  const kernelspec = JSON.parse(variablesOf(BUILT, request)['SUBMARINE_KERNELSPEC'] ?? '');

  expect(plan.interaction).toBe('none');
  expect(plan.variables).toContainEqual({
    name: 'JUPYTER_TOKEN',
    value: 't0ken',
    from: { request: true },
  });
  expect(kernelspec.argv.slice(0, 5)).toEqual([
    '/submarine-bootstrap.sh',
    '--kernel',
    'team',
    '--',
    'python',
  ]);
});

describe('an image that was baked', () => {
  const specification = '{"channels":["conda-forge"],"dependencies":["numpy"]}';
  const labels = {
    'submarine.baked': 'b'.repeat(64),
    'submarine.specification': kernelDigest(specification),
  };
  const baked = { ...FACTS, env: { PIP_INDEX_URL: 'x' }, image: { ...IMAGE, labels } };

  test('needs no cache, no specification and nothing of a build', () => {
    const plan = planLaunch({ ...REQUEST, code: undefined }, BUILT, baked);

    expect(plan.mounts).toEqual([]);
    expect(plan.labels).toHaveProperty(['submarine.digest'], 'b'.repeat(64));
    expect(variablesOf(BUILT, REQUEST, baked)).toEqual({
      SUBMARINE_RUN: 'r1',
      SUBMARINE_KERNEL: 'team',
      SUBMARINE_DIGEST: 'b'.repeat(64),
      SUBMARINE_VARIABLES: "export A='it'\\''s'\n",
    });
  });

  test('has variables of its own, which those of the profile replace, though it have none', () => {
    const { variables: _, ...kernel } = BUILT.kernel ?? { name: 'team' };

    expect(variablesOf({ ...BUILT, kernel }, REQUEST, baked)).toHaveProperty(
      'SUBMARINE_VARIABLES',
      '',
    );
  });

  test('is like any other where the profile or its lock asks for something else', () => {
    const kernel = { name: 'team', channels: ['conda-forge'], dependencies: ['scipy'] };
    const lockedSpecification = 'submarine-lock 1\n';

    for (const plan of [
      planLaunch(REQUEST, { ...BUILT, kernel }, baked),
      planLaunch(REQUEST, BUILT, { ...baked, lockedSpecification }),
    ]) {
      expect(plan.mounts).toContainEqual(expect.objectContaining({ target: '/submarine' }));
    }
  });

  test('is known by its packages where a lock names them', () => {
    const lockedSpecification = 'submarine-lock 1\n';
    const held = { 'submarine.baked': kernelDigest(lockedSpecification) };
    const facts = { ...baked, lockedSpecification, image: { ...IMAGE, labels: held } };

    expect(planLaunch(REQUEST, BUILT, facts).mounts).not.toContainEqual(
      expect.objectContaining({ target: '/submarine' }),
    );
  });
});
