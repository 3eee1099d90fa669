import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { temporaryDirectory } from '../../../test/support/bed.ts';
import { FileStore } from './file-store.ts';

async function newStore(): Promise<{ folder: string; store: FileStore }> {
  const folder = await temporaryDirectory();
  const path = join(folder, 'environments.yaml');
  await writeFile(path, 'name: a\ndocker-image: alpine\n---\nname: b\ndocker-image: alpine\n');
  return { folder, store: new FileStore(path) };
}

test('a lock lies beside the store, under the name of its environment', async () => {
  const { folder, store } = await newStore();

  await store.writeLock('a', 'version: 1\n');

  const path = join(folder, 'environments.yaml.lock', 'a.yaml');
  expect(store.lockLocation('a')).toBe(path);
  expect(await readFile(path, 'utf8')).toBe('version: 1\n');
  expect(await store.findLock('a')).toBe('version: 1\n');
  expect(await store.findLock('b')).toBeUndefined();
});

test('the folder goes with the last lock', async () => {
  const { folder, store } = await newStore();
  await store.writeLock('a', '1\n');
  await store.writeLock('b', '2\n');

  await store.delete(['a', 'b']);
  expect(await readdir(folder)).toEqual(['environments.yaml']);
});

test('a folder in the place of a lock is no lock, and stays with all that is in it', async () => {
  const { folder, store } = await newStore();
  const place = join(folder, 'environments.yaml.lock/a.yaml');
  await mkdir(place, { recursive: true });
  await writeFile(join(place, 'notes.txt'), 'mine\n');

  await expect(store.findLock('a')).rejects.toMatchObject({
    kind: 'invalid',
    message: `cannot read the lock "${place}": it is a folder`,
  });
  await expect(store.writeLock('a', '1\n')).rejects.toMatchObject({ kind: 'cannot-write' });
  await store.delete(['a']);

  expect(await readFile(join(place, 'notes.txt'), 'utf8')).toBe('mine\n');
});
