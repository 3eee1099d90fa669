import { expect, test } from '@jest/globals';

import { UsageError } from '../errors.ts';
import {
  givenVariables,
  lastOfEach,
  parseVariable,
  parseVariableFile,
  withoutValues,
} from './variables.ts';

test.each([
  ['A=b', { name: 'A', value: 'b' }],
  ['A=', { name: 'A', value: '' }],
  ['A=b=c', { name: 'A', value: 'b=c' }],
  ['A=two\nlines', { name: 'A', value: 'two\nlines' }],
  ['A', { name: 'A', value: true }],
  ['my.name=x', { name: 'my.name', value: 'x' }],
])('%j is %j', (text, variable) => {
  expect(parseVariable(text)).toEqual(variable);
});

test.each(['', '=x', 'A B=x', 'A\nB=x', 'A\nB', '\u001b=x', 'SUBMARINE_KERNEL=x', 'A=\0'])(
  '%j is not a variable',
  (text) => {
    expect(() => parseVariable(text)).toThrow(UsageError);
  },
);

test('a file sets what stands in its lines, and hands on what the caller has', () => {
  const text = '\uFEFF# a comment\n\nA=1\r\n  B=2=3 \nMINE\nNOT_MINE\n';

  expect(parseVariableFile(text, '/some.env', { MINE: 'm' })).toEqual([
    { name: 'A', value: '1', from: { file: '/some.env' } },
    { name: 'B', value: '2=3 ', from: { file: '/some.env' } },
    { name: 'MINE', value: 'm', from: { variable: 'MINE' } },
  ]);
});

test.each(['a b=1', 'SUBMARINE_SPEC_1=x', '=x'])('a file with the line %j is refused', (line) => {
  expect(() => parseVariableFile(`${line}\n`, '/some.env', {})).toThrow(UsageError);
});

test('of variables with one name the last is left', () => {
  const variables = [
    { name: 'A', value: '1' },
    { name: 'B', value: '2' },
    { name: 'A', value: '3' },
  ];

  expect(lastOfEach(variables)).toEqual([
    { name: 'A', value: '3' },
    { name: 'B', value: '2' },
  ]);
});

test('a variable that is given as true has the value of the caller, and none where the caller has none', () => {
  expect(givenVariables({ A: '1', HOME: true, GONE: true }, { HOME: '/home/me' })).toEqual([
    { name: 'A', value: '1', from: { request: true } },
    { name: 'HOME', value: '/home/me', from: { variable: 'HOME' } },
  ]);
});

test.each([
  'PATH',
  'Path',
  'http_proxy',
  'NO_PROXY',
  'DOCKER_HOST',
  'GODEBUG',
  'TMPDIR',
  'XDG_DATA_HOME',
])('a value of several lines cannot be handed to a client that would obey %s itself', (name) => {
  for (const value of ['a\nb', 'a\n', 'a\r']) {
    expect(() => givenVariables({ [name]: value }, {})).toThrow(
      expect.objectContaining({ kind: 'usage', code: 'variable-with-line-end', data: { name } }),
    );
  }
  expect(givenVariables({ [name]: 'a\rb' }, {})).toHaveLength(1);
});

test.each(['KEY', 'MY_PATH', 'GOOGLE_CREDENTIALS', 'HOMES', 'OMP_NUM_THREADS'])(
  'a value of %s has as many lines as it likes',
  (name) => {
    const value = '-----BEGIN\nKEY\n';
    expect(givenVariables({ [name]: value }, {})).toEqual([
      { name, value, from: { request: true } },
    ]);
  },
);

test('of a line that is only looked at no value of the request is a part', () => {
  const given = { name: 'A', value: 'secret', from: { request: true } } as const;
  const ours = { name: 'SUBMARINE_RUN', value: '1' };
  expect(withoutValues([given, ours])).toEqual([{ ...given, from: { variable: 'A' } }, ours]);
});

test('one of ours is refused, also where the caller has none of that name', () => {
  expect(() => givenVariables({ SUBMARINE_X: true }, {})).toThrow(
    'the variable "SUBMARINE_X" is reserved',
  );
});
