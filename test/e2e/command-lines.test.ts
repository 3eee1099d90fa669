import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from '@jest/globals';

import type { User } from '../support/submarine.ts';
import { newUser } from '../support/submarine.ts';

let user: User;

beforeAll(async () => {
  user = await newUser();
});

describe('help', () => {
  test.each([
    ['help env add', 'Usage: submarine env add|create '],
    ['help env', 'Usage: submarine env '],
    ['help env create', 'Usage: submarine env add|create '],
    ['env help add', 'Usage: submarine env add|create '],
    ['env add --help', 'Usage: submarine env add|create '],
    ['trust . --help', 'Usage: submarine trust '],
    ['help trust list', 'Usage: submarine trust list|ls '],
    ['help help', 'Usage: submarine [options] [command]'],
    ['help', 'Usage: submarine [options] [command]'],
  ])('is there for: %s', async (line, beginning) => {
    const { code, stdout } = await user.run(line.split(' '));
    expect([code, stdout.slice(0, beginning.length)]).toEqual([0, beginning]);
  });

  test.each([
    ['help nosuch', 'see: submarine --help'],
    ['nosuch --help', 'see: submarine --help'],
    ['help env nosuch', 'see: submarine env --help'],
    ['env nosuch --help', 'see: submarine env --help'],
    ['help rnu', 'did you mean run?'],
  ])('is refused for what is no command: %s', async (line, hint) => {
    expect(await user.run(line.split(' '))).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(
        new RegExp(
          `^submarine: unknown command "(?:nosuch|rnu)"\n  ${hint.replace('?', '\\?')}\n$`,
        ),
      ),
    });
  });

  test('for a command in an environment is that command’s own', async () => {
    await user.run(['env', 'add', '--name', 'lines', '--image', 'alpine']);
    const argv = ['run', '--env', 'lines', '--dry-run', 'python', '--help'];
    expect((await user.run(argv)).stdout).toMatch(/ python --help\n$/);
  });
});

describe('names that people know from other tools', () => {
  test('mean the same', async () => {
    expect(await user.run(['env', 'create', '--name', 'known', '--image', 'alpine'])).toMatchObject(
      {
        code: 0,
      },
    );
    expect(await user.run(['env', 'use', 'known'])).toMatchObject({ code: 0 });
    expect((await user.run(['env', 'info', 'known'])).stdout).toContain('docker-image: alpine');
    expect(await user.run(['env', 'remove', 'known', '--yes'])).toMatchObject({ code: 0 });
    expect((await user.run(['kernel', 'ls', '-o', 'json'])).code).toBe(0);
    expect((await user.run(['version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('or are answered with ours', async () => {
    expect(await user.run(['kernel', 'rm', 'demo'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('write: submarine kernel prune demo'),
    });
  });
});

test('an environment that is chosen and not there is not the current one', async () => {
  const env = { SUBMARINE_ENV: 'ghost' };
  expect(await user.run(['env', 'current'], { env })).toEqual({
    code: 66,
    stdout: '',
    stderr: expect.stringContaining('no environment "ghost" in the store'),
  });
});

test.each([
  [['notebook', '--env', 'lines', 'train.py']],
  [['run', '--env', 'lines', '--code', 'train.py', 'true']],
])('a file in the place of the code folder is told to be one: %j', async (argv) => {
  await user.run(['env', 'add', '--name', 'lines', '--image', 'alpine', '--replace']);
  await writeFile(join(user.project, 'train.py'), '');

  expect(await user.run(argv)).toEqual({
    code: 2,
    stdout: '',
    stderr: `submarine: the code "${user.project}/train.py" is a file, and not a folder\n  name the folder that it is in: ${user.project}\n`,
  });
});
