import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { overrideDocument } from './override-document.ts';
import type { Overrides } from './override-document.ts';

const TEXT = `# for the ABC team
name:   a       # unique
docker-image: "x:1"

kernel:   # one
    name: k
    channels:
    - conda-forge  # first
    # nothing else
    dependencies:
    - python   # any
    - pip:
      - a

# what it is for
description: >
  most common
  of all
`;

test.each<[string, Overrides, readonly (readonly [string, string])[]]>([
  ['nothing', {}, []],
  ['what is undefined', { name: undefined, kernel: { name: undefined } }, []],
  ['a text', { name: 'b' }, [['a       #', 'b       #']]],
  ['a text in quotes', { 'docker-image': 'y:2' }, [['"x:1"', 'y:2']]],
  ['a text that needs quotes', { name: '3.10' }, [['a       #', '"3.10"       #']]],
  [
    'a text over lines',
    { description: 'new' },
    [['description: >\n  most common\n  of all', 'description: new']],
  ],
  ['a key that is not there', { 'vm-image': 'ami-1' }, [['"x:1"\n', '"x:1"\nvm-image: ami-1\n']]],
  ['a name in the kernel', { kernel: { name: 'l' } }, [['name: k', 'name: l']]],
  [
    'a list',
    { kernel: { channels: ['r', 'main'] } },
    [['channels:\n    - conda-forge  # first', 'channels: [r, main]']],
  ],
  [
    'a list with a list in it',
    { kernel: { dependencies: ['numpy', { pip: ['b', '--pre'] }] } },
    [
      [
        'dependencies:\n    - python   # any\n    - pip:\n      - a',
        'dependencies:\n      - numpy\n      - pip:\n          - b\n          - --pre',
      ],
    ],
  ],
  [
    'a mapping that is not there',
    { kernel: { variables: { A: '1' } } },
    [['      - a\n', '      - a\n    variables:\n      A: "1"\n']],
  ],
  [
    'several at once',
    { name: 'b', kernel: { name: 'l' }, description: 'c' },
    [
      ['a       #', 'b       #'],
      ['name: k', 'name: l'],
      ['description: >\n  most common\n  of all', 'description: c'],
    ],
  ],
])('only the bytes of %s change', async (_, overrides, changes) => {
  const expected = changes.reduce((text, [from, to]) => text.replace(from, to), TEXT);
  expect(await overrideDocument(TEXT, overrides)).toBe(expected);
  const windows = await overrideDocument(TEXT.replaceAll('\n', '\r\n'), overrides);
  expect(windows).toBe(expected.replaceAll('\n', '\r\n'));
});

test.each<[string, Overrides, string]>([
  ['docker-image: x', { name: 'a' }, 'name: a\ndocker-image: x'],
  ['# c\ndocker-image: x\n', { name: 'a' }, '# c\nname: a\ndocker-image: x\n'],
  ['name: a', { 'docker-image': 'x' }, 'name: a\ndocker-image: x\n'],
  ['name: a\nkernel:\n', { kernel: { name: 'k' } }, 'name: a\nkernel:\n  name: k\n'],
  [
    'name: a\nkernel:\ndescription: d\n',
    { kernel: { name: 'k' } },
    'name: a\nkernel:\n  name: k\ndescription: d\n',
  ],
  [
    'name: a\ndescription: d\n',
    { kernel: { name: 'k', channels: [] } },
    'name: a\nkernel:\n  name: k\n  channels: []\ndescription: d\n',
  ],
  ['name:   # later\ndocker-image: x\n', { name: 'a' }, 'name: a   # later\ndocker-image: x\n'],
  [
    'name: a\ndescription: |\n  x\n\n',
    { 'docker-image': 'x' },
    'name: a\ndocker-image: x\ndescription: |\n  x\n\n',
  ],
  [
    'name: a\nkernel:\n  name: k\n\n# end\n',
    { description: 'd' },
    'name: a\nkernel:\n  name: k\ndescription: d\n\n# end\n',
  ],
  ['{"name": "a", "docker-image": "x"}\n', { name: 'b' }, '{"name": b, "docker-image": "x"}\n'],
])('in %j', async (text, overrides, expected) => {
  expect(await overrideDocument(text, overrides)).toBe(expected);
});

test.each<[string, Overrides, object]>([
  ['{name: a}\n', { 'docker-image': 'x' }, { name: 'a', 'docker-image': 'x' }],
  ['{name: a}\n', { name: 'x, y: z' }, { name: 'x, y: z' }],
  [
    'name: a\nkernel: {name: k}\n',
    { kernel: { channels: ['c'] } },
    { name: 'a', kernel: { name: 'k', channels: ['c'] } },
  ],
  ['name: &n a\ndescription: *n\n', { description: 'x' }, { name: 'a', description: 'x' }],
  ['name: &n a\ndescription: *n\n', { name: 'x' }, { name: 'x', description: 'x' }],
  ['? name\n: a\n', { name: 'b', 'docker-image': 'x' }, { name: 'b', 'docker-image': 'x' }],
  ['description: |+\n  x\n\n', { name: 'b' }, { name: 'b', description: 'x\n\n' }],
])('%j becomes what it should, whatever it looks like', async (text, overrides, expected) => {
  expect(parse(await overrideDocument(text, overrides))).toEqual(expected);
});

test.each(['- a\n', '', 'a: [b\n', 'hello'])('%j is left to the parser', async (text) => {
  expect(await overrideDocument(text, { name: 'b' })).toBe(text);
});
