import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

import { beforeAll, expect, test } from '@jest/globals';

import { images } from '../support/bed.ts';
import type { User } from '../support/submarine.ts';
import { BUILT, newUser } from '../support/submarine.ts';
import { startInTerminal } from '../support/terminal.ts';

let user: User;

beforeAll(async () => {
  user = await newUser();
  await user.run(['env', 'add', '--name', 'plain', '--image', images.plain]);
  await user.run(['env', 'add', '--name', 'busybox', '--image', images.busybox]);
});

const LIMITED = ['--timeout', '1s', '--', 'sh', '-c'];

async function lastEnd(): Promise<unknown> {
  const { stdout } = await user.run(['runs', 'show', '@last', '-o', 'json']);
  return (JSON.parse(stdout) as { readonly end: unknown }).end;
}

test('a command that takes too long is asked to end', async () => {
  const script = 'trap "echo asked; exit 9" TERM; while :; do sleep 0.1; done';
  expect(await user.run(['run', '--env', 'plain', ...LIMITED, script])).toEqual({
    code: 124,
    stdout: 'asked\n',
    stderr: expect.stringMatching(/^submarine: the command was ended when 1s had passed$/m),
  });
});

test.each([
  ['plain', 'sleep 60'],
  ['plain', 'trap "" TERM; while :; do sleep 1; done'],
  ['busybox', 'sleep 60'],
])('one that ends by that or has to be killed is recorded so: %s, %s', async (name, script) => {
  expect(await user.run(['run', '--env', name, ...LIMITED, script])).toMatchObject({ code: 124 });
  expect(await lastEnd()).toMatchObject({ reason: 'timeout', exitCode: 124 });
});

test.each(['plain', 'busybox'])(
  'a signal of the user’s own reaches it as itself, as without a limit: %s',
  async (name) => {
    const script =
      'trap "echo usr1" USR1; echo ready; i=0; while [ $i -lt 20 ]; do i=$((i + 1)); sleep 0.1; done';
    const argv = ['run', '--env', name, '--timeout', '1m', '--', 'sh', '-c', script];
    const child = spawn(process.execPath, [BUILT, ...argv], {
      ...{ env: user.env, cwd: user.project, stdio: ['ignore', 'pipe', 'inherit'] },
    });
    const said = text(child.stdout);
    child.stdout.once('data', () => setTimeout(() => child.kill('SIGUSR1'), 200));

    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await said).toBe('ready\nusr1\n');
  },
);

test('another command in the container has no limit', async () => {
  const argv = ['run', '--detach', '--env', 'plain', '--timeout', '1m', '--', 'sleep', '60'];
  const id = (await user.run(argv)).stdout.trim();
  const parent = 'read -r name </proc/$PPID/comm 2>/dev/null; echo "[$name] [$SUBMARINE_TIMEOUT]"';

  expect((await user.run(['exec', id, '--', 'sh', '-c', parent])).stdout).toBe('[] []\n');
  await user.run(['rm', '--force', id]);
});

test('a command that ends in time ends with its own code', async () => {
  const argv = ['run', '--env', 'plain', '--timeout', '1m', '--', 'sh', '-c', 'exit 124'];
  expect(await user.run(argv)).toEqual({ code: 124, stdout: '', stderr: '' });
  expect(await lastEnd()).toMatchObject({ reason: 'exit' });
});

test('a command that cannot be found is told as without a limit', async () => {
  const argv = ['run', '--env', 'plain', '--timeout', '1m', '--', 'no-such-command'];
  expect(await user.run(argv)).toMatchObject({
    code: 127,
    stderr: expect.stringContaining('there is no command "no-such-command"'),
  });
});

test('the limit holds in a run that was detached, and in its repetition', async () => {
  await user.run(['run', '--detach', '--env', 'plain', ...LIMITED, 'sleep 60']);
  expect(await user.run(['wait', '@last'])).toMatchObject({ code: 124 });
  expect(await lastEnd()).toMatchObject({ reason: 'timeout' });
  expect(await user.run(['rerun', '@last'])).toMatchObject({
    code: 124,
    stderr: 'submarine: the command was ended when its time had passed\n',
  });
});

test.each(['plain', 'busybox'])(
  'a command with a limit reads a terminal, and hears Ctrl-C there: %s',
  async (name) => {
    const script =
      'read answer; echo "got $answer"; trap "echo heard; exit 5" INT; echo ready; while :; do sleep 0.1; done';
    const argv = [BUILT, 'run', '--env', name, '--timeout', '1m', '--', 'sh', '-c', script];
    const terminal = await startInTerminal(process.execPath, argv, {
      ...{ env: user.env, cwd: user.project },
    });
    terminal.type('yes\r');
    await terminal.until('ready');
    terminal.type('\u0003');
    expect(await terminal.end()).toBe(5);
    expect(terminal.output()).toMatch(/got yes[^]*heard/);
  },
);

test('an image without timeout is refused, before the command begins', async () => {
  await user.run(['env', 'add', '--name', 'bare', '--image', images.shAlone]);
  const argv = ['run', '--env', 'bare', '--timeout', '1m', '--', '/bin/sh', '-c', 'echo begun'];
  expect(await user.run(argv)).toEqual({
    code: 65,
    stdout: '',
    stderr: expect.stringContaining('the image has no program "timeout"'),
  });
});

test.each(['30', '0.5s', 'soon', '-1s', '100d'])('a limit of %s is refused', async (limit) => {
  expect(
    await user.run(['run', '--env', 'plain', `--timeout=${limit}`, '--', 'true']),
  ).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("option '--timeout <time>' argument"),
  });
});

test.each([
  ['wait', '--timeout', '30d', '@last'],
  ['stop', '--timeout', '30d', '@last'],
  ['run', '--env', 'plain', '--stop-timeout', '2500000', '--', 'true'],
])('a time that no timer can wait for is refused: %s %s %s %s', async (...argv) => {
  expect(await user.run(argv)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/24d at most|24 days/),
  });
});
