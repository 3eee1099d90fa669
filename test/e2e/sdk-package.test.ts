import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { beforeAll, expect, test } from '@jest/globals';

import { images, temporaryDirectory } from '../support/bed.ts';
import { bundledPackages } from '../support/bundled-packages.ts';
import { nodeOf } from '../support/node-version.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');
const { PATH, DOCKER_HOST } = process.env;

let project: string;

/** A project with the package as it is published, Node's types, and the examples in an image of the tests. */
beforeAll(async () => {
  project = await temporaryDirectory();
  await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }\n');
  const npm = async (args: readonly string[], cwd: string) =>
    (await promisify(execFile)('npm', args, { cwd })).stdout.trim();
  const pack = ['pack', '--ignore-scripts', '--pack-destination', project];
  await npm(['install', '--offline', join(project, await npm(pack, ROOT))], project);
  await mkdir(join(project, 'node_modules/@types'), { recursive: true });
  for (const name of ['@types/node', 'undici-types']) {
    await symlink(join(ROOT, 'node_modules', name), join(project, 'node_modules', name));
  }
  await cp(join(ROOT, 'examples/sdk'), project, { recursive: true });
  const file = join(project, 'environment.yaml');
  const profile = await readFile(file, 'utf8');
  await writeFile(file, profile.replace('python:3.12-slim', images.plain));
});

/** @returns what the compiler says; nothing when all is well */
async function compile(files: readonly string[], options: readonly string[]): Promise<string> {
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false'];
  const argv = ['--target', 'es2023', '--lib', 'es2023', '--types', 'node', ...strict, ...options];
  return promisify(execFile)(process.execPath, [TSC, ...argv, ...files], { cwd: project }).then(
    ({ stdout }) => stdout,
    ({ stdout }: { readonly stdout: string }) => stdout,
  );
}

test.each([
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
])(
  'a strict program compiles with the module %s, resolved as by %s',
  async (module, resolution) => {
    const options = ['--noEmit', '--module', module, '--moduleResolution', resolution];
    expect(await compile(['example.ts'], options)).toBe('');

    const wrong = `import { openSubmarine } from 'submarine-environments';
const submarine = await openSubmarine({ store: 1 });
await submarine.environments.add({ nam: 'misspelt' });
await submarine.run({ environment: 'demo' });
export const { exitCode } = await submarine.run({ command: ['true'] });
`;
    await writeFile(join(project, 'wrong.ts'), wrong);
    const lines = (await compile(['wrong.ts'], options)).match(/^wrong\.ts\(\d+/gm);
    expect(lines).toEqual([2, 3, 4, 5].map((line) => `wrong.ts(${line}`));
  },
);

test.each(['20.19.5', '24.9.0'])('the examples run on Node %s', async (version) => {
  const node = await nodeOf(version);
  await compile(['example.ts'], ['--module', 'nodenext']);
  const home = await temporaryDirectory();
  // What is not said is taken from the process.
  const env = { PATH, DOCKER_HOST, HOME: home };
  const run = (file: string) => promisify(execFile)(node, [file], { cwd: project, env });
  const major = (await promisify(execFile)(node, ['--version'])).stdout.split('.')[0];
  expect(major).toBe(`v${version.split('.')[0]}`);

  const folder = `/code/${project.replace(/.*\//, '')}`;
  expect(await run('example.mjs')).toEqual({
    stdout: `hello JavaScript, from Python 3 in ${folder}\nended with 0\n`,
    stderr: '',
  });
  expect(await run('example.js')).toEqual({
    stdout: [
      `locked ${images.plain}`,
      `hello TypeScript, from Python 3 in ${folder}`,
      'ended with 0',
      'not-found: no environment "no-such-environment" in the store',
      '',
    ].join('\n'),
    stderr: '',
  });
});

test('the SDK holds nothing of the command, and nothing but itself can be imported', async () => {
  const dist = join(project, 'node_modules/submarine-environments/dist');
  const packages = await bundledPackages(dist, '.js');
  expect(packages).toContain('execa');
  for (const name of ['commander', 'chalk', 'string-width']) expect(packages).not.toContain(name);

  const load = async (specifier: string): Promise<string> => {
    const program = `console.log(Object.keys(await import('${specifier}')).join(' '))`;
    const argv = ['--input-type=module', '--eval', program];
    return (await promisify(execFile)(process.execPath, argv, { cwd: project })).stdout;
  };
  expect(await load('submarine-environments')).toBe(
    'EnvironmentNotFoundError ExperimentNotFoundError InterruptedError InvalidDataError InvalidFileError NameTakenError ParametersError SubmarineError UsageError openSubmarine\n',
  );
  await expect(load('submarine-environments/dist/main.cjs')).rejects.toThrow(
    'ERR_PACKAGE_PATH_NOT_EXPORTED',
  );
});

test('a reference that is not fresh is found, and so is a type that nobody could name', async () => {
  const copy = await temporaryDirectory();
  for (const part of ['package.json', 'tsconfig.json', 'src', 'tools', 'docs/sdk']) {
    await cp(join(ROOT, part), join(copy, part), { recursive: true });
  }
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  const check = () =>
    promisify(execFile)(process.execPath, [join(copy, 'tools/reference.js'), '--check']);
  const replaceIn = async (file: string, old: string, text: string) => {
    const path = join(copy, file);
    await writeFile(path, (await readFile(path, 'utf8')).replace(old, text));
  };
  expect(await check()).toEqual({ stdout: '', stderr: '' });

  await replaceIn('src/sdk.ts', 'Opens a store, for a user.', 'Opens a store.');
  await expect(check()).rejects.toMatchObject({
    code: 1,
    stderr: 'the reference in docs/sdk is not fresh; run: npm run generate\n',
  });

  await replaceIn(
    'src/sdk/types.ts',
    'export type { Added, AddRequest }',
    'export type { AddRequest }',
  );
  await expect(check()).rejects.toThrow(
    'Environments of the SDK uses the type Added, which src/sdk.ts does not export',
  );
});
