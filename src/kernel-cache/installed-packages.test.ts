import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { temporaryDirectory } from '../../test/support/bed.ts';
import { installedPackages } from './installed-packages.ts';

async function baseWith(...records: readonly string[]): Promise<string> {
  const base = await temporaryDirectory();
  for (const record of records) {
    await mkdir(join(base, 'lib/python3.11/site-packages', record), { recursive: true });
  }
  return base;
}

test('packages are named by the folders of their records', async () => {
  const base = await baseWith('six-1.17.0.dist-info', 'humanize-4.10.0.dist-info', 'humanize');
  await writeFile(join(base, 'lib/python3.11/site-packages/fake-1.0.dist-info'), '');

  expect(await installedPackages(base)).toEqual(['humanize 4.10.0', 'six 1.17.0']);
});

test('a folder that is not there holds none', async () => {
  expect(await installedPackages(join(await temporaryDirectory(), 'none'))).toEqual([]);
});

test.each(['lib', 'lib/python3.11', 'lib/python3.11/site-packages'])(
  'a link in the place of %s is not followed',
  async (path) => {
    const [base, other] = [await temporaryDirectory(), await baseWith('secret-1.0.dist-info')];
    await mkdir(join(base, path, '..'), { recursive: true });
    await symlink(join(other, path), join(base, path));

    expect(await installedPackages(base)).toEqual([]);
  },
);

test('names that no package can have are not shown', async () => {
  const base = await baseWith('a\nb-1.0.dist-info', '\u001B[31m-1.0.dist-info', 'ok-2.dist-info');

  expect(await installedPackages(base)).toEqual(['ok 2']);
});
