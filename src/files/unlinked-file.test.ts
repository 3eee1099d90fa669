import { execFileSync } from 'node:child_process';
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, expect, test } from '@jest/globals';

import { temporaryDirectory } from '../../test/support/bed.ts';
import { readUnlinkedFile } from './unlinked-file.ts';

let folder: string;

beforeEach(async () => {
  folder = await temporaryDirectory();
  await mkdir(join(folder, 'a/b'), { recursive: true });
  await writeFile(join(folder, 'a/b/file'), 'text');
});

const read = (path: string, maxBytes = 100) => readUnlinkedFile(folder, path, maxBytes)?.toString();

test('a file is read below a folder that is itself reached through a link', async () => {
  const link = join(await temporaryDirectory(), 'link');
  await symlink(folder, link);

  expect(read('a/b/file')).toBe('text');
  expect(readUnlinkedFile(link, 'a/b/file', 4)?.toString()).toBe('text');
});

test('a file that is longer than it may be is not read', () => {
  expect(read('a/b/file', 3)).toBeUndefined();
});

test('what is not there, a folder and a FIFO are no file', () => {
  execFileSync('mkfifo', [join(folder, 'a/pipe')]);

  expect(['missing', 'a', 'a/b/file/x', 'a/pipe'].map((path) => read(path))).toEqual([
    ...[undefined, undefined, undefined, undefined],
  ]);
});

test.each(['a', 'a/b', 'a/b/file'])('no link is followed in the place of %s', async (name) => {
  await rename(join(folder, name), join(folder, 'elsewhere'));
  await symlink(join(folder, 'elsewhere'), join(folder, name));

  expect(read('a/b/file')).toBeUndefined();
});

test('a file whose size the system does not tell is no file that is read', () => {
  expect(readUnlinkedFile('/proc/self', 'status', 10_000)).toBeUndefined();
});
