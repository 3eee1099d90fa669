import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { experimentOf } from '../store.suite.ts';
import { FileStore } from './file-store.ts';

const ENVIRONMENT = '# of the team\nname:   abc\ndocker-image: "cuda:10.2"\n';
const EXPERIMENT = 'name: train\n"kind" : experiment # odd\nenvironment: abc\ncommand: [ls]\n';

async function storeWith(text: string) {
  const path = join(await mkdtemp(join(tmpdir(), 'experiments-')), 'environments.yaml');
  await writeFile(path, text);
  return { path, store: new FileStore(path) };
}

test('every byte of other documents stays', async () => {
  const before = `# the store\n\n${ENVIRONMENT}---\n${EXPERIMENT}`;
  const { path, store } = await storeWith(before);
  await store.experiments.add([experimentOf('other')]);
  expect(await readFile(path, 'utf8')).toBe(`${before}---\n${experimentOf('other').text}`);
  await store.experiments.delete(['other']);
  expect(await readFile(path, 'utf8')).toBe(before);
  await store.experiments.delete(['train']);
  expect(await readFile(path, 'utf8')).toBe(`# the store\n\n${ENVIRONMENT}`);
});

test.each([
  ['a quoted key', EXPERIMENT],
  ['a flow', '{"kind": "experiment", "name": "train", "environment": "abc", "command": ["ls"]}\n'],
  ['CRLF', 'kind: experiment\r\nname: train\r\nenvironment: abc\r\ncommand: [ls]\r\n'],
  [
    'an indented mapping',
    '  kind: "experiment"\n  name: train\n  environment: abc\n  command: [ls]\n',
  ],
])('an experiment is known by its kind, written as %s', async (_what, text) => {
  const { store } = await storeWith(`${ENVIRONMENT}---\n${text}`);
  expect((await store.experiments.get('train')).text).toBe(text);
  expect(await store.list()).toHaveLength(1);
});

test('an environment that speaks of experiments is one', async () => {
  const text = `${ENVIRONMENT}description: "any kind: of experiment"\n`;
  const { store } = await storeWith(text);
  expect(await store.experiments.list()).toEqual([]);
  expect((await store.get('abc')).text).toBe(text);
});

test('an experiment that is not valid is listed with its problems, and refused when it is used', async () => {
  const { path, store } = await storeWith(`${ENVIRONMENT}---\nkind: experiment\nname: train\n`);
  const [broken] = await store.experiments.list();
  expect(broken?.problems.map(({ line, message }) => `${line} ${message}`)).toEqual([
    '5 the environment is missing',
    '5 the command is missing',
  ]);
  await expect(store.experiments.get('train')).rejects.toThrow(
    `${path}:5:1: the command is missing`,
  );
  expect((await store.list()).map(({ problems }) => problems)).toEqual([[]]);
});

test('two experiments of one name are told, and an environment of that name is no second', async () => {
  const { store } = await storeWith(
    `name: train\ndocker-image: x\n---\n${EXPERIMENT}---\n${EXPERIMENT}`,
  );
  await expect(store.experiments.get('train')).rejects.toThrow(
    'the name "train" is taken by the document in line 4',
  );
  expect(await store.get('train')).toMatchObject({ environment: { name: 'train' } });
});

test('an experiment that is not YAML keeps the store from being written', async () => {
  const { path, store } = await storeWith(`${ENVIRONMENT}---\nkind: experiment\nname: "train\n`);
  const before = await readFile(path, 'utf8');
  await expect(store.delete(['abc'])).rejects.toThrow(`${path}:`);
  expect(await readFile(path, 'utf8')).toBe(before);
  expect(await store.get('abc')).toMatchObject({ environment: { name: 'abc' } });
});
