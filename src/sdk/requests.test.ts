import { join } from 'node:path';

import { beforeAll, describe, expect, test } from '@jest/globals';

import type { Submarine } from '../sdk.ts';
import { openSubmarine, SubmarineError, UsageError } from '../sdk.ts';
import { temporaryDirectory } from '../../test/support/bed.ts';

let submarine: Submarine;

beforeAll(async () => {
  const home = await temporaryDirectory();
  // No engine can be found, so whatever is not refused before it is asked is `unavailable`.
  const variables = { PATH: join(home, 'nothing') };
  submarine = await openSubmarine({ home, folder: home, settings: {}, variables });
  await submarine.environments.add({
    ...{ name: 'demo', 'docker-image': 'registry.invalid/demo:1' },
    kernel: { name: 'k', channels: ['nodefaults'], dependencies: ['python'] },
  });
});

type Method = (request: unknown) => Promise<unknown>;

function method(path: string): Method {
  const [group = '', name = ''] = path.split('.');
  return Reflect.get(Reflect.get(submarine, group) as object, name) as Method;
}

/** What is a request's in no place of it. */
const JUNK = [
  null,
  Number.NaN,
  -1,
  0.5,
  1n,
  Symbol('x'),
  () => {},
  new Map(),
  { bogus: 1 },
  'a\0b',
];

/** The value with one of its places taken by something else, for each place. */
function* variants(value: unknown, junk: unknown): Generator {
  yield junk;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      for (const one of variants(item, junk)) yield value.with(index, one);
    }
  } else if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    for (const [key, item] of Object.entries(value)) {
      for (const one of variants(item, junk)) yield { ...value, [key]: one };
    }
  }
}

const IMAGE = {
  environment: 'demo',
  engine: 'docker',
  extras: { docker: ['--x'] },
  verbose: false,
};
const MOUNT = { type: 'bind', source: '.', target: '/data', readOnly: true, noCopy: false };
const CONTAINER = { ...IMAGE, platform: 'linux/arm64', offline: false, mounts: [MOUNT] };
const RUN = {
  ...CONTAINER,
  ...{ variables: { A: 'b' }, variableFiles: [], workdir: '/w', cpus: 2, gpus: { all: true } },
  ...{ ports: [{ host: '::1', hostPort: 1, containerPort: 2, protocol: 'tcp' }] },
  ...{ user: { uid: 1, gid: 1 }, memoryBytes: 10_000_000, shmBytes: 1, pull: 'never', lock: 'use' },
  ...{ command: ['true'], terminal: false, detached: true },
  ...{ results: ['out'], recordValues: true, recordDiff: false },
};
const { command: _command, terminal: _terminal, detached: _detached, ...NOTEBOOK } = RUN;
const EXEC = { container: 'x', command: ['true'], variables: { A: true }, user: { name: 'root' } };
const CHOSEN = { path: `linux-64/${'0'.repeat(32)}`, digest: '0', lastUsed: new Date() };
const KERNEL = { name: 'k', channels: ['x'], dependencies: ['x', { pip: ['x'] }], variables: {} };

const REQUESTS: readonly (readonly [string, unknown])[] = [
  ['environments.add', { name: 'new', 'docker-image': 'x', kernel: KERNEL, dryRun: true }],
  ['environments.add', { file: { bytes: new Uint8Array(), source: 'x' }, replace: false }],
  ['environments.get', 'demo'],
  ['environments.delete', { names: ['demo'], dryRun: true }],
  ['environments.delete', ['demo']],
  ['environments.select', { name: 'demo', dryRun: true }],
  ['environments.lock', { name: 'demo', platforms: ['linux-64'], cuda: '1', mounts: [MOUNT] }],
  ['environments.checkLock', { name: 'demo', platforms: ['linux-64'] }],
  ['environments.diff', { name: 'demo', other: 'demo', platforms: [] }],
  ['environments.diffFromLock', 'demo'],
  ['environments.export', { name: 'demo', format: 'environment', platforms: [] }],
  ['runs.run', RUN],
  ['runs.run', { ...RUN, gpus: { devices: ['0'] }, user: { name: 'x', group: 'y' } }],
  ['runs.show', RUN],
  ['runs.exec', EXEC],
  ['runs.showExec', EXEC],
  ['runs.list', { environment: 'demo', all: true, engine: 'docker' }],
  ['runs.logs', { run: 'x', follow: false, since: new Date(), tail: 1, timestamps: true }],
  ['runs.attach', { run: 'x' }],
  ['runs.wait', { runs: ['x'], timeoutMs: 1 }],
  ['runs.stop', { runs: ['x'], timeoutMs: 1, dryRun: true }],
  ['runs.remove', { runs: ['x'], force: false, dryRun: true }],
  ['runs.choosePrunable', { olderMs: 1, records: false }],
  ['runs.prune', { olderMs: 1, records: false }],
  ['notebooks.open', NOTEBOOK],
  ['notebooks.show', NOTEBOOK],
  ['notebooks.list', { environment: 'demo', engine: 'docker' }],
  ['notebooks.get', { notebook: 'x', engine: 'docker' }],
  ['notebooks.stop', { notebooks: ['x'], timeoutMs: 1, dryRun: true }],
  ['kernels.build', CONTAINER],
  ['kernels.showBuild', CONTAINER],
  ['kernels.list', { engine: 'docker' }],
  ['kernels.verify', { name: 'demo', engine: 'docker' }],
  ['kernels.choosePrunable', { names: [], unusedMs: 1, keep: 1 }],
  ['kernels.prune', { chosen: [CHOSEN], keep: 1 }],
  ['kernels.clearPackages', { engine: 'docker' }],
  ['kernels.usage', { engine: 'docker' }],
  ['machine.examine', { network: true, engine: 'docker' }],
  ['images.bake', { ...IMAGE, tag: 'x:1', push: false }],
  ['images.planBake', { ...IMAGE, tag: 'x:1', push: false }],
];

