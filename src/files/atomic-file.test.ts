import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { prepareTarget, replaceFile } from './atomic-file.ts';

let folder = '';

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'submarine-atomic-')));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the target of a path', () => {
  test('is the file itself, whose folder is made', async () => {
    const path = join(folder, 'a/b/environments.yaml');
    expect(await prepareTarget(path)).toBe(path);
    expect((await stat(join(folder, 'a/b'))).isDirectory()).toBe(true);
  });

  test('is what links lead to, through folders too, whether it is there or not', async () => {
    await mkdir(join(folder, 'real'));
    await symlink('real', join(folder, 'alias'));
    await symlink('second', join(folder, 'real/first'));
    await symlink('../new/store.yaml', join(folder, 'real/second'));
    const target = join(folder, 'new/store.yaml');
    expect(await prepareTarget(join(folder, 'alias/first'))).toBe(target);
    await writeFile(target, 'x');
    expect(await prepareTarget(join(folder, 'alias/first'))).toBe(target);
  });

  test('is an error where links lead in a circle', async () => {
    await symlink('two', join(folder, 'one'));
    await symlink('one', join(folder, 'two'));
    await expect(prepareTarget(join(folder, 'one'))).rejects.toMatchObject({ code: 'ELOOP' });
  });
});

describe('replacing a file', () => {
  test('keeps its mode, set-id bits included, and its owner', async () => {
    const path = join(folder, 'store.yaml');
    await writeFile(path, 'old');
    const isRoot = process.getuid?.() === 0;
    if (isRoot) await chown(path, 1234, 2345);
    await chmod(path, 0o2640);
    const { uid, gid, ino } = await stat(path);

    await replaceFile(path, 'new');

    expect(await readFile(path, 'utf8')).toBe('new');
    expect(await stat(path)).toMatchObject({ uid, gid, mode: 0o102640 });
    expect((await stat(path)).ino).not.toBe(ino);
    expect(await readdir(folder)).toEqual(['store.yaml']);
  });

  test('gives a new one what the umask allows', async () => {
    const before = process.umask(0o027);
    try {
      await replaceFile(join(folder, 'store.yaml'), 'new');
    } finally {
      process.umask(before);
    }
    expect((await stat(join(folder, 'store.yaml'))).mode & 0o777).toBe(0o640);
  });

  test('leaves a link to it in place', async () => {
    const link = join(folder, 'link.yaml');
    await writeFile(join(folder, 'store.yaml'), 'old');
    await symlink('store.yaml', link);

    await replaceFile(await prepareTarget(link), 'new');

    expect(await readlink(link)).toBe('store.yaml');
    expect(await readFile(join(folder, 'store.yaml'), 'utf8')).toBe('new');
  });

  test('gets rid of what a crash left behind, and follows no link there', async () => {
    await writeFile(join(folder, 'other'), 'untouched');
    await symlink('other', join(folder, '.store.yaml.tmp'));

    await replaceFile(join(folder, 'store.yaml'), 'new');

    expect(await readFile(join(folder, 'other'), 'utf8')).toBe('untouched');
    expect((await readdir(folder)).toSorted()).toEqual(['other', 'store.yaml']);
  });

  test('is given up as a whole when the last question says no', async () => {
    const path = join(folder, 'store.yaml');
    await writeFile(path, 'old');

    await expect(
      replaceFile(path, 'new', () => Promise.reject(new Error('lost the lock'))),
    ).rejects.toThrow('lost the lock');

    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['store.yaml']);
  });

  test.each([
    ['a folder', () => mkdir(join(folder, 'store.yaml')), 'EISDIR'],
    ['a device', () => symlink('/dev/null', join(folder, 'store.yaml')), 'ENOTSUP'],
  ])('refuses %s in its place', async (_, make, code) => {
    await make();
    const before = await lstat(join(folder, 'store.yaml'));
    const target = await prepareTarget(join(folder, 'store.yaml'));
    await expect(replaceFile(target, 'new')).rejects.toMatchObject({ code });
    expect((await lstat(join(folder, 'store.yaml'))).ino).toBe(before.ino);
  });
});

test('a link that takes the place of its folder meanwhile leads a confined write nowhere else', async () => {
  await mkdir(join(folder, 'project/sub'), { recursive: true });
  await mkdir(join(folder, 'home'));
  const target = await prepareTarget(
    join(folder, 'project/sub/environments.yaml'),
    join(folder, 'project'),
  );

  await replaceFile(
    target,
    'new',
    async () => {
      await rename(join(folder, 'project/sub'), join(folder, 'project/moved'));
      await symlink(join(folder, 'home'), join(folder, 'project/sub'));
    },
    { within: join(folder, 'project') },
  );

  expect(await readdir(join(folder, 'home'))).toEqual([]);
  expect(await readFile(join(folder, 'project/moved/environments.yaml'), 'utf8')).toBe('new');
});

test('a link that takes the place of the file meanwhile is not followed by a write', async () => {
  const target = await prepareTarget(join(folder, 'environments.yaml'), folder);
  await writeFile(join(folder, 'hook'), 'code', { mode: 0o755 });
  await symlink('hook', target);

  await expect(replaceFile(target, 'new', undefined, { within: folder })).rejects.toMatchObject({
    code: 'ENOTSUP',
  });
  expect(await readFile(join(folder, 'hook'), 'utf8')).toBe('code');
  expect(await readlink(target)).toBe('hook');
});
