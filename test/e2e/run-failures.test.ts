import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { beforeAll, describe, expect, test } from '@jest/globals';

import { docker, images, preparedImage } from '../support/bed.ts';
import { poll } from '../support/poll.ts';
import { startSecondEngine } from '../support/second-engine.ts';
import type { User } from '../support/submarine.ts';
import { BUILT, newUser } from '../support/submarine.ts';

/** Of no other test, whose containers are on the same engine. */
const ENVIRONMENT = `failures-${randomBytes(3).toString('hex')}`;
const WAIT = 'trap "exit 5" TERM; echo ready; while :; do sleep 0.1; done';

let user: User;

beforeAll(async () => {
  user = await newUser();
  await user.run(['env', 'add', '--name', ENVIRONMENT, '--image', images.plain]);
});

async function detach(script: string, options: readonly string[] = [], env = {}): Promise<string> {
  const argv = ['run', '--detach', '--env', ENVIRONMENT, ...options, '--', 'sh', '-c', script];
  const { stdout, stderr } = await user.run(argv, { env });
  expect([stdout, stderr]).toEqual([expect.stringMatching(/^[0-9a-f]{8}\n$/), '']);
  return stdout.trim();
}

async function known(id: string, env = {}): Promise<Record<string, unknown> | undefined> {
  const argv = ['ps', '--all', '--env', ENVIRONMENT, '-o', 'json'];
  const { stdout } = await user.run(argv, { env });
  return (JSON.parse(stdout) as Record<string, unknown>[]).find((run) => run['id'] === id);
}

const recordOf = (id: string): string =>
  join(user.home, '.local/state/submarine/runs', `${id}.yaml`);

test.each([
  [['logs']],
  [['attach']],
  [['wait']],
  [['stop']],
  [['rm']],
  [['exec'], ['--', 'true']],
  [['shell', '--dry-run']],
  [['runs', 'show']],
  [['rerun']],
])('%j of what may be two runs is refused with both', async (words, rest: string[] = []) => {
  const ids = [await detach(WAIT), await detach(WAIT)];
  const { code, stderr } = await user.run([...words, ENVIRONMENT, ...rest]);
  await user.run(['rm', '--force', ...ids]);

  expect(code).toBe(2);
  expect(stderr).toContain(`"${ENVIRONMENT}" means 2 runs`);
  for (const id of ids) expect(stderr).toContain(`submarine-${ENVIRONMENT}-${id}`);
});

test.each([
  [['runs', 'show']],
  [['runs', 'diff', '@last']],
  [['rerun']],
  [['env', 'save', 'x', '--from-run']],
])('%j of a run that is not known is refused', async (words) => {
  await detach('true');
  expect(await user.run([...words, 'no-such-run'])).toMatchObject({
    ...{ code: 66, stdout: '', stderr: expect.stringContaining('no run "no-such-run"') },
  });
});

test.each([['logs'], ['wait'], ['stop'], ['rm']])(
  '%s of a run that has ended works',
  async (word) => {
    const id = await detach('echo done; exit 3');
    await user.run(['wait', id]);
    expect((await user.run([word, id])).code).toBe(word === 'wait' ? 3 : 0);
  },
);

test.each([['5'], ['soon'], ['']])('a time without a unit is refused: %j', async (time) => {
  for (const argv of [['wait'], ['stop']]) {
    expect(await user.run([...argv, `--timeout=${time}`, '@last'])).toMatchObject({
      ...{ code: 2, stderr: expect.stringContaining('Write it as 90s, 30m, 2h or 7d.') },
    });
  }
});

describe('a record', () => {
  test('of a newer version is told, and left as it is', async () => {
    const id = await detach('true');
    await user.run(['wait', id]);
    const text = (await readFile(recordOf(id), 'utf8')).replace('version: 1', 'version: 2');
    await writeFile(recordOf(id), text);

    expect(await user.run(['rerun', id])).toMatchObject({
      code: 65,
      stderr: expect.stringMatching(/a newer version of submarine wrote the record.*\n {2}update/),
    });
    const { code, stderr } = await user.run(['runs', 'list']);
    expect([code, stderr]).toEqual([0, expect.stringContaining(`the record of the run ${id}`)]);
    expect(await readFile(recordOf(id), 'utf8')).toBe(text);
    await rm(recordOf(id));
  });

  test('of somebody else is not believed', async () => {
    if (process.getuid?.() !== 0) return expect(process.getuid?.()).toBeGreaterThan(0);
    const id = await detach('true');
    await user.run(['wait', id]);
    await chown(recordOf(id), 12_345, 12_345);

    expect(await user.run(['rerun', id])).toMatchObject({
      ...{ code: 65, stdout: '', stderr: expect.stringContaining('uid 12345 owns it') },
    });
    await rm(recordOf(id));
  });

  test('of a run whose code folder is gone is not repeated', async () => {
    const folder = join(user.project, 'gone');
    await mkdir(folder);
    await detach('true', ['--code', folder]);
    await rm(folder, { recursive: true });

    expect(await user.run(['rerun', '@last'])).toMatchObject({
      code: 65,
      stderr: expect.stringContaining(`the code folder "${folder}" is gone`),
    });
  });
});

