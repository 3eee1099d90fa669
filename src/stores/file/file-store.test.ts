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
import { parseEnvironment } from '../../environment/parse-environment.ts';
import { EnvironmentNotFoundError, InvalidDataError, InvalidFileError } from '../../errors.ts';
import { describeStore } from '../store.suite.ts';
import { FileStore } from './file-store.ts';

let folder = '';
let path = '';

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'submarine-store-')));
  path = join(folder, 'environments.yaml');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describeStore('a file', async () => async () => new FileStore(path));

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
  test('marks what is not an environment, with lines of the store, and reads the others', async () => {
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

  test('refuses one that is not a valid environment, and one that is there twice', async () => {
    await writeFile(path, `name: bad\n---\n${textOf('abc')}---\n${textOf('abc')}`);
    const store = new FileStore(path);
    await expect(store.get('bad')).rejects.toThrow(`${path}:1:1: `);
    await expect(store.get('abc')).rejects.toThrow(`${path}:6:1: the name "abc" is taken`);
  });
});

describe('what is parsed', () => {
  let parsed: string[];
  const counting = (): FileStore =>
    new FileStore(path, {
      parse: (text, start) => {
        parsed.push(text);
        return parseEnvironment(text, start);
      },
    });

  beforeEach(async () => {
    await writeFile(path, ['a', 'b', 'c'].map(textOf).join('---\n'));
    parsed = [];
  });

  test('by get is the document that is asked for, once', async () => {
    await counting().get('b');
    expect(parsed).toEqual([textOf('b')]);
  });

  test('by get are also those whose names no line tells', async () => {
    const other = '{name: d, docker-image: alpine}\n';
    await writeFile(path, `${await content()}---\n${other}`);
    expect(await counting().get('d')).toMatchObject({ text: other });
    await counting().get('b');
    expect(parsed).toEqual([other, textOf('b'), other]);
  });

  test.each<[string, (store: FileStore) => Promise<void>]>([
    ['add', (store) => store.add([documentOf('d')])],
    ['add with a lock', (store) => store.add([documentOf('d')], { locks: new Map([['d', 'x']]) })],
    ['replace', (store) => store.add([documentOf('b', 'name: b\n')], { replace: true })],
    ['delete', (store) => store.delete(['b'])],
    ['writeLock', (store) => store.writeLock('b', 'x')],
  ])('by %s is each document that is there, once', async (_, change) => {
    await change(counting());
    expect(parsed).toEqual(['a', 'b', 'c'].map(textOf));
  });
});

describe('get', () => {
  test('needs no other document to be YAML', async () => {
    await writeFile(path, `${textOf('a')}---\nname: b\nkernel: [x\n`);
    expect(await new FileStore(path).get('a')).toMatchObject({ text: textOf('a') });
    await expect(new FileStore(path).get('b')).rejects.toThrow(InvalidFileError);
    await expect(new FileStore(path).get('c')).rejects.toThrow(InvalidFileError);
  });

  test.each([
    'name: "a b"',
    'name: a\n  b',
    'description: |\n  name: x\nname: b2',
    '"name": quoted',
    'name: !!str tagged',
    '{name: flow}',
    'a: &name anchored\nname: *name',
    'name: "\\x61bc"',
    '? name\n: complex',
  ])('finds %j by the name that list gives it', async (text) => {
    await writeFile(path, `${textOf('first')}---\n${text}\n---\n${textOf('last')}`);
    const store = new FileStore(path);
    const odd = (await store.list()).find(({ problems }) => problems.length > 0);
    const name = odd !== undefined && 'name' in odd ? odd.name : undefined;
    if (name === undefined) throw new Error('the document has no name');
    await expect(store.get(name)).rejects.toThrow(InvalidFileError);
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

  test('replaces a text in its place', async () => {
    await writeFile(path, `${textOf('a')}---\n${textOf('b')}--- # c\n${textOf('c')}`);
    const b = documentOf('b', 'name: b\ndocker-image: new\n');
    await new FileStore(path).add([b, documentOf('d')], { replace: true });
    expect(await content()).toBe(
      `${textOf('a')}---\n${b.text}--- # c\n${textOf('c')}---\n${textOf('d')}`,
    );
  });

  test('replaces one that is not a valid environment', async () => {
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

  test('deletes what is not a valid environment, and every document of a name', async () => {
    await writeFile(path, `name: bad\n---\n${textOf('abc')}---\n${textOf('x')}---\nname: bad\n`);
    await new FileStore(path).delete(['bad', 'abc', 'bad']);
    expect(await content()).toBe(textOf('x'));
  });
});

describe('a store that is no YAML', () => {
  test.each([
    ['a quote that is not closed', 'name: "b\ndocker-image: x\n', 4],
    ['a bracket that is not closed', 'name: b\ndocker-image: [x\n', 5],
    ['a tab', 'name: b\nkernel:\n\tname: x\n', 6],
    ['a merge that was not finished', '<<<<<<< HEAD\nname: b\n=======\nname: c\n>>>>>>> x\n', 4],
  ])('with %s is never overwritten, and its line is shown', async (_, text, line) => {
    const before = `${textOf('a')}---\n${text}---\n${textOf('c')}`;
    await writeFile(path, before);
    const store = new FileStore(path);
    for (const work of [
      () => store.list(),
      () => store.get('b'),
      () => store.add([documentOf('d')]),
      () => store.delete(['a']),
    ]) {
      await expect(work()).rejects.toThrow(InvalidFileError);
      await expect(work()).rejects.toThrow(new RegExp(`^${path}:[4-8]:\\d+: .*".+"`));
      await expect(work()).rejects.toMatchObject({ kind: 'invalid' });
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
        kind: 'invalid',
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
        kind: 'invalid',
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
