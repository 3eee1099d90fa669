import { readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from '@jest/globals';

import { CHANNEL, images, TEST_CHANNEL } from '../support/bed.ts';
import type { User } from '../support/submarine.ts';
import { newUser } from '../support/submarine.ts';

let user: User;

beforeAll(async () => {
  user = await newUser();
  await add('held', 'kernel:\n  name: plain\n');
  await add('missing', 'kernel:\n  name: plian\n');
  await add(
    'built',
    `kernel:\n  name: team\n  channels: ["${CHANNEL}"]\n  dependencies: [python]\n  variables: {GREETING: "it's $HOME", OTHER: kernel}\n`,
  );
});

function add(name: string, kernel: string, image: string = images.test) {
  return user.run(['env', 'add', '-'], {
    stdin: `name: ${name}\ndocker-image: ${image}\n${kernel}`,
  });
}

function run(name: string, ...argv: string[]) {
  return user.run(['run', '--env', name, ...argv]);
}

function cache(...path: string[]): string {
  return join(user.home, '.cache/submarine', ...path);
}

test('a kernel that the image holds is activated', async () => {
  const { code, stdout, stderr } = await run(
    'held',
    '--',
    'sh',
    '-c',
    'echo $CONDA_DEFAULT_ENV $CONDA_PREFIX',
  );

  expect(stderr).toBe('');
  expect([code, stdout]).toEqual([0, 'plain /opt/conda/envs/plain\n']);
});

test('of one that it does not hold, the error lists those that it does', async () => {
  const { code, stderr } = await run('missing', '--', 'true');

  expect(code).toBe(66);
  expect(stderr).toMatch(/"plian"\n.*\bplain\b/);
});

test("a kernel is built on first use and found on the second, the caller's and not root's", async () => {
  const prefix = ['--', 'python', '-c', 'import sys; print(sys.prefix)'];
  const first = await run('built', ...prefix);
  const inside = first.stdout.trim();
  const mark = cache(inside.replace('/submarine/', ''), 'conda-meta/submarine-complete');
  const { mtimeMs, uid } = await stat(mark);

  const second = await run('built', ...prefix);

  expect(first).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^\/submarine\/kernels\/linux-/),
    stderr: expect.stringMatching(/^submarine: kernel "team" was built in \d+ s; log: .*\n$/),
  });
  expect(second).toEqual({ ...first, stderr: '' });
  expect((await stat(mark)).mtimeMs).toBe(mtimeMs);
  expect(uid).toBe(process.getuid?.());
  expect(await readFile(mark, 'utf8')).toMatch(/^image sha256:/m);
});

test("a build reads the user's settings of conda", async () => {
  const condarc = join(user.home, '.condarc');
  await writeFile(condarc, 'channel_alias: file:///opt\n');
  await add('alias', 'kernel: {name: k, channels: [test-channel], dependencies: [hello]}\n');

  const { code, stdout } = await run('alias', '--', 'hello');
  await rm(condarc);

  expect([code, stdout]).toEqual([0, expect.stringMatching(/^hello from /)]);
});

test('a variable of the kernel is set to the letter, and one of the user wins', async () => {
  const script = 'printf "%s|%s|%s" "$GREETING" "$OTHER" "$SUBMARINE_KERNEL"';

  const { stdout } = await run('built', '-e', 'OTHER=user', '--', 'sh', '-c', script);

  expect(stdout).toBe("it's $HOME|user|team");
});

describe('a kernel that cannot be built', () => {
  test('is explained, with a log that names each of its 500 dependencies', async () => {
    const dependencies = Array.from(
      { length: 500 },
      (_, index) => `package-number-${index}=1.0.${index}=build_0`,
    );
    const lines = dependencies.map((line) => `    - ${line}\n`).join('');
    await add(
      'long',
      `kernel:\n  name: k\n  channels: ["${TEST_CHANNEL}"]\n  dependencies:\n${lines}`,
    );

    const { code, stderr } = await run('long', '--', 'true');

    expect(code).toBe(65);
    expect(stderr).toMatch(/kernel "k" could not be built: no channel or index has such a package/);
    expect(stderr).toContain(`log: ${cache('logs')}/`);
    const [, log = ''] = /log: (.*)/.exec(stderr) ?? [];
    const told = await readFile(log, 'utf8');
    expect(dependencies.filter((_, index) => !told.includes(`package-number-${index}==`))).toEqual(
      [],
    );
  });

  test('because the image has nothing to build it with, says so', async () => {
    await add('nothing', 'kernel:\n  name: k\n  dependencies: [python]\n', images.plain);

    const { code, stderr } = await run('nothing', '--', 'true');

    expect([code, stderr]).toEqual([65, expect.stringContaining('no conda, mamba or micromamba')]);
  });

  test('because its pip lines fail, is as if it had never been begun', async () => {
    await add(
      'pip',
      `kernel:\n  name: k\n  channels: ["${CHANNEL}"]\n  dependencies: [python, pip, {pip: ["no-such-package-at-all==1.0"]}]\n`,
    );
    const before = await readdir(cache('kernels', (await readdir(cache('kernels')))[0] ?? ''));

    const { code } = await run('pip', '--', 'true');

    expect(code).toBe(65);
    expect(await readdir(cache('kernels', (await readdir(cache('kernels')))[0] ?? ''))).toEqual(
      before,
    );
  });
});
