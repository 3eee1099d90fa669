import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, expect, test } from '@jest/globals';

import { images, TEST_CHANNEL } from '../support/bed.ts';
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

async function lastRecord(): Promise<string> {
  const { stdout } = await user.run(['ps', '--all', '-o', 'name']);
  const [id = ''] = stdout.split('\n');
  return readFile(join(user.home, '.local/state/submarine/runs', `${id}.yaml`), 'utf8');
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
    stderr: expect.stringContaining('is gone, and was not locked'),
  });
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
