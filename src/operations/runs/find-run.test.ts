import { describe, expect, test } from '@jest/globals';

import { SubmarineError } from '../../errors.ts';
import { matchRun, requireRunning } from './find-run.ts';
import type { KnownRun } from './known-runs.ts';

function run(
  name: string,
  id: string,
  environment: string,
  more: Partial<KnownRun> = {},
): KnownRun {
  return {
    ...{ id, name, environment, kind: 'run', image: 'alpine', command: 'train' },
    ...{ status: 'running', startedAt: new Date(0), containerId: `c${id}`, isOwn: true },
    ...more,
  };
}

const TRAIN = run('train', 'a1b2c3', 'abc');
const OTHER = run('other', 'a1ffff', 'xyz');
const SECOND = run('second', 'dead00', 'xyz');

function find(given: string, runs: readonly KnownRun[]): unknown {
  try {
    return matchRun(given, runs)?.name;
  } catch (error) {
    if (!(error instanceof SubmarineError)) throw error;
    return [error.kind, error.message, error.remedy ?? error.code];
  }
}

describe('a run is found by', () => {
  test.each([
    ['its name', 'train', 'train'],
    ['the whole of its id', 'a1b2c3', 'train'],
    ['the beginning of its id', 'a1b', 'train'],
    ["the beginning of its container's id", 'ca1b', 'train'],
    ['the environment that it alone is running', 'abc', 'train'],
    ['@last, where it was started last', '@last', 'other'],
    ['nothing like it', 'trian', undefined],
  ])('%s', (_, given, found) => {
    expect(find(given, [OTHER, TRAIN, SECOND])).toBe(found);
  });
});

test('@last means none that somebody else started', () => {
  expect(find('@last', [run('theirs', 'b0', 'abc', { isOwn: false }), TRAIN])).toBe('train');
  expect(find('@last', [])).toBeUndefined();
});

test('a name means more than an environment, and that more than an id', () => {
  const named = run('xyz', 'c0', 'abc');
  const asId = run('other', 'abc111', 'xyz');

  expect(find('xyz', [OTHER, named])).toBe('xyz');
  expect(find('abc', [asId, TRAIN])).toBe('train');
});

test('a name that was given again means the run whose container has it', () => {
  const before = run('train', 'b0', 'abc', { status: 'finished', containerId: undefined });

  expect(matchRun('train', [before, TRAIN])).toBe(TRAIN);
  expect(matchRun('train', [before])).toBe(before);
});

test('an environment means none of its runs that have ended', () => {
  expect(find('abc', [run('old', 'b0', 'abc', { status: 'finished' })])).toBeUndefined();
});

test.each([
  ['an environment', 'xyz', '"xyz" means 2 runs', 'name one of them: other, second'],
  ['an id', 'a1', '"a1" means 2 runs', 'name one of them: train, other'],
])('%s of several is refused with their names', (_, given, message, hint) => {
  expect(find(given, [TRAIN, OTHER, SECOND])).toEqual(['usage', message, hint]);
});

test.each([
  ['finished', 'the container old is not running: it has finished', 'container-not-running'],
  ['paused', 'the container old is paused', 'container-paused'],
])('one that is %s is refused where it must be running', (status, message, code) => {
  expect(() => requireRunning(run('old', 'b0', 'abc', { status }))).toThrow(
    expect.objectContaining({ kind: 'refused', code, message }),
  );
});
