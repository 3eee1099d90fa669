import { lstat, mkdir, stat, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, expect, test } from '@jest/globals';

import { temporaryDirectory } from '../../test/support/bed.ts';
import { locationName } from './cache-location.ts';
import { forgetUse, lastUse, lastUses, noteUse } from './kernel-uses.ts';

const PATH = `linux-64-glibc2.36/${'a'.repeat(32)}`;
const OTHER = `linux-aarch64-musl1.2.3/${'b'.repeat(32)}`;

let host: string;

beforeEach(async () => {
  host = join(await temporaryDirectory(), 'host');
});

const file = (location: string, path = PATH) => join(host, 'used', locationName(location), path);

test('a use is the time of a file, which the next use renews', async () => {
  await noteUse(host, 'submarine', PATH);
  await utimes(file('submarine'), 1, 1);
  expect(await lastUse(host, 'submarine', PATH)).toEqual(new Date(1000));

  await noteUse(host, 'submarine', PATH);

  const use = await lastUse(host, 'submarine', PATH);
  expect(Math.abs(Date.now() - (use?.getTime() ?? 0))).toBeLessThan(5000);
  expect((await stat(file('submarine'))).size).toBe(0);
});

test('the uses of a cache are listed, and those of another one are not', async () => {
  for (const path of [PATH, OTHER]) await noteUse(host, 'submarine', path);
  await noteUse(host, '/somewhere/else', PATH);
  await forgetUse(host, 'submarine', OTHER);

  expect([...(await lastUses(host, 'submarine')).keys()]).toEqual([PATH]);
  expect(await lastUse(host, 'submarine', OTHER)).toBeUndefined();
  expect(await lastUses(host, 'never')).toEqual(new Map());
});

test('a folder is one and the same through links', async () => {
  const folder = await temporaryDirectory();
  const link = join(await temporaryDirectory(), 'link');
  await symlink(folder, link);

  await noteUse(host, link, PATH);

  expect(await lastUse(host, folder, PATH)).toBeDefined();
});

test.each([0o000, 0o077, 0o377])('files are 0600 in folders of 0700: umask %o', async (umask) => {
  const before = process.umask(umask);
  try {
    await noteUse(host, 'submarine', PATH);
  } finally {
    process.umask(before);
  }

  const modeOf = async (path: string) => ((await lstat(path)).mode & 0o777).toString(8);
  expect(await modeOf(file('submarine'))).toBe('600');
  for (const above of ['..', '../..', '../../..', '../../../..']) {
    expect(await modeOf(join(file('submarine'), above))).toBe('700');
  }
});

test('one that cannot be noted is an error', async () => {
  await mkdir(join(host, 'used'), { recursive: true });
  await symlink('/proc/nowhere', join(host, 'used', locationName('submarine')));

  await expect(noteUse(host, 'submarine', PATH)).rejects.toThrow();
});
