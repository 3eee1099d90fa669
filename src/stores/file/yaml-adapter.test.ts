import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Low } from 'lowdb';

import { appendDocuments, parseStream, serializeStream } from './document-stream.ts';
import { YamlAdapter } from './yaml-adapter.ts';

let folder = '';
let path = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'submarine-adapter-'));
  path = join(folder, 'environments.yaml');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test.each(['', '\uFEFF# café\r\nname: a\r\n---', 'no: [yaml'])(
  'the file %j is read and written without a change',
  async (text) => {
    await writeFile(path, text);
    const database = new Low(new YamlAdapter(path), parseStream('old'));
    await database.read();
    await database.write();
    expect(await readFile(path, 'utf8')).toBe(text);
  },
);

test('lowdb forgets what it held when the file vanishes', async () => {
  await writeFile(path, 'name: a\n');
  const database = new Low(new YamlAdapter(path), parseStream(''));
  await database.read();
  await rm(path);
  await database.read();
  expect(serializeStream(database.data)).toBe('');
});

test.each([
  ['written', () => writeFile(path, 'name: edited\n')],
  ['deleted', () => rm(path)],
])('a file that an editor has %s since it was read is left as it is', async (_, edit) => {
  await writeFile(path, 'name: a\n');
  const adapter = new YamlAdapter(path);
  const stream = await adapter.read();
  await edit();
  const before = await readdir(folder);
  await expect(adapter.write(appendDocuments(stream, ['name: b\n']))).rejects.toMatchObject({
    kind: 'busy',
    message: `the store "${path}" was changed by another program just now`,
  });
  expect(await readdir(folder)).toEqual(before);
  if (before.length > 0) expect(await readFile(path, 'utf8')).toBe('name: edited\n');
});
