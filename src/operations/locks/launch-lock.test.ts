import { beforeEach, expect, test } from '@jest/globals';

import { writeLock } from '../../../test/support/stored-lock.ts';
import type { User } from '../../../test/support/submarine.ts';
import { newUser } from '../../../test/support/submarine.ts';
import type { Lock, PlatformLock } from '../../lock/lock.ts';

const IMAGE = `alpine@sha256:${'0'.repeat(64)}`;
const EXACT: PlatformLock = {
  virtualPackages: {},
  packages: [
    {
      ...{ name: 'pip', version: '24', build: '0', md5: '0'.repeat(32) },
      url: 'https://c.example/noarch/pip-24-0.conda',
    },
  ],
  pip: [{ name: 'x', version: '1', url: 'https://x.example/x-1.whl', sha256: '0'.repeat(64) }],
};
const OPEN: PlatformLock = { ...EXACT, pip: 'open' };

let user: User;

/** A user without an engine, with an environment `demo` that has pip lines. */
beforeEach(async () => {
  user = await newUser();
  const options = ['--dependency', 'pip', '--pip', 'x'];
  await run('env', 'add', '--name', 'demo', '--image', IMAGE, ...options);
});

const run = (...argv: string[]) => user.run(argv, { env: { PATH: '/nowhere' } });

function lockDemo(platforms: Lock['platforms']): Promise<void> {
  const content = { dependencies: ['pip', { pip: ['x'] }] };
  return writeLock(user, 'demo', { image: { reference: IMAGE }, content, platforms });
}

test('a frozen start needs exact versions for its own platform alone', async () => {
  const start = () => run('run', '--env', 'demo', '--frozen', '--dry-run', '--no-code', '--', 'x');

  await lockDemo({ 'linux-64': EXACT, 'linux-aarch64': OPEN });
  expect(await start()).toMatchObject({ code: 0, stdout: expect.stringContaining(IMAGE) });

  await lockDemo({ 'linux-64': OPEN, 'linux-aarch64': EXACT });
  expect(await start()).toMatchObject({
    code: 65,
    stdout: '',
    stderr: expect.stringContaining(
      'the environment "demo" has a lock that is open: the pip packages of linux-64 have no exact versions',
    ),
  });
});

test('a frozen start refuses a lock that lacks checksums, before it asks for an engine', async () => {
  const start = (...options: string[]) =>
    run('run', '--env', 'demo', ...options, '--no-code', '--', 'x');
  const [{ md5: _md5, ...pip } = EXACT.packages[0] ?? never()] = EXACT.packages;
  const refused = {
    code: 65,
    stdout: '',
    stderr: [
      'submarine: the environment "demo" has a lock that is open: linux-64 lacks checksums for pip',
      '  lock it: submarine env lock demo, or leave --frozen out',
      '',
    ].join('\n'),
  };

  await lockDemo({ 'linux-64': { ...EXACT, packages: [pip] } });
  expect(await start('--frozen')).toEqual(refused);
  const env = { PATH: '/nowhere', SUBMARINE_FROZEN: '1' };
  const argv = ['image', 'bake', 'demo', '--tag', 'demo:1'];
  expect(await user.run(argv, { env })).toEqual(refused);
  // The word of the lock that there was none to lose is enough.
  await lockDemo({ 'linux-64': { ...EXACT, packages: [{ ...pip, checksum: 'none' }] } });
  expect((await start('--frozen', '--dry-run')).code).toBe(0);
});

test('the kernel of a lock that lacks checksums is built with their names, for a warning', async () => {
  const [{ md5: _md5, ...pip } = EXACT.packages[0] ?? never()] = EXACT.packages;
  await lockDemo({ 'linux-64': { ...EXACT, packages: [pip] } });

  const { stdout } = await run('kernel', 'build', 'demo', '--dry-run');

  expect(stdout).toContain('\nunchecked pip\n');
});

function never(): never {
  throw new Error('it has a package');
}