describe('when the command is killed that started a run', () => {
  test('the run goes on, is found, and ended with its end recorded', async () => {
    const name = `killed-${randomBytes(3).toString('hex')}`;
    const argv = [BUILT, 'run', '--env', ENVIRONMENT, '--name', name, '--', 'sh', '-c', WAIT];
    const child = spawn(process.execPath, argv, {
      ...{ env: user.env, cwd: user.project, stdio: ['ignore', 'pipe', 'ignore'] },
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');

    const { stdout } = await user.run(['ps', '--env', ENVIRONMENT, '-o', 'json']);
    const listed = JSON.parse(stdout) as { id: string; name: string; status: string }[];
    const run = listed.find((one) => one.name === name);
    expect(run).toMatchObject({ status: 'running' });
    expect(await user.run(['stop', name])).toMatchObject({ code: 0 });
    expect(await known(run?.id ?? '')).toMatchObject({ status: 'finished', exitCode: 5 });
  });

  test('and nobody sees the end, the run is lost', async () => {
    const id = await detach(WAIT);
    await docker('rm', '--force', `submarine-${ENVIRONMENT}-${id}`);
    const text = await readFile(recordOf(id), 'utf8');
    const before = new Date(Date.now() - 3_600_000).toISOString();
    await writeFile(recordOf(id), text.replace(/^startedAt: .*$/m, `startedAt: "${before}"`));

    expect(await known(id)).toMatchObject({ status: 'lost' });
    expect(await user.run(['wait', id])).toMatchObject({ code: 66 });
  });
});

test('a run that is paused is ended, too', async () => {
  const id = await detach(WAIT);
  await docker('pause', `submarine-${ENVIRONMENT}-${id}`);
  expect(await known(id)).toMatchObject({ status: 'paused' });
  expect(await user.run(['exec', id, '--', 'true'])).toMatchObject({ code: 125 });
  expect(await user.run(['stop', id])).toMatchObject({ code: 0 });
  expect(await known(id)).toMatchObject({ status: 'finished', exitCode: 5 });
});

test('a full disk keeps no run from starting, and is told', async () => {
  if (process.getuid?.() !== 0) return expect(process.getuid?.()).toBeGreaterThan(0);
  const state = join(user.home, 'full');
  await mkdir(state);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', state]);
  try {
    await writeFile(join(state, 'filler'), Buffer.alloc(1024 ** 2)).catch(() => {});
    const argv = ['run', '--env', ENVIRONMENT, '--', 'echo', 'hello'];
    expect(await user.run(argv, { env: { XDG_STATE_HOME: state } })).toMatchObject({
      code: 0,
      stdout: 'hello\n',
      stderr: expect.stringMatching(
        /^submarine: warning: the run [0-9a-f]{8} goes on without a record: /,
      ),
    });
  } finally {
    execFileSync('umount', [state]);
  }
});

describe('when the engine is started again', () => {
  let image: string;

  beforeAll(async () => {
    image = await preparedImage(images.plain);
  });

  async function onSecondEngine(options?: string) {
    const engine = await startSecondEngine(options);
    await engine.load(image);
    const env = { DOCKER_HOST: engine.host };
    await user.run(['env', 'add', '--replace', '--name', ENVIRONMENT, '--image', image]);
    return { engine, env };
  }

  test('what it had running has ended, and what was printed is there', async () => {
    const { engine, env } = await onSecondEngine();
    const id = await detach('echo before; sleep 600', ['--no-code'], env);
    await poll(async () => (await user.run(['logs', id], { env })).stdout === 'before\n');
    await engine.restart();

    expect(await known(id, env)).toMatchObject({ status: 'finished', reason: 'signal' });
    expect((await user.run(['logs', id], { env })).stdout).toBe('before\n');
  });

  test('and keeps its containers, a log is followed on without a byte twice', async () => {
    const { engine, env } = await onSecondEngine('--live-restore');
    const count = 'for i in 1 2 3 4 5 6 7 8 9; do echo "line $i"; sleep 1; done; exit 4';
    const id = await detach(count, ['--no-code'], env);
    // Another engine does not know it, and does not take it for lost.
    expect(await known(id)).toMatchObject({ status: 'unknown' });
    const followed = user.run(['logs', '--follow', id], { env });
    await poll(async () => (await user.run(['logs', id], { env })).stdout.includes('line 2'));
    const tailed = user.run(['logs', '--follow', '--tail', '1', id], { env });
    await sleep(1500);
    await engine.restart();

    const lines = Array.from({ length: 9 }, (_, index) => `line ${index + 1}\n`);
    expect((await followed).stdout).toBe(lines.join(''));
    const last = (await tailed).stdout;
    expect(last).toBe(lines.slice(-last.split('\n').length + 1).join(''));
    expect(await user.run(['wait', id], { env })).toMatchObject({ code: 4 });
  });
});
