import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import type { EnvironmentDocument } from '../../environment/environment.ts';
import {
  EnvironmentNotFoundError,
  ExitCode,
  InvalidDataError,
  InvalidFileError,
} from '../../errors.ts';
import { FileStore } from './file-store.ts';
import { NameTakenError } from '../store-errors.ts';

let folder = '';
let path = '';

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'submarine-store-')));
  path = join(folder, 'environments.yaml');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const textOf = (name: string): string => `name: ${name}\ndocker-image: alpine\n`;
const documentOf = (name: string, text = textOf(name)): EnvironmentDocument => ({
  text,
  environment: { name, 'docker-image': 'alpine' },
});
const content = (): Promise<string> => readFile(path, 'utf8');

describe('a store that is not there', () => {
  test.each(['absent', 'empty', 'comments'])('is empty when its file is %s', async (kind) => {
    if (kind !== 'absent') await writeFile(path, kind === 'empty' ? '' : '# of team ABC\n');
    const store = new FileStore(path);
    expect(await store.list()).toEqual([]);
    await expect(store.get('abc')).rejects.toThrow(EnvironmentNotFoundError);
  });

  test('is made with its folders by the first environment', async () => {
    path = join(folder, 'of/mine/environments.yaml');
    await new FileStore(path).add([documentOf('abc')]);
    expect(await content()).toBe(textOf('abc'));
  });

  test('is not made by a command that fails, nor by a dry run', async () => {
    path = join(folder, 'of/mine/environments.yaml');
    const store = new FileStore(path);
    await expect(store.delete(['abc'])).rejects.toThrow(EnvironmentNotFoundError);
    await store.add([documentOf('abc')], { dryRun: true });
    expect(await readdir(folder)).toEqual([]);
  });

  test('is empty again, and not remembered, when the file is deleted', async () => {
    const store = new FileStore(path);
    await store.add([documentOf('abc')]);
    await rm(path);
    expect(await store.list()).toEqual([]);
  });
});

describe('list', () => {
  test('is sorted by name in the order of code points', async () => {
    await writeFile(
      path,
      ['b', 'B', 'a1', 'a', '10', '9']
        .map((name) => `name: "${name}"\ndocker-image: x\n`)
        .join('---\n'),
    );
    const names = (await new FileStore(path).list()).map(({ environment }) => environment?.name);
    expect(names).toEqual(['10', '9', 'B', 'a', 'a1', 'b']);
  });

  test('marks what is no environment, with lines of the store, and reads the others', async () => {
    await writeFile(path, `${textOf('good')}--- # second\nname: bad\nimage: x\n---\n- a\n- list\n`);
    const [bad, good, list] = await new FileStore(path).list();
    expect(good).toMatchObject({ environment: { name: 'good' }, problems: [] });
    expect(bad).toMatchObject({ name: 'bad', environment: undefined });
    expect(bad?.problems).toContainEqual(expect.objectContaining({ line: 5, column: 1 }));
    expect(list).toMatchObject({ name: undefined, problems: [{ line: 7 }] });
  });

  test('marks the second document of a name', async () => {
    await writeFile(path, `${textOf('abc')}---\n${textOf('abc')}`);
    const [first, second] = await new FileStore(path).list();
    expect(first?.problems).toEqual([]);
    expect(second).toMatchObject({ name: 'abc', environment: undefined });
    expect(second?.problems).toMatchObject([
      { line: 4, message: expect.stringContaining('line 1') },
    ]);
  });

  test('has the column of a document that begins on the line of its marker', async () => {
    await writeFile(path, '--- {name: abc, docker-image: UPPER/}\n');
    const [only] = await new FileStore(path).list();
    expect(only?.problems).toMatchObject([{ line: 1, column: 31 }]);
  });
});

