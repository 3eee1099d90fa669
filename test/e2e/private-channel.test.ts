import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, expect, test } from '@jest/globals';

import { images, temporaryDirectory } from '../support/bed.ts';
import type { ChannelServer } from '../support/channel-server.ts';
import { serveChannel } from '../support/channel-server.ts';
import type { User } from '../support/submarine.ts';
import { newUser } from '../support/submarine.ts';

const PASSWORD = 'a-password-of-nobody';
/** The channel is on this machine's loopback, which containers on its network see, too. */
const HOST_NETWORK = '--engine-arg=--network=host';

let user: User;
let channel: ChannelServer;
let environment: readonly string[];

beforeAll(async () => {
  user = await newUser();
  channel = await serveChannel(`me:${PASSWORD}`);
  const kernel = ['--kernel', 'k', '--channel', channel.url, '--channel', 'nodefaults'];
  environment = ['--name', 'private', '--image', images.test, ...kernel, '--dependency', 'hello'];
  await user.run(['env', 'add', ...environment]);
});

/** @returns the path of the user's `.netrc` */
async function writeLogin({ home }: User): Promise<string> {
  const netrc = join(home, '.netrc');
  await writeFile(netrc, `machine 127.0.0.1 login me password ${PASSWORD}\n`, { mode: 0o600 });
  return netrc;
}

test('without a login, locking and building are refused for that reason', async () => {
  expect(await user.run(['env', 'lock', 'private'])).toMatchObject({
    code: 65,
    stderr: expect.stringMatching(/401/),
  });
  const { code, stderr } = await user.run(['kernel', 'build', 'private', HOST_NETWORK]);
  expect(code).toBe(65);
  expect(stderr).toMatch(/login|password|credential/i);
});

test('a login in .netrc is enough to lock and to build, and stands in neither lock nor log', async () => {
  const netrc = await writeLogin(user);

  const locked = await user.run(['env', 'lock', 'private']);
  expect([locked.code, locked.stderr]).toEqual([0, expect.stringContaining('1 package')]);
  const { code, stdout, stderr } = await user.run([
    'run',
    '--env',
    'private',
    '--frozen',
    HOST_NETWORK,
    '--',
    'hello',
  ]);
  await rm(netrc);

  expect([code, stdout]).toEqual([0, expect.stringMatching(/^hello from /)]);
  const written = [await readFile(locked.stdout.trim(), 'utf8'), stderr];
  const logs = join(user.home, '.cache/submarine/logs');
  for (const name of await readdir(logs)) written.push(await readFile(join(logs, name), 'utf8'));
  expect(written.length).toBeGreaterThan(2);
  for (const text of written) expect(text).not.toContain(PASSWORD);
});

test('an environment that came with a project is built without logins until the project is trusted', async () => {
  const cloner = await newUser();
  const netrc = await writeLogin(cloner);
  const folder = await temporaryDirectory();
  await writeFile(join(folder, '.submarinerc'), 'store: environments.yaml\nenv: private\n');
  await cloner.run(['env', 'add', ...environment], { cwd: folder });
  const commands = [
    ['env', 'lock', 'private'],
    ['run', '--no-lock', HOST_NETWORK, '--', 'hello'],
    ['image', 'bake', 'private', '--tag', 'submarine-test-private', HOST_NETWORK],
  ];
  const warning = [
    `submarine: warning: the environments of "${folder}" came with its code, so builds do not get your logins (${netrc})`,
    `  lend them, if you trust the project: submarine trust ${folder}`,
  ].join('\n');

  for (const command of commands) {
    const { code, stderr } = await cloner.run(command, { cwd: folder });
    expect([command[0], code, stderr.split(warning)]).toEqual([
      command[0],
      65,
      [expect.anything(), expect.stringMatching(/401|login|password|credential/i)],
    ]);
  }

  await cloner.run(['trust', folder]);
  for (const command of commands.slice(0, 2)) {
    const { code, stderr } = await cloner.run(command, { cwd: folder });
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('warning')]);
  }
});
