import { describe, expect, test } from '@jest/globals';

import type { RunFilter, RunInfo } from '../../engines/engine.ts';
import { SubmarineError } from '../../errors.ts';
import { findRun } from './find-run.ts';

function container(
  name: string,
  id: string,
  env: string,
  { state = 'running', kind = 'run' } = {},
): RunInfo {
  return {
    id,
    name,
    state,
    image: 'alpine',
    labels: { 'submarine.env': env, 'submarine.kind': kind, 'submarine.run': id },
  };
}

const TRAIN = container('train', 'a1b2c3', 'abc');
const OTHER = container('other', 'a1ffff', 'xyz');
const SECOND = container('second', 'dead00', 'xyz');

async function find(
  given: string | undefined,
  ours: readonly RunInfo[],
  foreign: readonly RunInfo[] = [],
) {
  try {
    const list = async ({ id }: RunFilter = {}) =>
      id === undefined ? ours : [...ours, ...foreign].filter(({ name }) => name === id);
    return (await findRun(given, { list })).name;
  } catch (error) {
    if (!(error instanceof SubmarineError)) throw error;
    return [error.kind, error.message, error.remedy ?? error.code];
  }
}

describe('a container is found by', () => {
  test.each([
    ['its name', 'train', 'train'],
    ['the whole of its id', 'a1b2c3', 'train'],
    ['the beginning of its id', 'a1b', 'train'],
    ['the environment that it alone runs', 'abc', 'train'],
  ])('%s', async (_, given, found) => {
    expect(await find(given, [OTHER, TRAIN, SECOND])).toBe(found);
  });

  test('nothing, where it is the only one that runs', async () => {
    expect(await find(undefined, [TRAIN, container('old', 'b0', 'abc', { state: 'exited' })])).toBe(
      'train',
    );
  });
});

describe('a container that nobody works in', () => {
  const helper = container('helper', 'aaa111', 'abc', { kind: 'helper' });
  const build = container('build', 'bbb222', 'abc', { kind: 'build' });
  const ours = [helper, build, TRAIN];

  test('is none of those that an environment, an id or nothing can mean', async () => {
    expect(await find(undefined, ours)).toBe('train');
    expect(await find('abc', ours)).toBe('train');
    expect(await find('abc', [helper, build])).toEqual([
      'not-found',
      'no container "abc" is running',
      'none is running',
    ]);
    expect(await find('bbb', ours)).toEqual([
      'not-found',
      'no container "bbb" is running',
      'there are: train',
    ]);
  });

  test('is found by its name, and a notebook in any way', async () => {
    expect(await find('build', ours)).toBe('build');
    expect(await find('abc', [helper, container('lab', 'ccc', 'abc', { kind: 'notebook' })])).toBe(
      'lab',
    );
  });
});

test('a name means more than an environment, and that more than an id', async () => {
  const named = container('xyz', 'c0', 'abc');
  const asId = container('other', 'abc111', 'xyz');

  expect(await find('xyz', [OTHER, named])).toBe('xyz');
  expect(await find('abc', [asId, TRAIN])).toBe('train');
});

test.each([
  ['an environment', 'xyz', '"xyz" means 2 containers', 'name one of them: other, second'],
  ['an id', 'a1', '"a1" means 2 containers', 'name one of them: train, other'],
  [
    'nothing',
    undefined,
    '3 containers are running',
    'name one of them: train (abc), other (xyz), second (xyz)',
  ],
])('%s of several is refused with their names', async (_, given, message, hint) => {
  expect(await find(given, [TRAIN, OTHER, SECOND])).toEqual(['usage', message, hint]);
});

test.each([
  ['trian', [TRAIN], 'no container "trian" is running', 'did you mean "train"?'],
  [
    'nothing-like-it',
    [TRAIN, OTHER],
    'no container "nothing-like-it" is running',
    'there are: train, other',
  ],
  ['train', [], 'no container "train" is running', 'none is running'],
  [undefined, [], 'no container of an environment is running', 'nothing-running'],
])('%s among %j is not found', async (given, ours, message, hint) => {
  expect(await find(given, ours)).toEqual(['not-found', message, hint]);
});

test("another tool's container is left to the engine's own command", async () => {
  const db: RunInfo = { ...TRAIN, name: 'db', labels: {} };

  expect(await find('db', [TRAIN], [db])).toEqual([
    'usage',
    'the container "db" was not started by submarine',
    'container-foreign',
  ]);
});

test.each([
  ['exited', 'the container old is not running: it is exited', 'container-not-running'],
  ['paused', 'the container old is paused', 'container-paused'],
])('one that is %s is refused', async (state, message, hint) => {
  expect(await find('old', [container('old', 'b0', 'abc', { state })])).toEqual([
    'refused',
    message,
    hint,
  ]);
});
