import { expect, test } from '@jest/globals';

import { UsageError } from '../errors.ts';
import { openStore } from './open-store.ts';

test.each([
  ['environments.yaml', '/home/me/environments.yaml'],
  ['./a:b.yaml', '/home/me/a:b.yaml'],
  ['../x/y', '/home/x/y'],
  ['/etc/store.yaml', '/etc/store.yaml'],
  ['file:///etc/a%20b.yaml', '/etc/a b.yaml'],
  ['FILE:/etc/store.yaml', '/etc/store.yaml'],
  ['file:store.yaml', '/home/me/store.yaml'],
  ['c:\\store.yaml', '/home/me/c:\\store.yaml'],
])('the store %j is the file %j', async (location, path) => {
  expect((await openStore(location, { cwd: '/home/me' })).location).toBe(path);
});

test.each([
  'postgres://host/db',
  'https://host/store',
  'sqlite:x',
  'file://host/x',
  'file:///a%2Fb',
  '',
])('the store %j is refused as a usage error', async (location) => {
  await expect(openStore(location, { cwd: '/home/me' })).rejects.toThrow(UsageError);
});
