import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';

import { expect, test } from '@jest/globals';

import { temporaryDirectory } from '../../test/support/bed.ts';
import { fileReason } from './file-reason.ts';
import { checkRegularFile, readRegularFile, readRegularFileSync } from './regular-file.ts';

/** Each way to read a file, by its name. */
const WAYS: readonly (readonly [string, (path: string) => Promise<unknown>])[] = [
  ['readRegularFile', readRegularFile],
  ['readRegularFileSync', async (path) => readRegularFileSync(path)],
  ['checkRegularFile', checkRegularFile],
];

test.each(WAYS.slice(0, 2))('%s reads a file, and one that a link leads to', async (_, read) => {
  const folder = await temporaryDirectory();
  await writeFile(join(folder, 'file'), 'text');
  await symlink('file', join(folder, 'link'));

  expect(String(await read(join(folder, 'file')))).toBe('text');
  expect(String(await read(join(folder, 'link')))).toBe('text');
  await expect(checkRegularFile(join(folder, 'link'))).resolves.toBeUndefined();
});

test.each(WAYS)('%s waits for nothing that is not a regular file', async (_, read) => {
  const folder = await temporaryDirectory();
  await mkdir(join(folder, 'folder'));
  spawnSync('mkfifo', [join(folder, 'fifo')]);
  await symlink('fifo', join(folder, 'link'));
  const server = createServer().listen(join(folder, 'socket'));
  await once(server, 'listening');

  for (const path of ['fifo', 'link', 'socket', '/dev/zero'].map((name) => resolve(folder, name))) {
    const error: unknown = await read(path).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'ENOTSUP' });
    expect(fileReason(error)).toBe('it is not a regular file');
  }
  await expect(read(join(folder, 'folder'))).rejects.toMatchObject({ code: 'EISDIR' });
  await expect(read(join(folder, 'absent'))).rejects.toMatchObject({ code: 'ENOENT' });
  server.close();
});