describe('get', () => {
  test('gives the document to the byte', async () => {
    const text = '# of b\r\nname:   b # here\r\ndocker-image: "x"';
    await writeFile(path, `\uFEFF${textOf('a')}--- # next\n${text}`);
    expect(await new FileStore(path).get('b')).toMatchObject({ text, environment: { name: 'b' } });
  });

  test('names the nearest when there is none of that name, which is compared exactly', async () => {
    await writeFile(path, textOf('tensorflow'));
    await expect(new FileStore(path).get('Tensorflow')).rejects.toMatchObject({
      exitCode: ExitCode.notFound,
      hint: 'did you mean "tensorflow"?',
    });
  });

  test('refuses one that is no valid environment, and one that is there twice', async () => {
    await writeFile(path, `name: bad\n---\n${textOf('abc')}---\n${textOf('abc')}`);
    const store = new FileStore(path);
    await expect(store.get('bad')).rejects.toThrow(`${path}:1:1: `);
    await expect(store.get('abc')).rejects.toThrow(`${path}:6:1: the name "abc" is taken`);
  });
});

describe('add', () => {
  const kept = '# for the ABC team\nname:   abc\ndocker-image: "cuda:10.2"';

  test('leaves every byte that is there, and keeps the text that is given', async () => {
    await writeFile(path, kept);
    const text = '# mine\ndocker-image: alpine # small\nname: mine\n';
    await new FileStore(path).add([documentOf('mine', text), documentOf('other')]);
    expect(await content()).toBe(`${kept}\n---\n${text}---\n${textOf('other')}`);
  });

  test('adds all or none, and names every name that is taken', async () => {
    const before = `${textOf('a')}---\n${textOf('b')}`;
    await writeFile(path, before);
    const adding = new FileStore(path).add(['b', 'c', 'a'].map((name) => documentOf(name)));
    await expect(adding).rejects.toThrow(NameTakenError);
    await expect(adding).rejects.toMatchObject({
      names: ['b', 'a'],
      exitCode: ExitCode.invalidData,
      message: 'the store already has environments "b", "a"',
      hint: expect.stringContaining('--replace'),
    });
    expect(await content()).toBe(before);
  });

  test('replaces a text in its place', async () => {
    await writeFile(path, `${textOf('a')}---\n${textOf('b')}--- # c\n${textOf('c')}`);
    const b = documentOf('b', 'name: b\ndocker-image: new\n');
    await new FileStore(path).add([b, documentOf('d')], { replace: true });
    expect(await content()).toBe(
      `${textOf('a')}---\n${b.text}--- # c\n${textOf('c')}---\n${textOf('d')}`,
    );
  });

  test('replaces one that is no valid environment', async () => {
    await writeFile(path, `name: bad\n---\n${textOf('c')}`);
    await new FileStore(path).add([documentOf('bad')], { replace: true });
    expect(await content()).toBe(`${textOf('bad')}---\n${textOf('c')}`);
  });

  test('refuses two of one name, in what is given and in what is to be replaced', async () => {
    const before = `${textOf('abc')}---\n${textOf('abc')}`;
    await writeFile(path, before);
    const store = new FileStore(path);
    await expect(store.add([documentOf('x'), documentOf('x')])).rejects.toThrow(InvalidDataError);
    await expect(store.add([documentOf('abc')], { replace: true })).rejects.toThrow(
      InvalidFileError,
    );
    expect(await content()).toBe(before);
  });

  test('does not touch the file when nothing changes', async () => {
    await writeFile(path, textOf('abc'));
    const { ino, mtimeMs } = await stat(path);
    await new FileStore(path).add([documentOf('abc')], { replace: true });
    await new FileStore(path).add([documentOf('new')], { dryRun: true });
    expect(await stat(path)).toMatchObject({ ino, mtimeMs });
  });
});

describe('delete', () => {
  test('leaves every byte of the other environments', async () => {
    const kept = '# for the ABC team\nname:   abc\ndocker-image: "cuda:10.2"\n';
    await writeFile(path, `${kept}---\nname: gone\ndocker-image: alpine\n`);
    await new FileStore(path).delete(['gone']);
    expect(await content()).toBe(kept);
  });

  test('deletes all or none', async () => {
    await writeFile(path, textOf('abc'));
    const deleting = new FileStore(path).delete(['abc', 'abd']);
    await expect(deleting).rejects.toThrow('no environment "abd" in the store');
    expect(await content()).toBe(textOf('abc'));
  });

  test('deletes what is no valid environment, and every document of a name', async () => {
    await writeFile(path, `name: bad\n---\n${textOf('abc')}---\n${textOf('x')}---\nname: bad\n`);
    await new FileStore(path).delete(['bad', 'abc', 'bad']);
    expect(await content()).toBe(textOf('x'));
  });

  test('changes nothing in a dry run', async () => {
    await writeFile(path, textOf('abc'));
    await new FileStore(path).delete(['abc'], { dryRun: true });
    expect(await content()).toBe(textOf('abc'));
  });
});

