import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { temporaryDirectory } from '../../test/support/bed.ts';
import { readJson, writePrivateJson } from './private-json.ts';

const modeOf = async (path: string): Promise<string> =>
  ((await stat(path)).mode & 0o777).toString(8);

test.each([0o000, 0o022, 0o377])(
  'with the umask %i a file is written for its owner alone',
  async (umask) => {
    const folder = join(await temporaryDirectory(), 'state');
    const before = process.umask(umask);
    try {
      await writePrivateJson(join(folder, 'a.json'), { a: 1 });
    } finally {
      process.umask(before);
    }

    expect([await modeOf(folder), await modeOf(join(folder, 'a.json'))]).toEqual(['700', '600']);
    expect(await readFile(join(folder, 'a.json'), 'utf8')).toBe('{\n  "a": 1\n}\n');
    expect(await readJson(join(folder, 'a.json'))).toEqual({ a: 1 });
  },
);

test('a file that others could read is replaced by one that they cannot', async () => {
  const path = join(await temporaryDirectory(), 'a.json');
  await writeFile(path, '1', { mode: 0o666 });

  await writePrivateJson(path, 2);

  expect([await modeOf(path), await readFile(path, 'utf8')]).toEqual(['600', '2\n']);
});

test('writers at once leave one whole file and nothing beside it', async () => {
  const folder = await temporaryDirectory();
  const values = ['1', '2', '3', '4', '5'].map((digit) => digit.repeat(100_000));

  await Promise.all(values.map((value) => writePrivateJson(join(folder, 'a.json'), value)));

  expect(values).toContain(await readJson(join(folder, 'a.json')));
  expect(await readdir(folder)).toEqual(['a.json']);
});

test('a write that fails leaves nothing beside what is there', async () => {
  const folder = await temporaryDirectory();
  await mkdir(join(folder, 'a.json'));

  await expect(writePrivateJson(join(folder, 'a.json'), 1)).rejects.toMatchObject({
    code: 'EISDIR',
  });
  expect(await readdir(folder)).toEqual(['a.json']);
});

test('a file that is not there has no value, and a broken one is an error that names it', async () => {
  const path = join(await temporaryDirectory(), 'a.json');

  expect(await readJson(path)).toBeUndefined();
  await writeFile(path, '{');
  await expect(readJson(path)).rejects.toMatchObject({
    kind: 'invalid',
    message: `"${path}" is not valid JSON`,
  });
});
