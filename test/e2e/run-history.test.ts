import { execFile } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { beforeAll, describe, expect, test } from '@jest/globals';

import { dockerOutput, images, TEST_CHANNEL } from '../support/bed.ts';
import { packagesOf, writeLock } from '../support/stored-lock.ts';
import type { User } from '../support/submarine.ts';
import { BUILT, newUser } from '../support/submarine.ts';

const DAY = new URL('../../examples/a-day.sh', import.meta.url).pathname;

let user: User;

beforeAll(async () => {
  user = await newUser();
  await user.run(['env', 'add', '--name', 'plain', '--image', images.plain]);
  await user.run(['env', 'add', '-'], { stdin: JSON.stringify(LOCKED) });
  const { kernel } = LOCKED;
  const packages = await packagesOf(images.test, TEST_CHANNEL, ['hello-1.0-0.tar.bz2']);
  await writeLock(user, 'locked', {
    image: { reference: images.test, local: await imageId(images.test) },
    content: { channels: kernel.channels, dependencies: kernel.dependencies },
    platforms: { 'linux-64': { virtualPackages: {}, packages } },
  });
});

const LOCKED = {
  name: 'locked',
  'docker-image': images.test,
  kernel: { name: 'k', channels: [TEST_CHANNEL, 'nodefaults'], dependencies: ['hello'] },
};

async function imageId(image: string): Promise<string> {
  return (await dockerOutput('image', 'inspect', '--format', '{{.Id}}', image)).trim();
}

/** @returns the id of the run */
async function run(script: string, options: readonly string[] = ['--env', 'plain']) {
  await user.run(['run', ...options, '--', 'sh', '-c', script]);
  const { stdout } = await user.run(['runs', 'list', '-o', 'name']);
  return stdout.split('\n')[0] ?? '';
}

async function listed(...options: string[]): Promise<readonly string[]> {
  const { stdout } = await user.run(['runs', 'list', '-o', 'name', ...options]);
  return stdout.split('\n').filter((id) => id !== '');
}

test('a day: started, left, found, followed, entered, stopped, and repeated without its environment', async () => {
  const someone = await newUser();
  await symlink(BUILT, join(someone.home, 'submarine'));
  const { stdout } = await promisify(execFile)('sh', [DAY, images.plain], {
    cwd: someone.project,
    env: { ...someone.env, PATH: `${someone.home}:${process.env['PATH']}` },
  });
  expect(stdout).toContain('epoch 3\nwaiting\n0.93\n');
  expect(stdout).toMatch(/^[0-9a-f]{8} .* a-day .* signal +143 /m);
});

describe('the list of runs', () => {
  test('is of the user’s own, chosen by environment, end and time, and sorted', async () => {
    const good = await run('true');
    const bad = await run('exit 3');
    const killed = await run('kill -9 $$');

    expect(await listed('--env', 'plain')).toEqual([killed, bad, good]);
    expect(await listed('--status', 'failed', '--since', '1h')).toEqual([killed, bad]);
    expect(await listed('--status', 'signal', '--status', 'succeeded')).toEqual([killed, good]);
    expect(await listed('--env', 'elsewhere')).toEqual([]);
    expect(await listed('--since', '2999-01-01')).toEqual([]);
    expect(await listed('--sort-by', 'name')).toEqual([good, bad, killed].toSorted());
  });

  test('needs no engine', async () => {
    const id = await run('exit 4');
    const env = { DOCKER_HOST: 'tcp://127.0.0.1:1' };
    expect((await user.run(['runs', 'list', '-o', 'json'], { env })).stdout).toContain(id);
    expect(await user.run(['runs', 'show', id, '-o', 'json'], { env })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('"exitCode": 4'),
    });
  });

  test('refuses a status that there is not', async () => {
    expect(await user.run(['runs', 'list', '--status', 'bad'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('It is one of running, paused, finished'),
    });
  });
});

describe('two runs', () => {
  test('differ in command, options, end and results', async () => {
    const results = ['--env', 'plain', '--results', 'out'];
    const one = await run('mkdir -p out; echo 1 >out/a', results);
    const other = await run('echo 2 >out/a; exit 3', [...results, '--cpus', '1', '-e', 'MODE=x']);

    expect((await user.run(['runs', 'diff', one, other])).stdout.split('\n')).toEqual([
      `command: sh -c 'mkdir -p out; echo 1 >out/a' → sh -c 'echo 2 >out/a; exit 3'`,
      'variables: {} → {"MODE":null}',
      'cpus: none → 1',
      'end: exit (0) → exit (3)',
      `results: ${user.project}/out/a differs`,
      '',
    ]);
    expect(await user.run(['runs', 'diff', one, other, '--exit-code', '-o', 'json'])).toMatchObject(
      { code: 1, stdout: expect.stringContaining('"cpus"') },
    );
  });

  test('are alike when nothing differs', async () => {
    const [one, other] = [await run('true'), await run('true')];
    expect(await user.run(['runs', 'diff', one, other, '--exit-code'])).toEqual({
      ...{ code: 0, stdout: '', stderr: 'the two runs are alike\n' },
    });
  });

  test('of which one is not known are not compared', async () => {
    expect(await user.run(['runs', 'diff', '@last', 'ffffffff'])).toMatchObject({ code: 66 });
  });
});

describe('the environment of a run', () => {
  test('is started and saved with its exact packages, also when it has been changed', async () => {
    const id = await run('hello', ['--env', 'locked']);
    const { stdout: lock } = await user.run(['env', 'export', 'locked', '--format', 'explicit']);
    await user.run(['env', 'add', '--replace', '--name', 'locked', '--image', images.plain]);

    expect(await user.run(['run', '--env', `run:${id}`, '--', 'hello'])).toMatchObject({
      ...{ code: 0, stdout: expect.stringMatching(/^hello from/) },
    });
    expect(await user.run(['env', 'save', 'kept', '--from-run', id])).toEqual({
      ...{ code: 0, stdout: 'kept\n', stderr: '' },
    });
    const exported = await user.run(['env', 'export', 'kept', '--format', 'explicit']);
    expect(exported).toMatchObject({ code: 0, stdout: lock });
    expect(await user.run(['run', '--env', 'kept', '--frozen', '--', 'hello'])).toMatchObject({
      code: 0,
    });
    expect(await user.run(['env', 'save', 'kept', '--from-run', id])).toMatchObject({ code: 65 });
  });

  test('is saved without a lock where it had none, which is told', async () => {
    const kernel = { ...LOCKED.kernel, dependencies: ['hello=1.0'] };
    await user.run(['env', 'add', '-'], {
      stdin: JSON.stringify({ ...LOCKED, name: 'open', kernel }),
    });
    const id = await run('hello', ['--env', 'open']);

    expect(await user.run(['env', 'save', 'open2', '--from-run', id])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(`the packages of the run ${id} were not locked`),
    });
    expect(await user.run(['run', '--frozen', '--env', `run:${id}`, '--', 'true'])).toMatchObject({
      code: 65,
    });
  });

  test('is not to be had of a run that is not known, or under a name that is none', async () => {
    expect(await user.run(['run', '--env', 'run:ffffffff', '--', 'true'])).toMatchObject({
      ...{ code: 66, stderr: expect.stringContaining('no run "ffffffff"') },
    });
    expect(await user.run(['env', 'save', 'bad name', '--from-run', '@last'])).toMatchObject({
      ...{ code: 65, stderr: expect.stringMatching(/^submarine: "bad name" is not a valid name/) },
    });
  });
});
