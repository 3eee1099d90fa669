import { readdir, readFile, writeFile } from 'node:fs/promises';
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

  const path = join(folder, 'environments.lock', 'a.yaml');
  expect(store.lockLocation('a')).toBe(path);
  expect(await readFile(path, 'utf8')).toBe('version: 1\n');
  expect(await store.findLock('a')).toBe('version: 1\n');
  expect(await store.findLock('b')).toBeUndefined();
});

test('a lock goes with its environment, and the folder with the last lock', async () => {
  const { folder, store } = await newStore();
  await store.writeLock('a', '1\n');
  await store.writeLock('b', '2\n');

  await store.delete(['a'], { dryRun: true });
  expect(await store.findLock('a')).toBe('1\n');
  await store.delete(['a']);
  expect(await store.findLock('a')).toBeUndefined();
  expect(await store.findLock('b')).toBe('2\n');
  await store.delete(['b']);
  expect(await readdir(folder)).toEqual(['environments.yaml']);
});

test('writers at once leave one whole lock and nothing beside it', async () => {
  const { folder, store } = await newStore();
  const texts = ['1', '2', '3', '4', '5'].map((digit) => digit.repeat(100_000));

  await Promise.all(texts.map((text) => store.writeLock('a', text)));

  expect(texts).toContain(await store.findLock('a'));
  expect(await readdir(join(folder, 'environments.lock'))).toEqual(['a.yaml']);
});
