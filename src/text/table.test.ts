import { expect, test } from '@jest/globals';

import { formatTable } from './table.ts';

test('columns are as wide as their widest cell on a terminal, and no line ends in blanks', async () => {
  const rows = [
    ['NAME', 'IMAGE', 'NOTE'],
    ['環境', 'alpine', ''],
    ['abcdef', 'x', 'last'],
  ];

  expect(await formatTable(rows)).toEqual([
    'NAME    IMAGE   NOTE',
    '環境    alpine',
    'abcdef  x       last',
  ]);
});
