import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { temporaryDirectory } from '../../../test/support/bed.ts';
import { kernelDigest, kernelSpecification } from '../../kernel/kernel-digest.ts';
import { documentOf } from '../store.suite.ts';
import { FileStore } from './file-store.ts';

let folder: string;

beforeEach(async () => {
  folder = await temporaryDirectory();
  await mkdir(join(folder, 'team.lock'));
});

/** A store whose environments have a kernel with one dependency each. */
async function newStore(file: string, dependencies: Readonly<Record<string, string>>) {
  const texts = Object.entries(dependencies).map(
    ([name, one]) =>
      `name: ${name}\ndocker-image: alpine\nkernel:\n  name: k\n  dependencies:\n    - ${one}\n`,
  );
  await writeFile(join(folder, file), texts.join('---\n'));
  return new FileStore(join(folder, file));
}

function lockOf(dependency: string): string {
  const digest = kernelDigest(kernelSpecification({ dependencies: [dependency] }));
  return `version: 1\ndigest: ${digest}\n`;
}

const writeOld = (name: string, text: string): Promise<void> =>
  writeFile(join(folder, 'team.lock', `${name}.yaml`), text);

const filesOf = async (name: string): Promise<readonly string[]> =>
  (await readdir(join(folder, name))).toSorted();

describe('locks in the old place, of one store', () => {
  test('are read, and moved by the first change, a stale one and a capital name too', async () => {
    const store = await newStore('team.yaml', { demo: 'a', Demo: 'b', stale: 'c' });
    for (const [name, text] of [
      ['demo', lockOf('a')],
      ['Demo', lockOf('b')],
      ['stale', lockOf('x')],
      ['gone', lockOf('y')],
    ] as const) {
      await writeOld(name, text);
      if (name !== 'gone') expect(await store.findLock(name)).toBe(text);
    }
    expect(await readdir(folder)).toEqual(['team.lock', 'team.yaml']);

    await store.add([documentOf('new')]);

    expect(await readdir(folder)).toEqual(['team.yaml', 'team.yaml.lock']);
    expect(await filesOf('team.yaml.lock')).toEqual([
      '+Demo.yaml',
      'demo.yaml',
      'gone.yaml',
      'stale.yaml',
    ]);
    expect(await store.findLock('Demo')).toBe(lockOf('b'));
    expect(await store.findLock('stale')).toBe(lockOf('x'));
  });

  test('give way to newer ones, and go with their environments', async () => {
    const store = await newStore('team.yaml', { demo: 'a', other: 'b' });
    await mkdir(join(folder, 'team.yaml.lock'));
    await writeFile(join(folder, 'team.yaml.lock/demo.yaml'), 'newer\n');
    await writeOld('demo', lockOf('a'));
    await writeOld('other', lockOf('b'));
    expect(await store.findLock('demo')).toBe('newer\n');

    await store.delete(['other']);

    expect(await store.findLock('demo')).toBe('newer\n');
    expect(await filesOf('team.yaml.lock')).toEqual(['demo.yaml']);
    expect(await readdir(folder)).toEqual(['team.yaml', 'team.yaml.lock']);
  });

  test('are not touched by a dry run, nor by a change that is refused', async () => {
    const store = await newStore('team.yaml', { demo: 'a' });
    await writeOld('demo', lockOf('a'));
    await store.delete(['demo'], { dryRun: true });
    await expect(store.delete(['absent'])).rejects.toThrow('no environment "absent"');
    expect(await filesOf('team.lock')).toEqual(['demo.yaml']);
  });
});

describe('locks in the old place, of two stores', () => {
  test('go to the one whose environment they were made for; what is of both or of none stays', async () => {
    const yaml = await newStore('team.yaml', { mine: 'a', differs: 'b', both: 'c', stale: 'd' });
    const yml = await newStore('team.yml', { differs: 'x', both: 'c', stale: 'e' });
    await writeOld('mine', lockOf('a'));
    await writeOld('differs', lockOf('x'));
    await writeOld('both', lockOf('c'));
    await writeOld('stale', lockOf('y'));
    expect(await yaml.findLock('differs')).toBeUndefined();
    expect(await yml.findLock('differs')).toBe(lockOf('x'));

    await yaml.add([documentOf('new')]);
    expect(await filesOf('team.yaml.lock')).toEqual(['mine.yaml']);
    await yml.add([documentOf('new')]);
    expect(await filesOf('team.yml.lock')).toEqual(['differs.yaml']);

    expect(await filesOf('team.lock')).toEqual(['both.yaml', 'stale.yaml']);
    expect(await yaml.findLock('both')).toBe(lockOf('c'));
    expect(await yml.findLock('both')).toBe(lockOf('c'));
    expect(await yaml.findLock('stale')).toBeUndefined();
  });

  test('are not deleted with an environment of the other', async () => {
    const yaml = await newStore('team.yaml', { demo: 'a' });
    const yml = await newStore('team.yml', { demo: 'b' });
    await writeOld('demo', lockOf('b'));
    await yaml.delete(['demo']);
    expect(await yml.findLock('demo')).toBe(lockOf('b'));
  });

  test('of one that is not YAML stay, since nobody can tell whose they are', async () => {
    const yaml = await newStore('team.yaml', { demo: 'a' });
    await writeFile(join(folder, 'team.yml'), 'name: "demo\n');
    await writeOld('demo', lockOf('a'));
    await yaml.add([documentOf('new')]);
    expect(await filesOf('team.lock')).toEqual(['demo.yaml']);
    expect(await yaml.findLock('demo')).toBe(lockOf('a'));
  });

  test('that cannot be read stay, and hinder no change', async () => {
    const yaml = await newStore('team.yaml', { demo: 'a' });
    await newStore('team.yml', { demo: 'b' });
    await mkdir(join(folder, 'team.lock/odd.yaml'));
    await yaml.add([documentOf('odd')]);
    expect(await filesOf('team.lock')).toEqual(['odd.yaml']);
  });

  test('are those of one where the other is a link in a circle', async () => {
    const yaml = await newStore('team.yaml', { demo: 'a' });
    await symlink('team.yml', join(folder, 'team.yml'));
    await writeOld('demo', lockOf('a'));
    expect(await yaml.findLock('demo')).toBe(lockOf('a'));
    await yaml.add([documentOf('new')]);
    expect(await filesOf('team.yaml.lock')).toEqual(['demo.yaml']);
  });

  test('stay where the other one keeps its own there to this day', async () => {
    const bare = await newStore('team', { demo: 'b', other: 'c' });
    const yaml = await newStore('team.yaml', { demo: 'a' });
    await bare.writeLock('demo', lockOf('b'));
    await yaml.writeLock('demo', lockOf('a'));
    await yaml.delete(['demo']);
    expect(await bare.findLock('demo')).toBe(lockOf('b'));
    await bare.delete(['demo']);
    expect((await readdir(folder)).toSorted()).toEqual(['team', 'team.yaml']);
  });
});

test('two stores beside each other have locks of their own', async () => {
  const yaml = await newStore('team.yaml', { demo: 'a' });
  const yml = await newStore('team.yml', { demo: 'a' });
  await yaml.writeLock('demo', 'one\n');
  await yml.writeLock('demo', 'two\n');
  await yaml.delete(['demo']);
  expect(await readFile(yml.lockLocation('demo'), 'utf8')).toBe('two\n');
  expect(await yml.findLock('demo')).toBe('two\n');
});
