import { execFileSync, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, expect, test } from '@jest/globals';

import { temporaryDirectory } from '../../test/support/bed.ts';
import { readAnyFile } from './any-file.ts';

const TEXT = 'x'.repeat(300_000);

let folder: string;
let fifo: string;

beforeEach(async () => {
  folder = await temporaryDirectory();
  fifo = join(folder, 'fifo');
  execFileSync('mkfifo', [fifo]);
});

test('a file is read', async () => {
  await writeFile(join(folder, 'file'), TEXT);

  expect(String(await readAnyFile(join(folder, 'file')))).toBe(TEXT);
  expect(String(await readAnyFile('/dev/null'))).toBe('');
});

test('a FIFO is read whole, and waited for', async () => {
  const read = readAnyFile(fifo);
  spawn('sh', ['-c', `sleep 0.1; printf %s '${TEXT.slice(0, 90_000)}' >'${fifo}'`]);

  expect(String(await read)).toBe(TEXT.slice(0, 90_000));
});

test('a FIFO that nobody writes to is left when the signal says so', async () => {
  const signal = AbortSignal.timeout(50);

  await expect(readAnyFile(fifo, signal)).rejects.toMatchObject({ kind: 'interrupted' });
  await expect(readAnyFile(fifo, AbortSignal.abort())).rejects.toMatchObject({
    kind: 'interrupted',
  });
});
