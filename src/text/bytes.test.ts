import { expect, test } from '@jest/globals';

import { formatBytes } from './bytes.ts';

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1 KiB'],
  [1536, '1.5 KiB'],
  [1024 ** 2 - 1, '1 MiB'],
  [19.5 * 1024 ** 2, '19.5 MiB'],
  [230 * 1024 ** 3, '230 GiB'],
  [5000 * 1024 ** 4, '5000 TiB'],
])('%d bytes are shown as %s', (bytes, shown) => {
  expect(formatBytes(bytes)).toBe(shown);
});
