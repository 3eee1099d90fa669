import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { temporaryDirectory } from '../../test/support/bed.ts';
import { MARK, parseKernelMark, readKernelMark } from './kernel-mark.ts';

const DIGEST = `${'2f'.repeat(16)}${'0'.repeat(32)}`;
const PATH = `linux-64-glibc2.36/${'2f'.repeat(16)}`;
const TEXT = [
  'submarine-kernel 2',
  `digest ${DIGEST}`,
  'image sha256:1f',
  'builder /opt/my conda/bin/conda',
  'file 120 1700000000 bin/a name  with blanks',
  'file 10 -1 lib/python3.11/site-packages/x.pth',
  'later word',
  '',
].join('\n');

test('a mark names the digest, the image, the builder and the files of its kernel', () => {
  expect(parseKernelMark(TEXT)).toEqual({
    digest: DIGEST,
    image: 'sha256:1f',
    builder: '/opt/my conda/bin/conda',
    files: [
      { path: 'bin/a name  with blanks', bytes: 120, seconds: 1_700_000_000 },
      { path: 'lib/python3.11/site-packages/x.pth', bytes: 10, seconds: -1 },
    ],
  });
});

test.each([
  ['of an earlier version', 'image=sha256:1f\nbuilder=/opt/conda/bin/conda\n'],
  ['of a later one', TEXT.replace('kernel 2', 'kernel 3')],
  ['without a digest', 'submarine-kernel 2\nimage sha256:1f\n'],
  ['that is empty', ''],
])('a mark %s is none', (_, text) => {
  expect(parseKernelMark(text)).toBeUndefined();
});

async function makeKernel(text: string, path = PATH): Promise<string> {
  const cache = await temporaryDirectory();
  const mark = join(cache, 'kernels', path, MARK);
  await mkdir(join(mark, '..'), { recursive: true });
  await writeFile(mark, text);
  return cache;
}

test('the mark of a kernel on this machine is read', async () => {
  expect(readKernelMark(await makeKernel(TEXT), PATH)).toMatchObject({ digest: DIGEST });
});

test('one that is not there, has no end, or is that of another kernel is none', async () => {
  const other = `linux-64-glibc2.36/${'a'.repeat(32)}`;

  expect(readKernelMark(await temporaryDirectory(), PATH)).toBeUndefined();
  expect(readKernelMark(await makeKernel(`${TEXT}${'x'.repeat(1024 ** 2)}`), PATH)).toBeUndefined();
  expect(readKernelMark(await makeKernel(TEXT, other), other)).toBeUndefined();
});

test('none is read through a link that a container has laid', async () => {
  const cache = await makeKernel(TEXT);
  const meta = join(cache, 'kernels', PATH, 'conda-meta');
  await rename(meta, join(cache, 'elsewhere'));
  await symlink(join(cache, 'elsewhere'), meta);

  expect(readKernelMark(cache, PATH)).toBeUndefined();
});
