import { expect, test } from '@jest/globals';

import { UsageError } from '../errors.ts';
import { namesInVariableFile, parseVariable } from './variables.ts';

test.each([
  ['A=b', { name: 'A', value: 'b' }],
  ['A=', { name: 'A', value: '' }],
  ['A=b=c', { name: 'A', value: 'b=c' }],
  ['A=two\nlines', { name: 'A', value: 'two\nlines' }],
  ['A', { name: 'A' }],
  ['my.name=x', { name: 'my.name', value: 'x' }],
])('%j is %j', (text, variable) => {
  expect(parseVariable(text)).toEqual(variable);
});

test.each(['', '=x', 'A B=x', 'A\nB=x', 'A\nB', '\u001b=x', 'SUBMARINE_KERNEL=x'])(
  '%j names no variable',
  (text) => {
    expect(() => parseVariable(text)).toThrow(UsageError);
  },
);

test('a file sets the names before its equal signs, and those alone', () => {
  expect(namesInVariableFile('# a comment\n\nA=1\r\n  B=2=3\nC\n')).toEqual(['A', 'B', 'C']);
});
