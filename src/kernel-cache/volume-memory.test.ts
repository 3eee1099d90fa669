import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, expect, test } from '@jest/globals';

import { temporaryDirectory } from '../../test/support/bed.ts';
import { VolumeMemory } from './volume-memory.ts';

const PATH = 'linux-64-glibc2.36/2f93ec1eb45b0d6c691fb333a240976a';

let folder: string;

beforeEach(async () => {
  folder = await temporaryDirectory();
});

test('what was found is known the next time, of that engine alone', async () => {
  const memory = new VolumeMemory(folder, 'one');
  await memory.rememberFolder('/var/lib/docker/volumes/x/_data');
  await memory.rememberKernel(PATH, 'd1');

  const again = new VolumeMemory(folder, 'one');
  expect([again.findFolder(), again.findKernel(PATH)]).toEqual([
    '/var/lib/docker/volumes/x/_data',
    'd1',
  ]);
  const other = new VolumeMemory(folder, 'other');
  expect([other.findFolder(), other.findKernel(PATH)]).toEqual([undefined, undefined]);
});

test('a volume whose folders cannot be mounted has an empty one', async () => {
  const memory = new VolumeMemory(folder, 'one');
  await memory.rememberFolder('');
  expect(memory.findFolder()).toBe('');
});

test('a kernel is forgotten, and others are not', async () => {
  const memory = new VolumeMemory(folder, 'one');
  await memory.rememberKernel(PATH, 'd1');
  await memory.rememberKernel('other', 'd2');
  await memory.forgetKernel(PATH);
  expect([memory.findKernel(PATH), memory.findKernel('other')]).toEqual([undefined, 'd2']);
});

test.each(['', 'null', '[1]', '{"one": 3}', '{"one": {"folder": 1, "kernels": {"other": 2}}}'])(
  'a file that is none of ours says nothing, and is replaced: %s',
  async (text) => {
    await writeFile(join(folder, 'volumes.json'), text);
    const memory = new VolumeMemory(folder, 'one');
    expect([memory.findFolder(), memory.findKernel('other')]).toEqual([undefined, undefined]);
    await memory.rememberKernel(PATH, 'd1');
    expect(memory.findKernel(PATH)).toBe('d1');
  },
);

test('it is for nobody but the user, and where it cannot be written nothing fails', async () => {
  await new VolumeMemory(folder, 'one').rememberFolder('/x');
  expect((await stat(join(folder, 'volumes.json'))).mode & 0o777).toBe(0o600);
  expect(JSON.parse(await readFile(join(folder, 'volumes.json'), 'utf8'))).toEqual({
    one: { folder: '/x' },
  });

  const blocked = join(folder, 'blocked');
  await mkdir(join(blocked, 'volumes.json'), { recursive: true });
  const memory = new VolumeMemory(blocked, 'one');
  await expect(memory.rememberFolder('/x')).resolves.toBeUndefined();
  expect(memory.findFolder()).toBeUndefined();
});
