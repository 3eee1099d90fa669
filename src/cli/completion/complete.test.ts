import { expect, test } from '@jest/globals';

import { lineOf } from './complete.ts';

test.each([
  [{ value: 'a' }, 'a\t'],
  [{ value: 'a', description: 'first\nsecond' }, 'a\tfirst'],
  [{ value: 'a', description: '\u001B[31mred\ttab' }, 'a\t\\u{1b}[31mred\\ttab'],
  [{ value: 'a', description: 'x'.repeat(100) }, `a\t${'x'.repeat(60)}`],
])('%j is a line that no terminal obeys', (candidate, line) => {
  expect(lineOf(candidate)).toBe(line);
});
