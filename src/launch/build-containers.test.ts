import { describe, expect, test } from '@jest/globals';

import { CONTRACT } from './bootstrap.ts';
import type { Build, Installation, InstallStep } from './build-containers.ts';
import { planInstallation, planSolve, stepsFor } from './build-containers.ts';
import type { LaunchFacts, LaunchRequest } from './launch-request.ts';

const REQUEST: LaunchRequest = {
  kind: 'run',
  command: ['python', 'train.py'],
  variables: [{ name: 'TOKEN', value: 'of-the-user' }],
  mounts: [{ type: 'bind', source: '/home/me/data', target: '/data' }],
  ports: [],
  code: '/home/me/project',
  user: { name: 'root' },
  memoryBytes: 1024 ** 3,
  pull: 'missing',
  offline: false,
  noNewPrivileges: true,
  extras: { docker: ['--network=host', '-v', '/home/me:/me', '--tmpfs=/tmp'] },
  terminal: true,
  watched: true,
  verbose: false,
};
const FACTS: LaunchFacts = {
  env: {
    https_proxy: 'http://me:secret@proxy:3128',
    no_proxy: 'localhost',
    PIP_INDEX_URL: 'https://me:secret@index.example/simple',
  },
  imageName: 'alpine',
  locked: undefined,
  image: {
    id: 'sha256:1',
    entrypoint: ['/submarine-bootstrap.sh'],
    platform: 'linux/amd64',
    digests: [],
    labels: { 'submarine.bootstrap': String(CONTRACT) },
  },
  engine: { id: 'e', remote: false, mapsUsers: false, memoryBytes: 8 * 1024 ** 3 },
  withheldLogins: [],
  settingsFiles: {
    NETRC: '/home/me/.netrc',
    CONDARC: '/home/me/.condarc',
    SSL_CERT_FILE: '/etc/ca.pem',
  },
  caller: { uid: 1000, gid: 1000 },
  callerName: 'me',
  cacheFolder: '/cache',
  hostFolder: '/host',
  runFolder: '/host/runs/r1',
  home: undefined,
  bootstrapPath: '/lib/submarine-bootstrap.sh',
  runId: 'r1',
};
const BUILD: Build = {
  environment: 'demo',
  kernel: { name: 'team', dependencies: ['numpy'] },
  digest: 'd'.repeat(64),
  request: REQUEST,
  facts: FACTS,
};
const PLACE: Installation['place'] = {
  mounts: [{ type: 'bind', source: '/cache/kernels/p/dd', target: '/submarine/kernels/p/dd' }],
  prefix: '/submarine/kernels/p/dd',
  archives: '/submarine/builds/p-dd',
  log: '/submarine/logs/dd-p.log',
  lock: '/submarine/locks/p-dd',
  shown: '/cache',
};

const LOG = {
  ...{ type: 'bind' as const, source: '/cache/logs/dd-p.log' },
  target: '/submarine/logs/dd-p.log',
};

function installation(...steps: readonly InstallStep[]) {
  const list = 'submarine-lock 1\n';
  return planInstallation(BUILD, { runId: 'i1', buildId: 'b1', steps, list, place: PLACE });
}

function namesIn({ variables }: { readonly variables: readonly { readonly name: string }[] }) {
  return variables.map(({ name }) => name);
}

describe('the container in which conda finds packages', () => {
  const plan = planSolve(BUILD, {
    runId: 's1',
    wanted: 'submarine-solve 1\nspec numpy\n',
    place: { ...PLACE, mounts: [...PLACE.mounts, LOG] },
  });

  test('gets the settings and logins of the caller, those by name', () => {
    expect(plan.network).toBeUndefined();
    expect(plan.arguments).toEqual(['--kernel', 'team', '--solve']);
    expect(plan.variables).toContainEqual({
      name: 'SUBMARINE_BUILD_https_proxy',
      value: 'http://me:secret@proxy:3128',
      from: { variable: 'https_proxy' },
    });
    expect(plan.variables).toContainEqual({
      name: 'SUBMARINE_BUILD_NETRC',
      value: '/submarine-build/NETRC/.netrc',
    });
  });

  test('sees nothing that was built, and nothing of the run', () => {
    expect(plan.mounts.map(({ source }) => source)).toEqual([
      ...['/cache/logs/dd-p.log', '/home/me/.netrc', '/home/me/.condarc', '/etc/ca.pem'],
    ]);
    expect(namesIn(plan)).not.toContain('TOKEN');
    expect(plan.user).toEqual({ uid: 1000, gid: 1000 });
    expect(plan.memoryBytes).toBeUndefined();
    expect(plan.extras).toEqual({ docker: ['--network=host', '--tmpfs=/tmp'] });
  });
});

describe('a container that installs', () => {
  test('has no network, no login and no setting, and sees its own kernel alone', () => {
    const plan = installation('conda', 'wheels', 'finish');

    expect(plan.network).toBe('none');
    expect(JSON.stringify(plan)).not.toContain(':secret');
    expect(namesIn(plan).filter((name) => name.startsWith('SUBMARINE_BUILD_'))).toEqual([]);
    expect(plan.mounts).toEqual(PLACE.mounts);
    expect(plan.extras).toEqual({ docker: ['--tmpfs=/tmp'] });
    expect(plan.labels).toMatchObject({
      'submarine.kind': 'build',
      'submarine.digest': BUILD.digest,
    });
  });

  test('has a network where something is built from its source, but no login', () => {
    const plan = installation('sources', 'finish');

    expect(plan.network).toBeUndefined();
    expect(JSON.stringify(plan)).not.toContain(':secret');
    expect(plan.variables).toContainEqual({
      name: 'SUBMARINE_BUILD_https_proxy',
      value: 'http://proxy:3128',
    });
    expect(plan.mounts.map(({ source }) => source)).toEqual(['/cache/kernels/p/dd', '/etc/ca.pem']);
  });

  test('is refused where there is more than fits into a container', () => {
    const list = 'x'.repeat(1024 ** 2 + 1);
    const step = { runId: 'i1', buildId: 'b1', steps: ['conda'] as const, list, place: PLACE };

    expect(() => planInstallation(BUILD, step)).toThrow(/more dependencies than can be handed/);
  });

  test('gets a long list in pieces of at most 96 KiB that give it back', () => {
    const list = 'ü'.repeat(200_000);
    const step = { runId: 'i1', buildId: 'b1', steps: ['conda'] as const, list, place: PLACE };
    const pieces = planInstallation(BUILD, step)
      .variables.filter(({ name }) => name.startsWith('SUBMARINE_SPEC_'))
      .map(({ value }) => value);

    expect(pieces.join('')).toBe(list);
    expect(Math.max(...pieces.map((piece) => Buffer.byteLength(piece)))).toBeLessThanOrEqual(
      96 * 1024,
    );
  });
});

test.each([
  ['conda a https://c/a.conda', ['conda', 'finish']],
  ['pip a @ https://i/a-1-py3-none-any.whl --hash=sha256:0', ['conda', 'wheels', 'finish']],
  ['pip a @ https://i/a-1.tar.gz --hash=sha256:0', ['conda', 'wheels', 'sources', 'finish']],
  ['pip a @ git+https://g/a@0', ['conda', 'wheels', 'sources', 'finish']],
  ['pip-open a', ['conda', 'wheels', 'sources', 'finish']],
])('%s is installed by %j', (line, steps) => {
  expect(stepsFor(`submarine-lock 1\n${line}\n`)).toEqual(steps);
});
