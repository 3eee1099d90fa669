import { expect, test } from '@jest/globals';

import { topLevelNames } from './top-level.ts';

test.each<[string, Record<string, readonly string[]>, readonly string[]]>([
  ['nothing', {}, []],
  ['a chain', { a: ['b'], b: ['c'], c: [] }, ['a']],
  ['two that share one', { b: ['c'], a: ['c'], c: [] }, ['a', 'b']],
  ['a circle', { b: ['c'], c: ['b'] }, ['b']],
  ['a circle that is needed', { a: ['c'], b: ['c'], c: ['b'] }, ['a']],
  ['one that needs itself', { a: ['a'] }, ['a']],
  ['what is not in the list', { a: ['__glibc'] }, ['a']],
])('of %s, the top is found', (_, graph, expected) => {
  const nodes = Object.entries(graph).map(([name, needs]) => ({ name, needs }));

  expect(topLevelNames(nodes)).toEqual(expected);
});
