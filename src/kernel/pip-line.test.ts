import { expect, test } from '@jest/globals';

import { constraintsFile, parsePipLine, withoutUnread } from './pip-line.ts';

test.each([
  ['numpy >=1 , <2', { requirement: 'numpy >=1 , <2', options: [], strays: [] }],
  [
    '--pre --index-url https://a.example --extra-index-url=https://b.example  # both',
    {
      requirement: '',
      options: [
        { name: '--pre', operand: 'nothing', value: '' },
        { name: '--index-url', operand: 'address', value: 'https://a.example' },
        { name: '--extra-index-url', operand: 'address', value: 'https://b.example' },
      ],
      strays: [],
    },
  ],
  [
    '-ihttps://a.example --trusted-host a.example pkg==1',
    {
      requirement: '',
      options: [
        { name: '--index-url', operand: 'address', value: 'https://a.example' },
        { name: '--trusted-host', operand: 'text', value: 'a.example' },
      ],
      strays: ['pkg==1'],
    },
  ],
  [
    'a @ git+https://x.example/a#egg=a ; python_version < "3.8" --no-deps',
    {
      requirement: 'a @ git+https://x.example/a#egg=a ; python_version < "3.8"',
      options: [{ name: '--no-deps', operand: 'ignored', value: '' }],
      strays: [],
    },
  ],
  [
    '-zz',
    { requirement: '', options: [{ name: '-zz', operand: undefined, value: '' }], strays: [] },
  ],
])('%s is taken apart as pip does', (line, parts) => {
  expect(parsePipLine(line)).toEqual(parts);
});

test.each([
  ['numpy==1 -U --no-cache-dir --hash=sha256:ab', 'numpy==1 --hash sha256:ab'],
  ['-r https://x.example/a.txt --no-deps', '--requirement https://x.example/a.txt'],
  ['--pre numpy', '--pre'],
  ['--no-deps', ''],
  [' numpy ; python_version < "3" ', 'numpy ; python_version < "3"'],
])('what pip reads over in %j is left out: %j', (line, left) => {
  expect(withoutUnread(line)).toBe(left);
});

test.each([
  ['-c constraints.txt', 'constraints.txt'],
  ['--constraint=file:a/b.txt', 'a/b.txt'],
  ['numpy -c a.txt', undefined],
  ['numpy', undefined],
])('%s names the constraints in %s', (line, file) => {
  expect(constraintsFile(line)).toBe(file);
});
