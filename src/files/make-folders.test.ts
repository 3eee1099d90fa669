import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { temporaryDirectory } from '../../test/support/bed.ts';
import { makeFolders } from './make-folders.ts';

test('folders are made, and the first of them is told', async () => {
  const folder = await temporaryDirectory();

  expect(await makeFolders(join(folder, 'a/b'), 0o700)).toBe(join(folder, 'a'));
  expect((await stat(join(folder, 'a/b'))).mode & 0o777).toBe(0o700);
  expect(await makeFolders(join(folder, 'a/b'))).toBeUndefined();
});

test.each([
  ['a file system that takes no folders', '/sys/a/b', ['EROFS', 'EPERM', 'EACCES']],
  ['a file', '/etc/hostname/a/b', ['ENOTDIR']],
])('in %s nothing is made, and the reason is told', async (_, path, codes) => {
  const error: unknown = await makeFolders(path).catch((thrown: unknown) => thrown);

  expect(codes).toContain((error as NodeJS.ErrnoException).code);
});
