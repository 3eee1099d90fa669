import { expect, test } from '@jest/globals';

import { isInBackground } from './foreground.ts';

test.each([
  ['7 (node) S 1 7 5 34816 7 4194304', false],
  ['7 (node) S 1 7 5 34816 5 4194304', true],
  ['7 (a) b 1 2 (c) S 1 7 5 34816 7 4194304', false],
  ['7 (node) S 1 7 5 0 -1 4194304', false],
  ['', false],
])('a process with the state %j is in the background: %s', (stat, expected) => {
  expect(isInBackground(stat)).toBe(expected);
});
