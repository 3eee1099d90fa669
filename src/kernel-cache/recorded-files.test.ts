import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { beforeEach, expect, test } from '@jest/globals';

import { temporaryDirectory } from '../../test/support/bed.ts';
import { readCacheScript } from './cache-script.ts';
import { folderShell } from './cache-shell.ts';
import { KernelCache } from './kernel-cache.ts';
import type { KernelMark } from './kernel-mark.ts';
import { checkRecordedFiles } from './recorded-files.ts';

const PATH = `linux-64-glibc2.36/${'a'.repeat(32)}`;

let cache: KernelCache;
let prefix: string;
let mark: KernelMark;

beforeEach(async () => {
  const folder = await temporaryDirectory();
  prefix = join(folder, 'kernels', PATH);
  await writeFiles(
    ...['bin/tool', 'bin/a  name', 'bin/folder/inside', 'lib/lib.so', 'lib/python3.11/os.py'],
    ...['etc/conda/activate.d/a.sh', 'etc/conda/deactivate.d/a.sh', 'etc/conda/other.sh'],
    ...['lib/python3.11/site-packages/x.pth', 'lib/python3.11/site-packages/x.py'],
  );
  await symlink('tool', join(prefix, 'bin/link'));
  await symlink('python3.11', join(prefix, 'lib/python3.1'));
  cache = new KernelCache(
    folderShell(
      folder,
      await readCacheScript(new URL('../../bootstrap/', import.meta.url)),
      process.env,
    ),
    await temporaryDirectory(),
  );
  const files = await cache.recorded(PATH);
  mark = { digest: 'a'.repeat(64), image: '', builder: '', files };
});

async function writeFiles(...paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(prefix, path)), { recursive: true });
    await writeFile(join(prefix, path), path);
  }
}

test('programs, links among them, scripts of activation and .pth files are recorded', () => {
  expect(mark.files.map(({ path }) => path)).toEqual([
    'bin/a  name',
    'bin/link',
    'bin/tool',
    'etc/conda/activate.d/a.sh',
    'etc/conda/deactivate.d/a.sh',
    'lib/python3.11/site-packages/x.pth',
  ]);
  expect(mark.files.find(({ path }) => path === 'bin/link')?.bytes).toBe('tool'.length);
});

test('a kernel that lies as it was built has no difference', () => {
  expect(checkRecordedFiles(prefix, mark)).toEqual([]);
});

test('what is new, missing or changed is named by path', async () => {
  await writeFiles('bin/new', 'etc/conda/activate.d/b.sh', 'lib/python3.12/site-packages/y.pth');
  await rm(join(prefix, 'bin/a  name'));
  await appendFile(join(prefix, 'bin/tool'), '!');
  const time = mark.files.find(({ path }) => path.endsWith('x.pth'))?.seconds ?? 0;
  await utimes(join(prefix, 'lib/python3.11/site-packages/x.pth'), 0, 59);

  expect(checkRecordedFiles(prefix, mark)).toEqual([
    'missing file bin/a  name',
    'new file bin/new: the build did not leave it',
    'changed file bin/tool: it has 9 bytes, and had 8 when it was built',
    'new file etc/conda/activate.d/b.sh: the build did not leave it',
    'changed file lib/python3.11/site-packages/x.pth: it is of 1970-01-01T00:00:59.000Z, ' +
      `and was of ${new Date(time * 1000).toISOString()} when it was built`,
    'new file lib/python3.12/site-packages/y.pth: the build did not leave it',
  ]);
});

test('a link in the place of a folder is not followed: what was there is missing', async () => {
  await rename(join(prefix, 'bin'), join(prefix, 'elsewhere'));
  await symlink('elsewhere', join(prefix, 'bin'));

  expect(checkRecordedFiles(prefix, mark)).toEqual([
    ...['missing file bin/a  name', 'missing file bin/link', 'missing file bin/tool'],
  ]);
  expect((await cache.recorded(PATH)).some(({ path }) => path.startsWith('bin'))).toBe(false);
});

test('a kernel without any of these folders has nothing to compare', async () => {
  for (const name of ['bin', 'lib', 'etc']) await rm(join(prefix, name), { recursive: true });

  expect(checkRecordedFiles(prefix, { ...mark, files: await cache.recorded(PATH) })).toEqual([]);
});

test('the last moment of a second, and names of other bytes, are as the shell has them', async () => {
  const odd = ['touch -d "2026-01-01 00:00:00.999999999" bin/tool', 'touch -d @-0.5 bin/link'];
  const names = ['touch "bin/$(printf \'two\\nlines\')" "bin/$(printf \'\\377\')"'];
  for (const line of [...odd, ...names]) execFileSync('sh', ['-c', line], { cwd: prefix });

  expect(checkRecordedFiles(prefix, { ...mark, files: await cache.recorded(PATH) })).toEqual([]);
});
