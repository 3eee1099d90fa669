import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { digestOf, serve } from '../../test/support/archive-server.ts';
import { temporaryDirectory } from '../../test/support/bed.ts';
import type { BundledProgram } from '../../test/support/bundle.ts';
import { bundleProgram } from '../../test/support/bundle.ts';
import { poll } from '../../test/support/poll.ts';
import { provideArchives } from './provide-archives.ts';

const BYTES = Buffer.alloc(200_000, 'x');
const SHA = digestOf(BYTES);

let program: BundledProgram;

beforeAll(async () => {
  program = await bundleProgram('test/support/download-program.ts');
});
afterAll(() => program.remove());

function outcome(
  command: string,
  args: readonly string[],
): Promise<{ readonly code: unknown; readonly stderr: string }> {
  return new Promise((resolve) => {
    execFile(command, args, (error, _, stderr) => resolve({ code: error?.code ?? 0, stderr }));
  });
}

test('a full disk is told, and nothing of the archive is left', async () => {
  const { url } = await serve((_, response) => void response.end(BYTES));
  const folder = await temporaryDirectory();
  // The mount lives in a namespace of its own and goes with it. Where none may be made, a limit on the size of files
  // stands for the full disk.
  const namespace = process.getuid?.() === 0 ? ['-m'] : ['-rm'];
  const mount = `mount -t tmpfs -o size=64k tmpfs ${folder}`;
  const mayMount = spawnSync('unshare', [...namespace, 'sh', '-c', mount]).status === 0;
  const script = `${mayMount ? mount : 'ulimit -f 64'} && cd ${folder} && "$0" "$@"; code=$?; find ${folder} -type f >&2; exit $code`;
  const shell = ['sh', '-c', script, process.execPath, program.path];
  const args = [...shell, join(folder, 'store'), join(folder, 'build'), `${url}/a.conda`, SHA];

  const { code, stderr } = await (mayMount
    ? outcome('unshare', [...namespace, ...args])
    : outcome('sh', args.slice(1)));

  const reason = mayMount ? 'no space is left on the disk' : 'it is larger than a file may be here';
  expect(stderr).toBe(
    `cannot-write: cannot keep downloads in "${join(folder, 'store', SHA, 'a.conda')}": ${reason}\n`,
  );
  expect(code).toBe(2);
});

test('a folder of somebody else is told', async () => {
  const { url, requests } = await serve((_, response) => void response.end(BYTES));
  const folder = await temporaryDirectory();
  await chmod(folder, 0o755);
  // Root may write anything.
  const isRoot = process.getuid?.() === 0;
  if (!isRoot) await chmod(folder, 0o555);
  const args = [program.path, join(folder, 'store'), join(folder, 'build'), `${url}/a.conda`, SHA];

  const { code, stderr } = await (isRoot
    ? outcome('setpriv', ['--reuid=65534', '--clear-groups', process.execPath, ...args])
    : outcome(process.execPath, args));

  expect(stderr).toBe(
    `cannot-write: cannot keep downloads in "${join(folder, 'store')}": permission denied\n`,
  );
  expect(code).toBe(2);
  expect(requests).toEqual([]);
});

test('what a process has fetched that was killed is no archive', async () => {
  const { url, requests } = await serve((_, response) => {
    response.writeHead(200, { 'content-length': BYTES.length });
    if (requests.length > 1) response.end(BYTES);
    else response.write(BYTES.subarray(0, BYTES.length / 2));
  });
  const folder = await temporaryDirectory();
  const [store, build] = [join(folder, 'store'), join(folder, 'build')];
  const child = spawn(process.execPath, [program.path, store, build, `${url}/a.conda`, SHA]);
  await poll(async () => {
    const names = await readdir(join(store, SHA)).catch(() => []);
    const sizes = names.map(async (name) => (await stat(join(store, SHA, name))).size);
    return (await Promise.all(sizes)).some((size) => size > 0);
  });
  child.kill('SIGKILL');
  await once(child, 'exit');

  const archives = [{ url: `${url}/a.conda`, sha256: SHA, kind: 'conda' }] as const;
  const options = { env: {}, home: '/nowhere', offline: false };
  await provideArchives(archives, { store, folder: build }, options);

  expect(digestOf(await readFile(join(build, 'conda/a.conda')))).toBe(SHA);
  expect(await readdir(join(build, 'conda'))).toEqual(['a.conda']);
});
