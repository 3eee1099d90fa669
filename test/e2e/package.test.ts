import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { expect, test } from '@jest/globals';

import { images, temporaryDirectory } from '../support/bed.ts';
import { bundledPackages } from '../support/bundled-packages.ts';

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

  const dist = join(prefix, 'lib/node_modules/submarine-environments/dist');
  const notices = await readNotices(dist);
  const packages = [
    ...(await bundledPackages(dist, '.cjs')),
    ...(await bundledPackages(dist, '.js')),
  ];
  // The bundler names no package in front of code that it puts into the one module that uses it.
  expect(await readdir(dist)).toContain('js_rattler_bg.wasm');
  for (const name of [...packages, '@conda-org/rattler']) expect(notices.get(name)).toMatch(GRANT);
});

/** What the texts of licences that let others pass on the code have in common. */
const GRANT =
  /permission is hereby granted|permission to use, copy|redistribution and use|grant of copyright license/i;

/** The notice of each package by its name. */
async function readNotices(dist: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(join(dist, 'THIRD-PARTY-NOTICES.md'), 'utf8');
  const notices = text.split(/^## /m).slice(1);
  return new Map(notices.map((notice) => [notice.slice(0, notice.indexOf(' ')), notice]));
}

test('the build fails on a bundled package without a licence, and writes nothing', async () => {
  const copy = await temporaryDirectory();
  for (const part of ['package.json', 'src', 'tools']) {
    await cp(join(ROOT, part), join(copy, part), { recursive: true });
  }
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  const supplement = join(copy, 'tools/licences/rattler.md');
  const text = await readFile(supplement, 'utf8');
  const { version } = JSON.parse(
    await readFile(join(ROOT, 'node_modules/@conda-org/rattler/package.json'), 'utf8'),
  );
  const build = () => promisify(execFile)(process.execPath, [join(copy, 'tools/build.js')]);

  await writeFile(supplement, text.replace(version, '0.0.1'));
  await expect(build()).rejects.toMatchObject({
    code: 1,
    stderr: `build: tools/licences/rattler.md is for @conda-org/rattler 0.0.1, but @conda-org/rattler ${version} is in the bundle
  bring its texts up to date with that version, and then its first line
`,
  });

  await rm(supplement);
  await expect(build()).rejects.toMatchObject({
    code: 1,
    stderr: `build: @conda-org/rattler ${version} is in the bundle without the full text of its licence (BSD-3-Clause)
  copy the text from its repository to a file in tools/licences that begins with: # @conda-org/rattler ${version}
`,
  });
  expect(await readdir(copy)).not.toContain('dist');
});

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
