import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { temporaryDirectory } from '../../../test/support/bed.ts';
import { FileStore } from './file-store.ts';

const DOCUMENT = {
  text: 'name: new\ndocker-image: alpine\n',
  environment: { name: 'new', 'docker-image': 'alpine' },
};

let home: string;
let project: string;
let path: string;
let store: FileStore;
let changes: number;

/** The store of a project, which a container may have changed since its configuration was read. */
beforeEach(async () => {
  const folder = await temporaryDirectory();
  home = join(folder, 'home');
  project = join(folder, 'project');
  await mkdir(join(home, '.ssh'), { recursive: true });
  await mkdir(project);
  await writeFile(join(home, '.ssh/new.yaml'), 'secret\n');
  path = join(project, 'environments.yaml');
  changes = 0;
  store = new FileStore(path, { within: project, changed });
});

const changed = (): void => {
  changes += 1;
};

test('a store that stays in its project is used, and each change is told', async () => {
  await mkdir(join(project, 'real'));
  await symlink('real', join(project, 'team'));
  path = join(project, 'team/environments.yaml');
  store = new FileStore(path, { within: project, changed });
  await store.add([DOCUMENT], { dryRun: true });
  expect(changes).toBe(0);

  await store.add([DOCUMENT]);
  await store.writeLock('new', 'a lock\n');
  await store.add([DOCUMENT], { replace: true });

  expect(await readFile(join(project, 'real/environments.yaml'), 'utf8')).toBe(DOCUMENT.text);
  expect(await store.findLock('new')).toBe('a lock\n');
  expect(changes).toBe(2);
  await store.delete(['new']);
  expect(await readdir(join(project, 'real'))).toEqual(['environments.yaml']);
});

describe('a link out of the project', () => {
  const outside = {
    kind: 'invalid',
    message: expect.stringContaining('leads out of'),
  };

  test('in the place of the store is neither read nor written', async () => {
    await symlink(join(home, '.zshenv'), path);

    await expect(store.list()).rejects.toMatchObject(outside);
    await expect(store.add([DOCUMENT])).rejects.toMatchObject(outside);
    expect(await readdir(home)).toEqual(['.ssh']);
  });

  test('in the place of a folder above it is neither', async () => {
    await symlink(home, join(project, 'team'));
    const store = new FileStore(join(project, 'team/new/environments.yaml'), { within: project });

    await expect(store.list()).rejects.toMatchObject(outside);
    await expect(store.add([DOCUMENT])).rejects.toMatchObject(outside);
    expect(await readdir(home)).toEqual(['.ssh']);
  });

  test('in the place of the folder of locks is not read, written or emptied', async () => {
    await store.add([DOCUMENT]);
    await symlink(join(home, '.ssh'), join(project, 'environments.yaml.lock'));

    await expect(store.findLock('new')).rejects.toMatchObject(outside);
    await expect(store.writeLock('new', 'x')).rejects.toMatchObject(outside);
    await expect(store.delete(['new'])).rejects.toMatchObject(outside);
    expect(await readFile(join(home, '.ssh/new.yaml'), 'utf8')).toBe('secret\n');
    expect(await readFile(path, 'utf8')).toBe(DOCUMENT.text);
  });

  test('in the place of one lock is not read or written, and goes alone', async () => {
    await store.add([DOCUMENT]);
    await mkdir(join(project, 'environments.yaml.lock'));
    await symlink(join(home, '.ssh/new.yaml'), join(project, 'environments.yaml.lock/new.yaml'));

    await expect(store.findLock('new')).rejects.toMatchObject(outside);
    await expect(store.writeLock('new', 'x')).rejects.toMatchObject(outside);
    await store.delete(['new']);
    expect(await readFile(join(home, '.ssh/new.yaml'), 'utf8')).toBe('secret\n');
  });

  test('in the place of what is being made of locks is not read or emptied', async () => {
    await store.add([DOCUMENT]);
    await mkdir(join(project, 'environments.yaml.lock'));
    await symlink(join(home, '.ssh'), join(project, 'environments.yaml.lock/.next'));

    await expect(store.findLock('new')).rejects.toMatchObject(outside);
    await expect(store.writeLock('new', 'x')).rejects.toMatchObject(outside);
    expect(await readdir(join(home, '.ssh'))).toEqual(['new.yaml']);
  });

  test('in the old place of the locks is not read, and nothing is moved out of it', async () => {
    await store.add([DOCUMENT]);
    await symlink(join(home, '.ssh'), join(project, 'environments.lock'));

    await expect(store.findLock('new')).rejects.toMatchObject(outside);
    await expect(store.writeLock('new', 'x')).rejects.toMatchObject(outside);
    expect(await readdir(join(home, '.ssh'))).toEqual(['new.yaml']);
  });

  test('in a circle is an error, and not a fault of ours', async () => {
    await store.add([DOCUMENT]);
    await symlink('environments.yaml.lock', join(project, 'environments.yaml.lock'));

    await expect(store.delete(['new'])).rejects.toMatchObject({ kind: 'cannot-write' });
    await expect(store.findLock('new')).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('cannot read the lock'),
    });
  });
});