describe('a store that is no YAML', () => {
  test.each([
    ['a quote that is not closed', 'name: "b\ndocker-image: x\n', 6],
    ['a bracket that is not closed', 'name: b\ndocker-image: [x\n', 6],
    ['a tab', 'name: b\nkernel:\n\tname: x\n', 6],
    ['a merge that was not finished', '<<<<<<< HEAD\nname: b\n=======\nname: c\n>>>>>>> x\n', 4],
  ])('with %s is never overwritten, and its line is shown', async (_, text, line) => {
    const before = `${textOf('a')}---\n${text}---\n${textOf('c')}`;
    await writeFile(path, before);
    const store = new FileStore(path);
    for (const work of [
      () => store.list(),
      () => store.get('a'),
      () => store.add([documentOf('d')]),
      () => store.delete(['a']),
    ]) {
      await expect(work()).rejects.toThrow(InvalidFileError);
      await expect(work()).rejects.toThrow(new RegExp(`^${path}:[4-8]:\\d+: .*".+"`));
      await expect(work()).rejects.toMatchObject({ exitCode: ExitCode.invalidData });
    }
    await expect(store.list()).rejects.toMatchObject({
      problems: expect.arrayContaining([expect.objectContaining({ line })]),
    });
    expect(await content()).toBe(before);
  });

  test('because it is no UTF-8 is never overwritten', async () => {
    const before = Buffer.from(`${textOf('a')}description: caf\u00e9\n`, 'latin1');
    await writeFile(path, before);
    const adding = new FileStore(path).add([documentOf('d')]);
    await expect(adding).rejects.toThrow(`${path}:3:17: the file is not UTF-8 here`);
    expect(await readFile(path)).toEqual(before);
  });
});

describe('a store that cannot be read', () => {
  test('because it is a folder is invalid data', async () => {
    await mkdir(path);
    for (const work of [new FileStore(path).list(), new FileStore(path).add([documentOf('a')])]) {
      await expect(work).rejects.toMatchObject({
        exitCode: ExitCode.invalidData,
        message: `cannot read the store "${path}": it is a folder`,
      });
    }
    expect(await readdir(folder)).toEqual(['environments.yaml']);
  });

  test('because a part of its path is a file, or its links lead in a circle, is invalid data', async () => {
    await writeFile(path, '');
    await symlink('loop', join(folder, 'loop'));
    for (const place of [join(path, 'store.yaml'), join(folder, 'loop')]) {
      await expect(new FileStore(place).list()).rejects.toMatchObject({
        exitCode: ExitCode.invalidData,
      });
    }
  });
});

test('a link to the store stays, and its mode', async () => {
  const real = join(folder, 'real.yaml');
  await writeFile(real, textOf('a'), { mode: 0o660 });
  await chmod(real, 0o660);
  await symlink('real.yaml', path);
  await new FileStore(path).add([documentOf('b')]);
  expect(await readlink(path)).toBe('real.yaml');
  expect((await stat(real)).mode & 0o777).toBe(0o660);
  expect(await readFile(real, 'utf8')).toBe(`${textOf('a')}---\n${textOf('b')}`);
  expect((await readdir(folder)).toSorted()).toEqual(['environments.yaml', 'real.yaml']);
});

test('ten thousand environments are listed within three seconds', async () => {
  await writeFile(
    path,
    Array.from({ length: 10_000 }, (_, index) => textOf(`env-${index}`)).join('---\n'),
  );
  const begin = performance.now();
  expect(await new FileStore(path).list()).toHaveLength(10_000);
  expect(performance.now() - begin).toBeLessThan(20_000);
});
