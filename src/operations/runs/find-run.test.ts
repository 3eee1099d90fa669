import { describe, expect, test } from '@jest/globals';

import type { Container } from '../engines/engine.ts';
import { SubmarineError } from '../errors.ts';
import { findContainer } from './find-container.ts';

function container(name: string, id: string, env: string, state = 'running'): Container {
  return {
    id,
    name,
    state,
    image: 'alpine',
    labels: { 'submarine.env': env, 'submarine.run': id },
  };
}

const TRAIN = container('train', 'a1b2c3', 'abc');
const OTHER = container('other', 'a1ffff', 'xyz');
const SECOND = container('second', 'dead00', 'xyz');

async function find(given: string | undefined, ours: readonly Container[], foreign: string[] = []) {
  try {
    const engine = {
      containers: async () => ours,
      hasContainer: async (name: string) => foreign.includes(name),
    };
    return (await findContainer(given, engine)).name;
  } catch (error) {
    if (!(error instanceof SubmarineError)) throw error;
    return [error.exitCode, error.message, error.hint];
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
    expect(await find(undefined, [TRAIN, container('old', 'b0', 'abc', 'exited')])).toBe('train');
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
    '3 containers run',
    'name one of them: train (abc), other (xyz), second (xyz)',
  ],
])('%s of several is refused with their names', async (_, given, message, hint) => {
  expect(await find(given, [TRAIN, OTHER, SECOND])).toEqual([2, message, hint]);
});

test.each([
  ['trian', [TRAIN], 'no container "trian" runs', 'did you mean "train"?'],
  [
    'nothing-like-it',
    [TRAIN, OTHER],
    'no container "nothing-like-it" runs',
    'there are: train, other',
  ],
  ['train', [], 'no container "train" runs', 'none runs'],
  [
    undefined,
    [],
    'no container of an environment runs',
    'start one, for example: submarine run -- sleep 1h',
  ],
])('%s among %j is not found', async (given, ours, message, hint) => {
  expect(await find(given, ours)).toEqual([66, message, hint]);
});

test("another tool's container is left to the engine's own command", async () => {
  expect(await find('db', [TRAIN], ['db'])).toEqual([
    2,
    'the container "db" was not started by submarine',
    "use the engine's own command: docker exec db",
  ]);
});

test.each([
  ['exited', 'the container old does not run: it is exited', 'start another: submarine run'],
  ['paused', 'the container old is paused', 'let it go on: docker unpause old'],
])('one that is %s is refused', async (state, message, hint) => {
  expect(await find('old', [container('old', 'b0', 'abc', state)])).toEqual([125, message, hint]);
});
