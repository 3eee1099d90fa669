import { cp, mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { beforeEach, expect, test } from '@jest/globals';

import type { User } from '../support/submarine.ts';
import { newUser } from '../support/submarine.ts';

const FIXTURE = fileURLToPath(new URL('../fixtures/8ef0ef1', import.meta.url));
/** Nobody answers there. */
const ENGINE = 'unix:///nowhere/docker.sock';
const LOCK = await readFile(join(FIXTURE, 'data/environments.lock/demo.yaml'), 'utf8');

let user: User;
let data: string;

/** A user with what an earlier version has left: store, locks, selection and two kernels. */
beforeEach(async () => {
  user = await newUser();
  data = join(user.home, '.local/share/submarine');
  for (const [name, path] of [
    ['data', data],
    ['state', join(user.home, '.local/state/submarine')],
    ['cache', join(user.home, '.cache/submarine')],
  ] as const) {
    await mkdir(dirname(path), { recursive: true });
    await cp(join(FIXTURE, name), path, { recursive: true });
  }
});

/** Without an engine, and with what it prints. */
async function stdoutOf(...argv: string[]): Promise<string> {
  const { code, stdout, stderr } = await user.run(argv, { env: { DOCKER_HOST: ENGINE } });
  expect({ argv, code, stderr: code === 0 ? '' : stderr }).toEqual({ argv, code: 0, stderr: '' });
  return stdout;
}

test('the store of an earlier version opens, with its selection', async () => {
  expect(await stdoutOf('env', 'list', '-o', 'name')).toBe('GPU\ndemo\nimported\nplain\n');
  expect(await stdoutOf('env', 'current')).toBe('demo\n');
  const text = await readFile(join(FIXTURE, 'data/environments.yaml'), 'utf8');
  expect(text).toContain(await stdoutOf('env', 'show', 'plain'));
});

test('its locks are fresh, and used for a start', async () => {
  for (const name of ['demo', 'imported', 'GPU']) await stdoutOf('env', 'diff', name);
  expect(await stdoutOf('env', 'lock', 'demo', '--check')).toBe('');
  const start = await stdoutOf('run', '--frozen', '--dry-run', '--no-code', '--', 'true');
  expect(start).toContain('3cfe7c7434f1db7e4e8b5664f4c13010');
  const list = await stdoutOf('env', 'export', 'demo', '--format', 'explicit');
  expect(list).toContain('/noarch/many-1.1-0.tar.bz2#72d259b8ed8cf94d5e12d9e3b42e4258\n');
});

test('the first change moves the locks to the new place, and changes nothing in them', async () => {
  await stdoutOf('env', 'add', '--name', 'new', '--image', 'alpine');

  expect(await readdir(data)).toEqual(['environments.yaml', 'environments.yaml.lock']);
  expect((await readdir(join(data, 'environments.yaml.lock'))).toSorted()).toEqual([
    '+G+P+U.yaml',
    'demo.yaml',
    'imported.yaml',
  ]);
  expect(await readFile(join(data, 'environments.yaml.lock/demo.yaml'), 'utf8')).toBe(LOCK);
  await stdoutOf('env', 'lock', 'demo', '--check');
  await stdoutOf('env', 'diff', 'GPU');
});

test('its kernels, which runs could write to, are listed as such with who uses them, and count as not there', async () => {
  const kernels: unknown = JSON.parse(await stdoutOf('kernel', 'list', '-o', 'json'));
  expect(kernels).toHaveLength(2);
  for (const [digest, name] of [
    ['875f1cdf220f2e6f149ebce8e5b18b10', 'plain'],
    ['3cfe7c7434f1db7e4e8b5664f4c13010', 'demo'],
  ]) {
    expect(kernels).toContainEqual(
      expect.objectContaining({ digest, environments: [name], state: 'untrusted' }),
    );
  }
  const env = { DOCKER_HOST: ENGINE };
  expect((await user.run(['kernel', 'verify', 'demo'], { env })).code).toBe(66);
});
