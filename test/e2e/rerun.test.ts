import { execFileSync } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { derivedImage, docker, images, temporaryDirectory, TEST_CHANNEL } from '../support/bed.ts';
import type { User } from '../support/submarine.ts';
import { newUser } from '../support/submarine.ts';

let user: User;

beforeAll(async () => {
  user = await newUser();
  const kernel = { name: 'k', channels: [TEST_CHANNEL, 'nodefaults'], dependencies: ['hello'] };
  const profile = { name: 'once', 'docker-image': images.test, kernel };
  await user.run(['env', 'add', '-'], { stdin: JSON.stringify(profile) });
});

function run(script: string, ...options: string[]) {
  return user.run(['run', '--env', 'once', ...options, '--', 'sh', '-c', script]);
}

async function lastRecordPath(): Promise<string> {
  const { stdout } = await user.run(['runs', 'list', '-o', 'name']);
  const [id = ''] = stdout.split('\n');
  return join(user.home, '.local/state/submarine/runs', `${id}.yaml`);
}

async function lastRecord(): Promise<string> {
  return readFile(await lastRecordPath(), 'utf8');
}

test('a value of a variable is in no record unless that is asked for, and asked for by a rerun', async () => {
  await run('echo "$WORD"', '-e', 'WORD=not-to-be-kept');
  expect(await lastRecord()).not.toContain('not-to-be-kept');
  expect(await user.run(['rerun', '@last'])).toMatchObject({
    code: 65,
    stdout: '',
    stderr: expect.stringContaining('the value of the variable WORD was not recorded'),
  });
  expect(await user.run(['rerun', '-e', 'WORD=given', '@last'])).toMatchObject({
    ...{ code: 0, stdout: 'given\n' },
  });

  await run('echo "$WORD"', '--record-env', '-e', 'WORD=kept');
  expect(await user.run(['rerun', '@last'])).toMatchObject({ code: 0, stdout: 'kept\n' });
});

test('results are compared, and a folder that is not mounted has none', async () => {
  await run('mkdir -p out; echo same >out/a', '--results', 'out');
  expect((await user.run(['rerun', '@last'])).stderr).toBe('results: same\n');

  await run('mkdir -p out; date +%N >out/b', '--results', 'out');
  expect((await user.run(['rerun', '@last'])).stderr).toMatch(/^results: .*\/out\/b differ\n$/);

  expect(await run('true', '--results', '/elsewhere')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('the results folder "/elsewhere" is not mounted'),
  });
});

test('a folder of results that stays empty is told', async () => {
  expect((await run('true', '--results', 'nothing')).stderr).toContain(
    `the run has left no file in the results folder "${user.project}/nothing"`,
  );
});

describe('of a run of code in a repository', () => {
  let code: string;

  beforeEach(async () => {
    code = await temporaryDirectory();
    git('init', '--quiet');
    await writeFile(join(code, 'known.sh'), 'echo known\n');
    git('add', '.');
    git('-c', 'user.name=me', '-c', 'user.email=me@x', 'commit', '--quiet', '-m', 'first');
  });

  function git(...words: string[]): void {
    execFileSync('git', words, { cwd: code });
  }

  const runThere = (script: string, ...options: string[]) =>
    run(script, '--code', code, ...options);

  test('a new file that has changed is a change', async () => {
    await writeFile(join(code, 'new.sh'), 'echo A\n');
    await runThere('. ./new.sh');
    expect(await user.run(['rerun', '@last'])).toMatchObject({ code: 0, stdout: 'A\n' });

    await writeFile(join(code, 'new.sh'), 'echo B\n');
    expect(await user.run(['rerun', '@last'])).toMatchObject({
      code: 65,
      stderr: expect.stringContaining('the code differs from its commit in another way'),
    });
    expect((await user.run(['runs', 'show', '@last', '--diff'])).stdout).toContain('+echo A\n');
  });

  test('a record without the differences is enough to tell that nothing has changed', async () => {
    await writeFile(join(code, 'new.sh'), 'echo A\n');
    await runThere('. ./new.sh', '--no-diff');
    expect(await user.run(['rerun', '@last'])).toMatchObject({ code: 0, stdout: 'A\n' });
  });

  test('its results there are no change of the code', async () => {
    await runThere('mkdir -p out; echo 1 >out/a', '--results', join(code, 'out'));
    expect(await user.run(['rerun', '@last'])).toMatchObject({
      ...{ code: 0, stderr: 'results: same\n' },
    });
  });
});

test('a notebook is not repeated', async () => {
  await run('true');
  const path = await lastRecordPath();
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace('"kind":"run"', '"kind":"notebook"'));
  expect(await user.run(['rerun', '@last'])).toMatchObject({
    code: 125,
    stderr: expect.stringContaining('submarine notebook --env run:'),
  });
});

test('a run is repeated when its environment is gone, and not when its kernel is and was not locked', async () => {
  await run('hello');
  await user.run(['env', 'delete', 'once', '--yes']);
  expect(await user.run(['rerun', '@last'])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^hello from/),
  });

  const kernels = join(user.home, '.cache/submarine/kernels');
  for (const name of await readdir(kernels)) await rm(join(kernels, name), { recursive: true });
  expect(await user.run(['rerun', '@last'])).toMatchObject({
    code: 65,
    stderr: expect.stringContaining('it was not locked, and its kernel is gone'),
  });
});

test('a run whose image is gone is not repeated in another of that name, unless that is allowed', async () => {
  const image = await derivedImage(images.plain, ['LABEL gone=1']);
  const name = `submarine-test:gone-${process.pid}`;
  await docker('tag', image, name);
  await user.run(['env', 'add', '--name', 'gone', '--image', name]);
  await user.run(['run', '--env', 'gone', '--', 'echo', 'hello']);
  await docker('rmi', name, image);
  await docker('tag', images.plain, name);

  expect(await user.run(['rerun', '@last'])).toMatchObject({
    code: 65,
    stderr: expect.stringMatching(
      /^submarine: the image of the run [0-9a-f]{8} is gone: .*never pushed/,
    ),
  });
  expect(await user.run(['run', '--env', 'run:@last', '--', 'true'])).toMatchObject({ code: 65 });
  expect(await user.run(['rerun', '--allow-changes', '@last'])).toMatchObject({
    ...{ code: 0, stdout: 'hello\n', stderr: expect.stringContaining('never pushed') },
  });
  await docker('rmi', name);
});

test('a record that was cut off is told as damaged', async () => {
  const folder = join(user.home, '.local/state/submarine/runs');
  const text = await lastRecord();
  await writeFile(join(folder, '0123abcd.yaml'), text.slice(0, 200));

  expect(await user.run(['rerun', '0123abcd'])).toMatchObject({
    code: 65,
    stderr: expect.stringContaining('the record of the run 0123abcd is damaged'),
  });
});
