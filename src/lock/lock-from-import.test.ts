import { expect, test } from '@jest/globals';

import { importLock } from './import-lock.ts';
import { lockFromImport } from './lock-from-import.ts';
import { lockState } from './lock-state.ts';

const LIST = '@EXPLICIT\nhttps://x/linux-64/python-3.11-0.conda\nhttps://x/noarch/pip-24-0.conda\n';

test('an import is the lock of what the profile asks for; the image and pip stay open', async () => {
  const kernel = { channels: ['x'], dependencies: ['python=3.11', 'PIP', { pip: ['requests'] }] };

  const lock = lockFromImport(
    await importLock(LIST, 'list.txt'),
    { kernel, image: 'a' },
    'list.txt',
  );

  expect(lock.content).toEqual(kernel);
  expect(lock.platforms['linux-64']?.pip).toBe('open');
  expect(lockState(lock, { kernel, image: 'a' }).changes).toEqual([
    'the digest of the image a is not known',
    'the pip packages of linux-64 have no exact versions',
    'linux-64 lacks checksums for python, pip',
  ]);
});

test('a list of another kernel is refused with what it lacks', async () => {
  const imported = await importLock(LIST, 'list.txt');
  const kernel = { dependencies: ['python', 'numpy>=1', 'x::scipy'] };

  expect(() => lockFromImport(imported, { kernel, image: 'a' }, 'list.txt')).toThrow(
    '"list.txt" lacks for linux-64 what the kernel asks for: numpy, scipy',
  );
});

test('a list without packages is refused', async () => {
  const imported = await importLock('@EXPLICIT\n', 'list.txt');

  expect(() => lockFromImport(imported, { kernel: {}, image: 'a' }, 'list.txt')).toThrow(
    '"list.txt" holds no conda packages for Linux',
  );
});
