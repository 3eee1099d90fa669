import { expect, test } from '@jest/globals';

import { UsageError } from '../errors.ts';
import { halfOf, parseMemory } from './memory.ts';

test.each([
  ['512', 512],
  ['512b', 512],
  ['1k', 1024],
  ['1.5G', 1.5 * 1024 ** 3],
  ['8GiB', 8 * 1024 ** 3],
  ['2 m', 2 * 1024 ** 2],
])('%s is %d bytes', (text, bytes) => {
  expect(parseMemory(text)).toBe(bytes);
});

test.each(['', 'g', '1x', '-1g', '1g2', '1,5g', '1e3'])('%j is no amount of memory', (text) => {
  expect(() => parseMemory(text)).toThrow(UsageError);
});

test('half of the memory is given in whole MiB, and never nothing', () => {
  expect([halfOf(8 * 1024 ** 3), halfOf(3 * 1024 ** 2), halfOf(100)]).toEqual([
    '4096m',
    '1m',
    '1m',
  ]);
});
