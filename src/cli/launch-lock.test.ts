import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, expect, test } from '@jest/globals';

import type { User } from '../../test/support/submarine.ts';
import { newUser } from '../../test/support/submarine.ts';
import { serializeLock } from '../lock/lock-file.ts';
import type { Lock, PlatformLock } from '../lock/lock.ts';

const IMAGE = `alpine@sha256:${'0'.repeat(64)}`;
const EXACT: PlatformLock = {
  virtualPackages: {},
  packages: [
    { name: 'pip', version: '24', build: '0', url: 'https://c.example/noarch/pip-24-0.conda' },
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

async function writeLock(platforms: Lock['platforms']): Promise<void> {
  const folder = join(user.home, '.local/share/submarine/environments.lock');
  const content = { dependencies: ['pip', { pip: ['x'] }] };
  await mkdir(folder, { recursive: true });
  const text = serializeLock({ image: { reference: IMAGE }, content, platforms });
  await writeFile(join(folder, 'demo.yaml'), text);
}

test('a frozen start needs exact versions for its own platform alone', async () => {
  const start = () => run('run', '--env', 'demo', '--frozen', '--dry-run', '--no-code', '--', 'x');

  await writeLock({ 'linux-64': EXACT, 'linux-aarch64': OPEN });
  expect(await start()).toMatchObject({ code: 0, stdout: expect.stringContaining(IMAGE) });

  await writeLock({ 'linux-64': OPEN, 'linux-aarch64': EXACT });
  expect(await start()).toMatchObject({
    code: 65,
    stdout: '',
    stderr: expect.stringContaining(
      'the environment "demo" has a lock that is open: the pip packages of linux-64 have no exact versions',
    ),
  });
});
