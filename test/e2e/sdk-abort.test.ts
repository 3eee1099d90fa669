import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';

import { beforeAll, expect, test } from '@jest/globals';

import type { Submarine, SubmarineEvent } from '../../src/sdk.ts';
import { openSubmarine } from '../../src/sdk.ts';
import { docker, dockerOutput, images, temporaryDirectory, TEST_CHANNEL } from '../support/bed.ts';
import { poll } from '../support/poll.ts';

let submarine: Submarine;
const { PATH, DOCKER_HOST } = process.env;
const INTERRUPTED = { kind: 'interrupted', code: 'interrupted' };

beforeAll(async () => {
  const home = await temporaryDirectory();
  const folder = join(home, 'project');
  await mkdir(folder);
  const variables = { PATH, DOCKER_HOST };
  submarine = await openSubmarine({ settings: {}, home, folder, variables });
  const kernel = {
    name: 'team',
    channels: [TEST_CHANNEL, 'nodefaults'],
    dependencies: ['python', 'slow'],
  };
  await submarine.environments.add({ name: 'slow-abort', 'docker-image': images.test, kernel });
  const examples = { name: 'nb-abort', 'docker-image': images.example };
  await submarine.environments.add(examples);
  await submarine.environments.add({ name: 'plain-abort', 'docker-image': images.busybox });
});

const containersOf = (environment: string) =>
  dockerOutput('ps', '--all', '--quiet', '--filter', `label=submarine.env=${environment}`);

test('another command that is aborted is ended, and its container goes on', async () => {
  const { run, runs } = submarine;
  const sleep = { environment: 'plain-abort', command: ['sleep', '600'], code: false } as const;
  const started = await run(sleep);
  try {
    await poll(async () =>
      (await runs.list()).some(({ name, status }) => name === started.id && status === 'running'),
    );
    const controller = new AbortController();
    const stdout = new PassThrough();
    stdout.once('data', () => controller.abort());
    const command = ['sh', '-c', 'echo up; exec sleep 77'];
    const request = { container: started.id, command };

    const entered = await runs.exec(request, { stdout, signal: controller.signal });

    await expect(entered.ended).rejects.toMatchObject(INTERRUPTED);
    expect(await dockerOutput('top', started.id)).not.toContain('sleep 77');
    expect(await containersOf('plain-abort')).not.toBe('');
  } finally {
    await started.remove();
  }
});

const installing = () =>
  dockerOutput(
    ...['ps', '--quiet', '--filter', 'label=submarine.env=slow-abort'],
    ...['--filter', 'name=submarine-install-'],
  );

test('a build of a kernel that is aborted leaves no container and no kernel', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const built = submarine.kernels.build({ environment: 'slow-abort' }, { signal });
  // Nobody looks at it while the test waits.
  built.catch(() => {});
  await poll(async () => (await installing()) !== '');
  controller.abort();

  await expect(built).rejects.toMatchObject(INTERRUPTED);
  expect(await containersOf('slow-abort')).toBe('');
  const { kernels } = await submarine.kernels.list();
  expect(kernels.filter(({ state }) => state === 'complete')).toEqual([]);
});

test('a bake that is aborted leaves no image', async () => {
  const tag = `submarine-test:aborted-${process.pid}`;
  const controller = new AbortController();
  const { signal } = controller;
  const on = (event: SubmarineEvent): void => {
    // The client of the builder is started next.
    if (event.type === 'command') setImmediate(() => controller.abort());
  };
  const request = { environment: 'slow-abort', tag, verbose: true };

  const baking = submarine.images.bake(request, { on, signal });

  await expect(baking).rejects.toMatchObject(INTERRUPTED);
  expect((await docker('image', 'inspect', tag)).exitCode).not.toBe(0);
});

test('a notebook that is aborted rejects its address too, and leaves no container', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const { run, url } = await submarine.notebooks.open({ environment: 'nb-abort' }, { signal });
  controller.abort();

  await expect(run.ended).rejects.toMatchObject(INTERRUPTED);
  await expect(url).rejects.toMatchObject(INTERRUPTED);
  expect(await containersOf('nb-abort')).toBe('');
});

test.each(['stdout', 'stderr'] as const)('a run ends when nobody reads its %s', async (name) => {
  const stream = new PassThrough();
  stream.once('data', () => stream.destroy());
  const command = ['sh', '-c', name === 'stdout' ? 'yes' : 'yes >&2'];
  const request = { environment: 'plain-abort', command, code: false } as const;

  const run = await submarine.run(request, { [name]: stream });

  expect(await run.ended).not.toEqual({ exitCode: 0 });
  await poll(async () => (await containersOf('plain-abort')) === '');
});