describe('a link in the place of', () => {
  const isLink = { kind: 'invalid', message: expect.stringContaining('" is a link') };
  let hook: string;

  /** Code that something else runs, in the project itself; a file that is YAML may be as much. */
  beforeEach(async () => {
    hook = join(project, '.git/hooks/pre-commit');
    await mkdir(join(project, '.git/hooks'), { recursive: true });
    await writeFile(hook, '#!/bin/sh\n', { mode: 0o755 });
    await writeFile(join(project, 'compose.yaml'), 'services: {}\n');
  });

  test.each(['.git/hooks/pre-commit', 'compose.yaml', 'not-there.yaml'])(
    'one lock to another file of the project, %s, is not followed',
    async (target) => {
      await store.add([DOCUMENT]);
      await mkdir(join(project, 'environments.yaml.lock'));
      await symlink(join('..', target), store.lockLocation('new'));

      await expect(store.writeLock('new', 'a lock\n')).rejects.toMatchObject(isLink);
      await expect(store.findLock('new')).rejects.toMatchObject(isLink);
      await expectUntouched();
    },
  );

  test.each(['.git/hooks/pre-commit', 'compose.yaml', 'not-there.yaml'])(
    'a lock that is being made to another file of the project, %s, is not followed',
    async (target) => {
      await store.add([DOCUMENT]);
      const { version } = await store.get('new');
      await mkdir(join(project, 'environments.yaml.lock/.next'), { recursive: true });
      const staged = join(project, `environments.yaml.lock/.next/${version}@new.yaml`);
      await symlink(join(project, target), staged);

      await expect(store.findLock('new')).rejects.toMatchObject(isLink);
      await expect(store.writeLock('new', 'a lock\n')).rejects.toMatchObject(isLink);
      await expectUntouched();
    },
  );

  test.each(['.git/hooks/pre-commit', 'compose.yaml', 'not-there.yaml'])(
    'a lock in the old place to another file of the project, %s, is not followed',
    async (target) => {
      await store.add([DOCUMENT]);
      await mkdir(join(project, 'environments.lock'));
      await symlink(join('..', target), join(project, 'environments.lock/new.yaml'));

      await expect(store.findLock('new')).rejects.toMatchObject(isLink);
      await expect(store.writeLock('new', 'a lock\n')).rejects.toMatchObject(isLink);
      await expectUntouched();
    },
  );

  test('what is being made of locks to a folder of the project empties nothing', async () => {
    await store.add([DOCUMENT]);
    await mkdir(join(project, 'environments.yaml.lock'));
    await symlink('../.git/hooks', join(project, 'environments.yaml.lock/.next'));

    await store.writeLock('new', 'a lock\n');
    await store.add([DOCUMENT], { replace: true });

    expect(await store.findLock('new')).toBe('a lock\n');
    expect(await readdir(join(project, '.git/hooks'))).toEqual(['pre-commit']);
    await expectUntouched();
  });

  test.each(['.git/hooks/pre-commit', 'compose.yaml', 'not-there.yaml'])(
    'the store to another file of the project, %s, is not followed',
    async (target) => {
      await symlink(target, path);

      await expect(store.list()).rejects.toMatchObject(isLink);
      await expect(store.add([DOCUMENT])).rejects.toMatchObject(isLink);
      await expectUntouched();
    },
  );

  async function expectUntouched(): Promise<void> {
    expect(await readFile(hook, 'utf8')).toBe('#!/bin/sh\n');
    expect(await readFile(join(project, 'compose.yaml'), 'utf8')).toBe('services: {}\n');
    expect(await readdir(project)).not.toContain('not-there.yaml');
  }
});

test('a store that is not YAML by its name is neither read nor written', async () => {
  const store = new FileStore(join(project, 'Makefile'), { within: project });

  await expect(store.list()).rejects.toMatchObject({ kind: 'invalid' });
  await expect(store.add([DOCUMENT])).rejects.toMatchObject({ kind: 'invalid' });
  expect(await readdir(project)).toEqual([]);
});

test.each(['environments.yaml', 'environments.yaml.lock/new.yaml'])(
  'a FIFO as %s is refused and not waited for',
  async (name) => {
    await mkdir(join(project, 'environments.yaml.lock'));
    await rm(join(project, name), { force: true });
    spawnSync('mkfifo', [join(project, name)]);

    const reading = name.endsWith('new.yaml') ? store.findLock('new') : store.list();
    await expect(reading).rejects.toMatchObject({ kind: 'invalid' });
  },
);
