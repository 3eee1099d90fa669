import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, expect, test } from '@jest/globals';

import { dockerOutput, images, TEST_CHANNEL } from '../support/bed.ts';
import { poll } from '../support/poll.ts';
import { endWithTest } from '../support/started.ts';
import type { User } from '../support/submarine.ts';
import { BUILT, newUser } from '../support/submarine.ts';
import { startInTerminal } from '../support/terminal.ts';

/** Of no other test, whose containers are on the same engine. */
let environment: string;
let user: User;
let serial = 0;

beforeEach(async () => {
  user = await newUser();
  environment = `together-${process.pid}-${(serial += 1)}`;
  const kernel = { name: 'k', channels: [TEST_CHANNEL, 'nodefaults'], dependencies: ['slow'] };
  const profile = { name: environment, 'docker-image': images.test, kernel };
  await user.run(['env', 'add', '-'], { stdin: JSON.stringify(profile) });
});

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<readonly [code: number | null, signal: string | null]>;
}

function argvOfStart(): string[] {
  return [BUILT, 'run', '--env', environment, '--no-code', '--', 'true'];
}

/** The command as a process of its own. */
function start(): Started {
  const child = spawn(process.execPath, argvOfStart(), {
    env: user.env,
    cwd: user.project,
    stdio: 'ignore',
  });
  endWithTest(child);
  const ended = once(child, 'close') as Promise<[number | null, string | null]>;
  return { child, ended };
}

function containers(...options: readonly string[]): Promise<string> {
  const label = `label=submarine.env=${environment}`;
  return dockerOutput('ps', '--quiet', '--no-trunc', '--filter', label, ...options);
}

/** Waits for the container that installs, which takes its time for the package. */
async function installing(): Promise<void> {
  await poll(async () => (await containers('--filter', 'name=submarine-install-')) !== '');
}

/** What is in the folder of kernels, of each platform. */
async function kernels(): Promise<readonly string[]> {
  const folder = join(user.home, '.cache/submarine/kernels');
  const platforms = await readdir(folder);
  const found = platforms.map(async (platform) =>
    (await readdir(join(folder, platform))).map((digest) => join(folder, platform, digest)),
  );
  return (await Promise.all(found)).flat();
}

function isFinished(kernel: string): boolean {
  return existsSync(join(kernel, 'conda-meta/submarine-complete'));
}

test('ten starts at once build their kernel once, and all find it', async () => {
  const since = (Date.now() / 1000).toFixed(3);

  const starts = Array.from({ length: 10 }, start);
  const ends = await Promise.all(starts.map(({ ended }) => ended));

  expect(ends).toEqual(Array.from({ length: 10 }, () => [0, null]));
  const installs = await dockerOutput(
    ...['events', '--since', since, '--until', (Date.now() / 1000).toFixed(3)],
    ...['--filter', 'event=start', '--filter', `label=submarine.env=${environment}`],
    ...['--format', '{{.Actor.Attributes.name}}'],
  );
  const count = (beginning: string): number =>
    installs.split('\n').filter((name) => name.startsWith(beginning)).length;
  expect([count('submarine-solve-'), count('submarine-install-')]).toEqual([1, 1]);
  expect(count(`submarine-${environment}-`)).toBe(10);
  expect((await kernels()).map(isFinished)).toEqual([true]);
});

test('a start on a terminal says what it waits for, and goes on as soon as that is there', async () => {
  const first = start();
  await installing();
  const second = await startInTerminal(process.execPath, argvOfStart(), {
    env: user.env,
    cwd: user.project,
  });
  await second.until(`${environment}: waiting for its kernel, which process ${first.child.pid} of`);

  expect([await first.ended, await second.end()]).toEqual([[0, null], 0]);
});

test('a build whose command is killed is seen as none, and done anew by the next start', async () => {
  const killed = start();
  await installing();
  killed.child.kill('SIGKILL');
  await killed.ended;
  const [left = ''] = await kernels();
  expect(isFinished(left)).toBe(false);

  const next = start();

  expect(await next.ended).toEqual([0, null]);
  expect((await kernels()).map(isFinished)).toEqual([true]);
});

test('Ctrl-C ends a build, and leaves neither a container nor half a kernel', async () => {
  const stopped = start();
  await installing();
  stopped.child.kill('SIGINT');

  expect(await stopped.ended).toEqual([130, null]);
  await poll(async () => (await containers('--all')) === '');
  const [left = ''] = await kernels();
  expect(isFinished(left)).toBe(false);
  expect(await readdir(join(user.home, '.cache/submarine/builds'))).toEqual([]);
});
