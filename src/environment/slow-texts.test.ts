import { expect, test } from '@jest/globals';

import { parseCondaFile } from './conda-file.ts';
import { findForeignKind } from './foreign-file.ts';
import { overrideDocument } from './override-document.ts';

const OPTIONS = { name: 'k', readBeside: async () => undefined };
const LONG = 'a'.repeat(900_000);

test.each([
  `dependencies: ["${LONG}"]\n`,
  `dependencies: [python, {pip: ["${LONG}"]}]\n`,
  `dependencies: [python, {pip: ["${'" '.repeat(300_000).replaceAll('"', '\\"')}"]}]\n`,
])('a line of a megabyte is refused at once (%#)', async (text) => {
  const started = process.cpuUsage().user;
  expect(findForeignKind(text, 'f')).toBeUndefined();
  await expect(parseCondaFile(text, 'f', OPTIONS)).rejects.toThrow(/ is not a valid .*characters/);

  // It took half an hour; a bound that no machine comes near.
  expect(process.cpuUsage().user - started).toBeLessThan(5_000_000);
});

test('a file of one word of a megabyte is none of another program', () => {
  expect(findForeignKind(LONG, 'f')).toBeUndefined();
});

test.each(['name: *x\n', `a: &a [1, 1]\nb: &b [*a, *a]\nname: ${'[*b, '.repeat(3)}]]]\n`])(
  'aliases that mean nothing are left to the parser: %j',
  async (text) => {
    expect(typeof (await overrideDocument(text, { name: 'k' }))).toBe('string');
  },
);
