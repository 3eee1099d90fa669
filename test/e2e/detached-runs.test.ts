import { randomBytes } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from '@jest/globals';

import { docker, dockerOutput, images } from '../support/bed.ts';
import { poll } from '../support/poll.ts';
import type { Outcome, User } from '../support/submarine.ts';
import { newUser } from '../support/submarine.ts';

/** Of no other test, whose containers are on the same engine. */
const ENVIRONMENT = `detached-${randomBytes(3).toString('hex')}`;

let user: User;

beforeAll(async () => {
  user = await newUser();
  await user.run(['env', 'add', '--name', ENVIRONMENT, '--image', images.plain]);
});

async function detach(script: string, ...options: string[]): Promise<string> {
  const argv = ['run', '--detach', '--env', ENVIRONMENT, ...options, '--', 'sh', '-c', script];
  const { code, stdout, stderr } = await user.run(argv);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^[0-9a-f]{8}\n$/);
  return stdout.trim();
}

async function listed(...options: string[]): Promise<readonly Record<string, unknown>[]> {
  const { stdout } = await user.run(['ps', '-o', 'json', ...options]);
  return JSON.parse(stdout) as Record<string, unknown>[];
}

test('a detached run is listed, followed, waited for and removed', async () => {
  const id = await detach('echo out; echo talk >&2; sleep 2; exit 7');

  expect(await listed('--env', ENVIRONMENT)).toMatchObject([
    {
      id,
      name: `submarine-${ENVIRONMENT}-${id}`,
      environment: ENVIRONMENT,
      kind: 'run',
      status: 'running',
    },
  ]);
  expect(await user.run(['logs', '--follow', id])).toEqual({
    ...{ code: 0, stdout: 'out\n', stderr: 'talk\n' },
  });
  expect(await user.run(['wait', id.slice(0, 5)])).toEqual({ code: 7, stdout: '', stderr: '' });
  expect(await listed('--env', ENVIRONMENT)).toEqual([]);
  expect(await listed('--all', '--env', ENVIRONMENT)).toMatchObject([
    { id, status: 'finished', exitCode: 7, reason: 'exit' },
  ]);
  expect(await user.run(['rm', id])).toMatchObject({
    code: 0,
    stdout: `submarine-${ENVIRONMENT}-${id}\n`,
  });
  expect(
    await dockerOutput('ps', '--all', '--quiet', '--filter', `label=submarine.run=${id}`),
  ).toBe('');
  // What is known of it stays.
  expect(await user.run(['wait', '@last'])).toMatchObject({ code: 7 });
  expect(await listed('--all', '--env', ENVIRONMENT)).toMatchObject([{ id, exitCode: 7 }]);
  expect(await user.run(['logs', id])).toEqual({
    code: 66,
    stdout: '',
    stderr: expect.stringContaining(
      `the output of the run "submarine-${ENVIRONMENT}-${id}" went with its`,
    ),
  });
});

test('an attached run is known afterwards, and printed to whoever started it', async () => {
  await user.run(['run', '--env', ENVIRONMENT, '--name', 'attached', '--', 'sh', '-c', 'exit 3']);

  expect(await listed('--all')).toContainEqual(
    expect.objectContaining({ name: 'attached', command: "sh -c 'exit 3'", exitCode: 3 }),
  );
  const { code, stderr } = await user.run(['logs', 'attached']);
  expect([code, stderr]).toEqual([
    66,
    'submarine: the output of the run "attached" went to the terminal that it was started from\n',
  ]);
});

test('a command that is stopped is asked first, and killed when its time is over', async () => {
  const polite = await detach('trap "exit 5" TERM; while :; do sleep 0.1; done');
  const deaf = await detach('trap "" TERM; while :; do sleep 0.1; done');

  expect((await user.run(['stop', polite])).stdout).toBe(`submarine-${ENVIRONMENT}-${polite}\n`);
  expect((await user.run(['wait', polite])).code).toBe(5);
  await user.run(['stop', '--timeout', '1s', deaf]);
  expect((await user.run(['wait', deaf])).code).toBe(137);
  expect(await listed('--all')).toContainEqual(
    expect.objectContaining({ id: deaf, reason: 'signal', exitCode: 137 }),
  );
});

test('what is running is removed only by force', async () => {
  const id = await detach('sleep 600');

  expect(await user.run(['rm', id])).toEqual({
    code: 125,
    stdout: '',
    stderr: `submarine: the run "submarine-${ENVIRONMENT}-${id}" is running\n  stop it first: submarine stop submarine-${ENVIRONMENT}-${id}, or pass --force\n`,
  });
  expect((await user.run(['rm', '--force', id])).code).toBe(0);
  expect(
    await dockerOutput('ps', '--all', '--quiet', '--filter', `label=submarine.run=${id}`),
  ).toBe('');
});

