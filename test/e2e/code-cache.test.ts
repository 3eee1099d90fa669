import { execFile } from 'node:child_process';
import { chown, cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { expect, test } from '@jest/globals';

import { temporaryDirectory } from '../support/bed.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The command in a folder of its own, where nothing has been kept yet. */
async function installed(): Promise<string> {
  const folder = await temporaryDirectory();
  for (const part of ['bin', 'dist', 'package.json']) {
    await cp(join(ROOT, part), join(folder, part), {
      recursive: true,
      filter: (source) => source !== join(ROOT, 'dist', 'compiled'),
    });
  }
  return folder;
}

async function help(folder: string, ...flags: string[]): Promise<string> {
  const args = [...flags, join(folder, 'bin/submarine.js'), '--help'];
  return (await promisify(execFile)(process.execPath, args)).stdout;
}

/** The folders of what was kept, one for each kind of V8. */
async function keptFolders(folder: string): Promise<string[]> {
  const compiled = join(folder, 'dist', 'compiled');
  return (await readdir(compiled)).map((name) => join(compiled, name));
}

async function find(folder: string, name: string): Promise<string> {
  const found = (await readdir(folder)).find((entry) => entry.startsWith(name));
  return join(folder, found ?? name);
}

test('what was compiled is kept beside the code, and taken at the next start', async () => {
  const folder = await installed();
  const shown = await help(folder);
  expect(shown).toContain('Name an environment once');
  const program = await find(join(folder, 'dist'), 'program-');
  const [keptFolder = ''] = await keptFolders(folder);
  const kept = await readdir(keptFolder);
  expect(kept).toContain(basename(program));

  // V8 compares nothing but the length of the code.
  const code = await readFile(program, 'utf8');
  await writeFile(program, code.replace('Name an environment once', 'Call an environment once'));

  expect(await help(folder)).toBe(shown);
  expect(await readdir(keptFolder)).toEqual(kept);
});

test('what was kept and cannot be used is passed over', async () => {
  const folder = await installed();
  const shown = await help(folder);
  const [keptFolder = ''] = await keptFolders(folder);
  const kept = await find(keptFolder, 'program-');
  await writeFile(kept, (await readFile(kept)).subarray(0, 1000));

  expect(await help(folder)).toBe(shown);
});

test('with other flags of V8 other files are kept', async () => {
  const folder = await installed();
  const shown = await help(folder);

  expect(await help(folder, '--max-old-space-size=500')).toBe(shown);

  const [one = '', other = ''] = await keptFolders(folder);
  expect(await readdir(one)).toEqual(await readdir(other));
});

test('from kept code, too, what is loaded late is found', async () => {
  const folder = await installed();
  const run = async (): Promise<{ stdout: string; stderr: string }> => {
    const argv = ['env', 'add', '-', '--dry-run', '--store', join(folder, 'environments.yaml')];
    const started = promisify(execFile)(process.execPath, [
      join(folder, 'bin/submarine.js'),
      ...argv,
    ]);
    started.child.stdin?.end('name: demo\ndocker-image: alpine\n');
    return started;
  };
  const expected = { stdout: 'name: demo\ndocker-image: alpine\n', stderr: '' };

  expect(await run()).toEqual(expected);
  expect(await run()).toEqual(expected);
});

test('where nothing can be kept the command works', async () => {
  const folder = await installed();
  await writeFile(join(folder, 'dist/compiled'), '');

  expect(await help(folder)).toContain('Name an environment once');
});

test('nothing is left in a folder of somebody else', async () => {
  const folder = await installed();
  // Only root can give a folder away; what belongs to root is somebody else's to all others.
  if (process.getuid?.() === 0) await chown(join(folder, 'dist'), 65_534, 65_534);
  const mine = process.getuid?.() === 0 ? [] : ['compiled'];

  await help(folder);

  const names = await readdir(join(folder, 'dist'));
  expect(names.filter((name) => name === 'compiled')).toEqual(mine);
});
