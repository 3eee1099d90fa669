import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { composeDocument } from './compose-document.ts';
import { parseEnvironment } from './parse-environment.ts';

test('a document reads as if a person had written it', () => {
  const text = composeDocument({
    description: 'the most common env used by team ABC',
    kernel: {
      variables: { OMP_NUM_THREADS: '4' },
      dependencies: ['python=3.7', 'numpy >=1.20,<2', { pip: ['tensorflow==2.0.0'] }],
      channels: ['conda-forge', 'https://a.example/b'],
      name: 'team_default_python_3.7',
    },
    'vm-image': 'ami-0abcd1234',
    'docker-image': 'registry.example:5000/ml/cuda:12.4',
    name: 'my_submarine_env',
  });
  expect(text).toBe(`name: my_submarine_env
docker-image: registry.example:5000/ml/cuda:12.4
vm-image: ami-0abcd1234
kernel:
  name: team_default_python_3.7
  channels: [conda-forge, "https://a.example/b"]
  dependencies:
    - python=3.7
    - numpy >=1.20,<2
    - pip:
        - tensorflow==2.0.0
  variables:
    OMP_NUM_THREADS: "4"
description: the most common env used by team ABC
`);
});

test.each([
  'plain',
  '3.10',
  'yes',
  'null',
  '',
  ' ',
  ' a ',
  'a: b',
  'a #b',
  '- a',
  "it's",
  '"a"',
  'a\nb',
  'a\r\nb\t',
  '\u001B[31m',
  '\u0085\u2028\uFEFF',
  '日本 😀',
  '\uD800',
  '{{ x }}',
  '*a',
  '&a',
  '!a',
  '%a',
  '@a',
  '`a',
  '[a',
  '---',
  '...',
  '?',
  '-',
  '#',
  'a,',
  '\\',
  '0x1F',
  '1_000',
  '2020-01-01',
  '12:30:45',
  '=',
  '<<',
  'a\u0000b',
])('%j is read back as it was', async (description) => {
  const environment = {
    name: '1',
    'docker-image': 'x',
    kernel: { name: 'null', dependencies: ['a', { pip: ['--pre'] }] },
    description,
  };
  const text = composeDocument(environment);
  expect(parse(text)).toEqual(environment);
  expect(await parseEnvironment(text)).toMatchObject({ environment });
});
