import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { expect, test } from '@jest/globals';

import { images, temporaryDirectory } from '../support/bed.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

test('installed from its package in an empty folder, the command works', async () => {
  const folder = await temporaryDirectory();
  const home = join(folder, 'home');
  const prefix = join(folder, 'installed');
  await mkdir(home);
  const env = {
    ...process.env,
    HOME: home,
    XDG_DATA_HOME: '',
    XDG_CACHE_HOME: '',
    SUBMARINE_STORE: '',
  };
  const run = async (program: string, args: readonly string[], cwd = folder) =>
    (await promisify(execFile)(program, args, { cwd, env })).stdout;

  // Its files are in dist already; building them again would be under the feet of other tests.
  const packed = await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], ROOT);
  await run('npm', [
    'install',
    '--global',
    '--offline',
    '--prefix',
    prefix,
    join(folder, packed.trim()),
  ]);

  const submarine = (...args: string[]) => run(join(prefix, 'bin', 'submarine'), args);
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  expect(await submarine('--version')).toBe(`${version}\n`);
  expect(JSON.parse(await submarine('env', 'schema'))).toMatchObject({ type: 'object' });
  await submarine('env', 'add', '--name', 'busybox', '--image', images.busybox);
  // The bootstrap that the package holds is put into an image that has none.
  expect(await submarine('run', '--env', 'busybox', '--', 'echo', 'hello')).toBe('hello\n');
}, 120_000);

test('a reader that has seen enough is no error, a full disk is one', async () => {
  const bash = (script: string) =>
    promisify(execFile)('bash', [
      '-o',
      'pipefail',
      '-c',
      script,
      'bash',
      process.execPath,
      join(ROOT, 'bin/submarine.js'),
    ]);

  expect((await bash('"$@" run --help | true')).stderr).toBe('');
  await expect(bash('"$@" run --help >/dev/full')).rejects.toMatchObject({
    code: 73,
    stderr: expect.stringContaining('cannot be written (ENOSPC)'),
  });
});

test("an --env-file is the container's, and sets nothing in the command itself", async () => {
  const home = await temporaryDirectory();
  const code = `require('node:fs').writeFileSync(${JSON.stringify(join(home, 'it-ran'))}, '')\n`;
  await writeFile(join(home, 'evil.cjs'), code);
  await writeFile(join(home, 'some.env'), `NODE_OPTIONS=--require ${home}/evil.cjs\nA=1\n`);
  const env = {
    ...process.env,
    HOME: home,
    XDG_DATA_HOME: '',
    XDG_CACHE_HOME: '',
    SUBMARINE_STORE: '',
  };
  const run = async (...args: string[]) =>
    (await promisify(execFile)(join(ROOT, 'bin/submarine.js'), args, { cwd: home, env })).stdout;
  await run('env', 'add', '--name', 'busybox', '--image', images.busybox);

  expect(await run('run', '--env', 'busybox', '--env-file', 'some.env', '--', 'env')).toContain(
    'A=1\n',
  );
  expect(await run('run', '--env', 'busybox', 'echo', '--env-file', 'none')).toBe(
    '--env-file none\n',
  );
  expect(await readdir(home)).not.toContain('it-ran');
});
