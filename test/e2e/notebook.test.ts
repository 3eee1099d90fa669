import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { beforeAll, describe, expect, test } from '@jest/globals';

import { CHANNEL, docker, images } from '../support/bed.ts';
import { execute, inTerminal } from '../support/notebook.ts';
import { poll } from '../support/poll.ts';
import { endWithTest } from '../support/started.ts';
import type { User } from '../support/submarine.ts';
import { BUILT, newUser } from '../support/submarine.ts';

let user: User;

beforeAll(async () => {
  user = await newUser();
  await user.run(['env', 'add', '--name', 'bare', '--image', images.plain]);
  const kernel = ['--kernel', 'team', '--channel', CHANNEL, '--dependency', 'python'];
  await user.run(['env', 'add', '--name', 'without', '--image', images.example, ...kernel]);
  const withJupyter = [...kernel, '--dependency', 'pip', '--pip', 'ipykernel==7.4.0'];
  await user.run(['env', 'add', '--name', 'nb', '--image', images.example, ...withJupyter]);
});

test('a notebook runs in the kernel of the environment, and Ctrl-C ends all of it', async () => {
  const name = `notebook-${process.pid}`;
  const server = spawn(
    process.execPath,
    [BUILT, 'notebook', '--env', 'nb', '--name', name, '--no-browser', '-e', 'GIVEN=by me'],
    { env: user.env, cwd: user.project, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  endWithTest(server);
  const closed = once(server, 'close');
  let stdout = '';
  let stderr = '';
  server.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  server.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  await poll(
    () => stdout.includes('\n') || server.exitCode !== null,
    () => stderr,
  );
  const url = new URL(stdout);
  const token = url.searchParams.get('token') ?? '';

  // The address is the only line, and it opens at once.
  expect(stdout).toBe(`${url.href}\n`);
  expect(url.hostname).toBe('127.0.0.1');
  expect((await fetch(url)).status).toBe(200);
  expect((await fetch(new URL('/api/contents', url))).status).toBe(403);
  expect(token).toMatch(/^[0-9a-f]{48}$/);
  expect((await docker('container', 'inspect', name)).stdout).not.toContain(token);

  const source =
    'import os, sys; print(sys.prefix, os.environ["CONDA_PREFIX"], os.environ["GIVEN"], os.getcwd())';
  const [prefix, condaPrefix, ...rest] = (await execute(url, source)).trim().split(' ');
  expect(prefix).toMatch(/^\/submarine\/kernels\/linux-.*\/[0-9a-f]{32}$/);
  expect(condaPrefix).toBe(prefix);
  expect(rest.join(' ')).toBe('by me /code/project');

  const shown = await inTerminal(
    url,
    'python -c "import sys; print(sys.prefix)"; echo "$PS1" e""nd',
    'end',
  );
  expect(shown).toContain(`${prefix}\r\n`);
  expect(shown).toContain('(team)');

  // Nor is a person told that nothing between the server and its kernels, in one container, is encrypted.
  expect(stderr).not.toContain('encryption');

  server.kill('SIGINT');
  expect((await closed)[0]).toBe(0);
  // The engine may still be removing what has ended.
  await poll(async () => (await docker('container', 'inspect', name)).exitCode !== 0);
});

describe('what is missing is named', () => {
  test('Jupyter, in the image and the kernel', async () => {
    const { code, stdout, stderr } = await user.run(['notebook', '--env', 'bare', '--no-browser']);

    expect(stderr).toMatch(/[Jj]upyter/);
    expect([code, stdout]).toEqual([127, '']);
    expect(stderr.trimEnd().split('\n')).toHaveLength(2);
  });

  test('ipykernel, in the kernel', async () => {
    const { code, stderr } = await user.run(['notebook', '--env', 'without', '--no-browser']);

    expect(stderr).toContain('- ipykernel');
    expect(code).toBe(65);
  });

  test('a token of the user, which would not be used', async () => {
    expect((await user.run(['notebook', '--env', 'bare', '-e', 'JUPYTER_TOKEN=x'])).code).toBe(2);
  });

  test('the folder', async () => {
    expect((await user.run(['notebook', '--env', 'bare', 'nowhere'])).code).toBe(2);
  });
});

test('a dry run prints a command that can be pasted, whose server makes a token of its own', async () => {
  const { stdout } = await user.run(['notebook', '--env', 'nb', '--dry-run']);

  expect(stdout).toMatch(/^docker run --rm --init --name /);
  expect(stdout).not.toMatch(/token|SUBMARINE_SECRETS/i);
  expect(stdout).toContain('--publish 127.0.0.1::8888');
  expect(stdout).toContain(' --kernel team -- jupyter lab ');
});
