import { expect, test } from '@jest/globals';

import { formatAgo, formatSpan, parseTimeSpan } from './time-span.ts';

const DAY = 24 * 60 * 60 * 1000;

test.each([
  ['30d', 30 * DAY],
  ['1.5h', 5_400_000],
  ['0d', 0],
  ['2w', 14 * DAY],
  ['90m', 5_400_000],
  ['30', undefined],
  ['d', undefined],
  ['-1d', undefined],
  ['30 days', undefined],
  ['', undefined],
])('the span %j is %s ms', (text, spanMs) => {
  expect(parseTimeSpan(text)).toBe(spanMs);
});

test.each([
  [-5, 'just now'],
  [59_000, 'just now'],
  [60_000, '1 minute ago'],
  [2 * 60 * 60 * 1000, '2 hours ago'],
  [3 * DAY, '3 days ago'],
  [45 * DAY, '1 month ago'],
  [800 * DAY, '2 years ago'],
])('%d ms ago is shown as %s', (spanMs, shown) => {
  expect(formatAgo(spanMs)).toBe(shown);
});

test.each([
  [0, '0s'],
  [999, '0s'],
  [12_345, '12s'],
  [60_000, '1m'],
  [200_000, '3m 20s'],
  [7_500_000, '2h 5m'],
  [273_600_000, '3d 4h'],
])('%d ms take %s', (spanMs, text) => {
  expect(formatSpan(spanMs)).toBe(text);
});