test('a wait that takes too long ends, and the run goes on', async () => {
  const id = await detach('sleep 600');

  expect(await user.run(['wait', '--timeout', '1s', id])).toEqual({
    code: 75,
    stdout: '',
    stderr: expect.stringContaining(`the run "submarine-${ENVIRONMENT}-${id}" is still running`),
  });
  expect(await listed()).toContainEqual(expect.objectContaining({ id, status: 'running' }));
  await user.run(['rm', '-f', id]);
});

test('whoever attaches sees what is printed from then on, and gets the exit code', async () => {
  const id = await detach('echo before; sleep 2; echo after; exit 4');
  await poll(async () => (await user.run(['logs', id])).stdout === 'before\n');
  // A line of this second would be taken for one of after.
  await new Promise((resolve) => setTimeout(resolve, 1000));

  expect(await user.run(['attach', id])).toEqual({ code: 4, stdout: 'after\n', stderr: '' });
});

test('a start that is refused leaves nothing', async () => {
  const { code, stdout } = await user.run([
    ...['run', '-d', '--env', ENVIRONMENT, '--name', 'refused', '--engine-arg=--network=no-such'],
    ...['--', 'true'],
  ]);

  expect([code, stdout]).toEqual([125, '']);
  expect(await dockerOutput('ps', '--all', '--quiet', '--filter', 'name=refused')).toBe('');
  expect(await listed('--all')).not.toContainEqual(expect.objectContaining({ name: 'refused' }));
});

test('only what is known is pruned: containers, and records where asked', async () => {
  const other = await newUser();
  await other.run(['env', 'add', '--name', 'pruned', '--image', images.plain]);
  const run = (...argv: string[]): Promise<Outcome> => other.run(argv);
  const { stdout } = await run('run', '-d', '--env', 'pruned', '--', 'true');
  await run('wait', stdout.trim());
  const name = `submarine-pruned-${stdout.trim()}`;

  expect((await run('prune', '--older', '1h', '--yes')).stderr).toBe('nothing to remove\n');
  expect((await run('prune', '--dry-run')).stdout).toContain(name);
  expect(await run('prune')).toMatchObject({ code: 2, stdout: '' });
  expect(await run('prune', '--yes')).toMatchObject({ code: 0, stdout: `${name}\n` });
  expect(await dockerOutput('ps', '--all', '--quiet', '--filter', `name=${name}`)).toBe('');
  expect((await run('ps', '--all', '--env', 'pruned', '-o', 'name')).stdout).toBe(stdout);
  await run('prune', '--records', '--yes');
  expect((await run('ps', '--all', '--env', 'pruned', '-o', 'name')).stdout).toBe('');
});

describe('without the records', () => {
  test('running containers are found by their labels', async () => {
    const id = await detach('echo here; sleep 600');
    const records = join(user.home, '.local/state/submarine/runs');
    expect(await readFile(join(records, `${id}.yaml`), 'utf8')).toContain(`id: "${id}"\n`);
    await rm(records, { recursive: true });

    expect(await listed()).toContainEqual(
      expect.objectContaining({ id, command: "sh -c 'echo here; sleep 600'", status: 'running' }),
    );
    await poll(async () => (await user.run(['logs', id])).stdout === 'here\n');
    expect((await user.run(['exec', id, '--', 'echo', 'inside'])).stdout).toBe('inside\n');
    expect((await user.run(['stop', id])).code).toBe(0);
    await docker('rm', `submarine-${ENVIRONMENT}-${id}`);
  });
});

test.each([['logs'], ['wait'], ['stop'], ['rm'], ['attach'], ['exec']])(
  '%s of an unknown run is refused',
  async (command) => {
    const argv = [command, 'no-such-run', ...(command === 'exec' ? ['--', 'true'] : [])];
    const { code, stdout, stderr } = await user.run(argv);

    expect([code, stdout]).toEqual([66, '']);
    expect(stderr).toMatch(/^submarine: no run "no-such-run"\n {2}/);
  },
);

test.each([['attach'], ['exec']])('%s of a run that has ended is refused', async (command) => {
  const id = await detach('true');
  await user.run(['wait', id]);
  const argv = [command, id, ...(command === 'exec' ? ['--', 'true'] : [])];

  expect(await user.run(argv)).toMatchObject({
    code: 125,
    stderr: expect.stringContaining('is not running: it has finished'),
  });
});