test.each(REQUESTS)('%s refuses what is not a request in any place of it', async (path, valid) => {
  const call = method(path);
  for (const junk of JUNK) {
    for (const request of variants(valid, junk)) {
      const failure: unknown = await call(request).catch((error: unknown) => error);
      // A fraction is a number of CPUs or milliseconds, and no place can tell.
      const isFine = junk === 0.5 && /"(?:cpus|unusedMs)":0\.5/.test(JSON.stringify(request));
      if (isFine) continue;
      expect([request, failure]).toMatchObject([
        request,
        { kind: 'usage', code: expect.stringMatching(/^(?:invalid-request|unknown-key)$/) },
      ]);
    }
  }
});

const STRINGS = ['', '..', '\uD800'];

test.each(REQUESTS)(
  '%s fails by an error of ours, whatever its strings are',
  async (path, valid) => {
    const call = method(path);
    for (const string of STRINGS) {
      for (const request of variants(valid, string)) {
        const failure: unknown = await call(request).then(
          () => new UsageError('none'),
          (error: unknown) => error,
        );
        expect([request, failure]).toEqual([request, expect.any(SubmarineError)]);
      }
    }
  },
);

describe('a run', () => {
  test.each<[object, string]>([
    [{ command: 'true' }, 'command cannot be this string'],
    [{ memoryBytes: -1 }, 'memoryBytes cannot be -1'],
    [{ cpus: Number.NaN }, 'cpus cannot be NaN'],
    [{ shmBytes: 0.5 }, 'shmBytes cannot be 0.5'],
    [
      { ports: [{ containerPort: 99_999, protocol: 'tcp' }] },
      'ports[0].containerPort cannot be 99999',
    ],
    [{ gpus: { count: -1 } }, 'gpus.count cannot be -1'],
    [{ gpus: { devices: [] } }, 'gpus.devices cannot be an empty list'],
    [{ mounts: [{ ...MOUNT, target: 'rel' }] }, 'mounts[0].target cannot be "rel"'],
    [{ mounts: [{ ...MOUNT, target: '/a/..' }] }, 'mounts[0].target cannot be "/a/.."'],
    [{ mounts: [{ type: 'bind', target: '/a' }] }, 'mounts[0].source cannot be undefined'],
    [{ user: { name: 'a b' } }, 'user.name cannot be "a b"'],
    [{ pull: 'bogus' }, 'pull cannot be "bogus"'],
    [{ lock: 'strict' }, 'lock cannot be "strict"'],
    [{ memory: '1g' }, 'unknown key "memory"'],
    [{ variables: { KEY: 5 } }, 'variables.KEY cannot be 5'],
  ])('with %j is refused: %s', async (part, message) => {
    const request = { environment: 'demo', command: ['true'], ...part };
    await expect(method('runs.run')(request)).rejects.toMatchObject({ kind: 'usage', message });
  });

  test('that is whole gets as far as the engine', async () => {
    const request = { ...RUN, code: false };
    await expect(method('runs.run')(request)).rejects.toMatchObject({ kind: 'unavailable' });
  });
});

test.each([
  [{ store: 5 }, {}, 'store'],
  [{ settings: { user: 1000 } }, {}, 'settings.user'],
  [{ variables: { A: 5 } }, {}, 'variables.A'],
  [null, {}, ''],
  [{}, { on: 'x' }, 'call.on'],
])('openSubmarine refuses %j with %j', async (options, call, key) => {
  const opened = openSubmarine(options as never, call as never);
  await expect(opened).rejects.toMatchObject({ kind: 'usage', data: { key } });
});

test('what goes with a call is refused by its name', async () => {
  const call = { signal: 'x' } as never;
  const added = submarine.environments.add({ name: 'x', 'docker-image': 'x' }, call);
  await expect(added).rejects.toMatchObject({
    code: 'invalid-request',
    data: { key: 'call.signal' },
  });
});

test('nothing is selected after a clearing', async () => {
  const { environments } = submarine;
  await environments.select('demo');
  expect(await environments.current()).toEqual({ name: 'demo', by: 'selection' });

  await environments.clearSelection();

  expect(await environments.current()).toBeUndefined();
});
