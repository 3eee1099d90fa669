import { describe, expect, test } from '@jest/globals';
import { InvalidFileError } from '../errors.ts';
import { parseEnvironment, parseEnvironments } from './parse-environment.ts';

const LEAST = 'name: a\ndocker-image: x\n';
const KERNEL = `${LEAST}kernel:\n  name: k\n`;

describe('an environment is read', () => {
  test.each([
    ['of the least keys', LEAST, { name: 'a', 'docker-image': 'x' }],
    ['with CRLF', LEAST.replaceAll('\n', '\r\n'), { name: 'a', 'docker-image': 'x' }],
    ['in a flow', '{"name": "a", "docker-image": "x"}', { name: 'a', 'docker-image': 'x' }],
    [
      'with a text over lines',
      `${LEAST}description: >-\n  one\n  two\n`,
      { name: 'a', 'docker-image': 'x', description: 'one two' },
    ],
    [
      'with control characters',
      `${LEAST}description: "\\e[31m"\n`,
      { name: 'a', 'docker-image': 'x', description: '\u001B[31m' },
    ],
    [
      'with anchors',
      'name: &n a\ndocker-image: x\ndescription: *n\n',
      { name: 'a', 'docker-image': 'x', description: 'a' },
    ],
    [
      'with what conda exports as its kernel, but for the prefix',
      `${KERNEL}  channels:\n    - defaults\n  dependencies:\n    - zlib=1.2.11=h7b6447c_3\n    - pip:\n      - six==1.14.0\n  variables:\n    A: '1'\n  prefix: /home/me/x\n`,
      {
        name: 'a',
        'docker-image': 'x',
        kernel: {
          name: 'k',
          channels: ['defaults'],
          dependencies: ['zlib=1.2.11=h7b6447c_3', { pip: ['six==1.14.0'] }],
          variables: { A: '1' },
        },
      },
    ],
  ])('%s', async (_, text, environment) => {
    expect(await parseEnvironment(text)).toEqual({ text, environment, problems: [] });
  });

  test('each of several, from a file with a byte order mark', async () => {
    const documents = await parseEnvironments(`\uFEFF${LEAST}---\nname: b\ndocker-image: y\n`, 'f');
    expect(documents.map(({ text }) => text)).toEqual([LEAST, 'name: b\ndocker-image: y\n']);
  });
});

describe('every problem is named with its place and a remedy', () => {
  test.each([
    [
      '',
      '1:1: the file holds no environment: write at least name: and docker-image:, each on a line of its own',
    ],
    ['# nothing\n', '1:1: the file holds no environment: '],
    ['hello\n', '1:1: a text is not an environment: '],
    ['- a\n', '1:1: a list is not an environment: '],
    ['name: [a\n', '1:7: the [ is not closed: '],
    ['docker-image: x\n', '1:1: the name is missing: add a line such as: name: my_env'],
    ['name: a\n', '1:1: the docker-image is missing: add a line such as: docker-image: '],
    ['name:\ndocker-image: x\n', '1:1: "name" is empty: '],
    ['name: ""\ndocker-image: x\n', '1:7: "name" is empty: '],
    [
      'name: a/b\ndocker-image: x\n',
      '1:7: "a/b" is not a valid name: use 1 to 63 of A-Z a-z 0-9 . _ -',
    ],
    ['name: ..\ndocker-image: x\n', '1:7: ".." is not a valid name: '],
    [
      `name: ${'n'.repeat(64)}\ndocker-image: x\n`,
      `1:7: "${'n'.repeat(64)}" is not a valid name: `,
    ],
    [
      'name: 3.10\ndocker-image: x\n',
      '1:7: "name" is a number: write it in quotes, so that it is a text',
    ],
    ['name: a\ndocker-image: -v\n', '2:15: "-v" begins with a hyphen: '],
    ['name: a\ndocker-image: UPPER\n', '2:15: "UPPER" has upper case letters: write "upper"'],
    [
      'name: a\ndocker-image: "a\\nb"\n',
      String.raw`2:15: "a\nb" has a blank or a line end in it: `,
    ],
    ['name: a\ndocker-image: x,\n', '2:15: "x," ends in a comma: '],
    [
      'name: a\ndocker_image: x\n',
      '2:1: there is no key "docker_image": did you mean "docker-image"?',
    ],
    [`${LEAST}image: x\n`, '3:1: there is no key "image": did you mean "docker-image"?'],
    [`${LEAST}dependencies: []\n`, '3:1: there is no key "dependencies": it belongs below kernel:'],
    [
      `${LEAST}"\\e[31m": x\n`,
      String.raw`3:1: there is no key "\u{1b}[31m": the keys are name, docker-image`,
    ],
    [`${LEAST}name: b\n`, '3:1: the key "name" is here a second time: keep one of the two'],
    [`${LEAST}kernel: k\n`, '3:9: "kernel" is a text: write name: and dependencies: below it'],
    [`${LEAST}kernel:\n  dependencies: [a]\n`, '4:3: the name of the kernel is missing: '],
    [`${LEAST}kernel:\n  name: a/b\n`, '4:9: "a/b" is not a valid kernel name: '],
    [
      `${LEAST}kernel:\n  name: base\n  dependencies: [a]\n`,
      `4:9: "base" is the image's own environment: `,
    ],
    [
      `${KERNEL}  dependancies: []\n`,
      '5:3: there is no key "dependancies": did you mean "dependencies"?',
    ],
    [`${KERNEL}  dependencies:\n    a: b\n`, '6:5: "dependencies" is a mapping: '],
    [
      `${KERNEL}  dependencies: ["numpy >= "]\n`,
      '5:18: "numpy >=" is not a valid conda dependency: ',
    ],
    [
      `${KERNEL}  dependencies:\n  - a\n  - pip:\n    - -e .\n`,
      '8:7: "-e ." is a file or folder of the author',
    ],
    [
      `${KERNEL}  dependencies:\n  - conda:\n    - a\n`,
      '6:5: "conda" holds a list, which only pip does',
    ],
    [`${KERNEL}  dependencies:\n  - pip: a\n`, '6:10: "pip" is a text: '],
    [`${KERNEL}  dependencies:\n  - pip: [a]\n  - pip: [b]\n`, '7:5: there is a second pip list: '],
    [`${KERNEL}  dependencies:\n  -\n`, '6:4: a dependency is empty: '],
    [`${KERNEL}  dependencies:\n  - 3\n`, '6:5: a dependency is a number: '],
    [
      `${KERNEL}  channels: conda-forge\n`,
      '5:13: "channels" is a text: write a list, such as [conda-forge]',
    ],
    [`${KERNEL}  variables:\n    A: 3\n`, '6:8: "A" is a number: write it in quotes'],
    [`${KERNEL}  variables:\n    A-B: "3"\n`, '6:5: "A-B" is not a valid variable name: '],
    [
      `${KERNEL}  variables:\n    A: "3"\n    SUBMARINE_RUN: "3"\n`,
      '7:5: the variable name "SUBMARINE_RUN" is reserved: choose a name other than ',
    ],
    [`${KERNEL}  variables: { boot_steps: /code/x.sh }\n`, '5:16: the variable name "boot_steps" '],
    [`${KERNEL}  variables: { IFS: "" }\n`, '5:16: the variable name "IFS" is reserved: '],
    ['name: a\n\tdocker-image: x\n', '2:1: a tab stands where the line is indented: use spaces'],
    [`${LEAST}description: a: b\n`, '3:14: there are two colons on the line: '],
    ['name: k\n docker-image: a\n', '2:2: the line begins in a column that fits no line above: '],
    ['name: k\nkernel:\n  name: x\n   channels: [a]\n', '4:4: the line begins in a column '],
    ['name: "k\ndocker-image: x\n', '1:7: the " is not closed: '],
    ['name: - k\n', '1:7: a list begins on the line of its key: '],
    ['name: k\ndocker-image a\n', '2:1: the line has no colon: '],
    [`${LEAST}"x y": 1\n"x y": 2\n`, '4:1: the key "x y" is here a second time: '],
    [`${LEAST}: 1\n: 2\n`, '4:1: there is no key in front of the colon: '],
    ['['.repeat(5000), '1:1: the document is nested too deeply: '],
    ['- '.repeat(5000), '1:1: the document is nested too deeply: '],
    [Array.from({ length: 5000 }, (_, level) => `${' '.repeat(level)}a:\n`).join(''), '1:1: '],
    [`${LEAST}description: "a" b\n`, '3:18: there is text behind the end of the value: '],
    [`${LEAST}description: *x\n`, '3:14: the alias has no anchor: '],
    [
      `${LEAST}description: !!python/name a\n`,
      '3:14: the tag "!!python/name" belongs to another program: ',
    ],
    ['name: {{ name }}\ndocker-image: x\n', '1:7: "{{ name }}" is a template: fill it in first'],
    ['{% if gpu %}\nname: a\n{% endif %}\n', '1:1: "{% if gpu %}" is a template: fill it in first'],
    [
      `<<<<<<< HEAD\n${LEAST}=======\n`,
      '1:1: "<<<<<<< HEAD" is the mark of a merge that was not finished: ',
    ],
    [`# x\n---\n${LEAST}---\nname: -\n`, '6:7: '],
    [`--- {name: a, docker-image: X}\n`, '1:29: "X" has upper case letters: '],
    [`${LEAST}---\n${LEAST}`, '4:1: the name "a" is taken by the environment in line 1: '],
  ])('%j', async (text, expected) => {
    expect(await messageOf(text)).toContain(`file.yaml:${expected}`);
  });

  test('ten of thousands, and how many more there are, without comparing each with each', async () => {
    const unknown = Array.from({ length: 20_000 }, (_, index) => `key${index}: 1\n`).join('');
    const twins = 'docker-image: x\n'.repeat(20_000);
    const started = process.cpuUsage().user;

    const lines = (await messageOf(`${LEAST}${unknown}`)).split('\n');
    expect(lines).toHaveLength(11);
    expect(lines.at(-1)).toBe('file.yaml: and 19990 more');
    expect((await messageOf(`${LEAST}${twins}`)).split('\n').at(-1)).toBe(
      'file.yaml: and 19990 more',
    );
    // It took half a minute; a bound that no machine comes near.
    expect(process.cpuUsage().user - started).toBeLessThan(10_000_000);
  });

  test('all of them at once, in the order of the lines', async () => {
    const text =
      'nmae: a\ndocker-image: X\nkernel:\n  dependencies: ["a>"]\n  name: a b\n---\nname: b\n';
    const lines = (await messageOf(text)).split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual([
      'file.yaml:1:1:',
      'file.yaml:2:15:',
      'file.yaml:4:18:',
      'file.yaml:5:9:',
      'file.yaml:7:1:',
    ]);
  });

  test('lines that end in commas, as Apache Submarine printed its example', async () => {
    const text =
      'name: "my_submarine_env",\nvm-image: ami-1,\ndocker-image: "x:1",\ndescription: "most common"\n';
    const lines = (await messageOf(text)).split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toBe(
      'file.yaml:2:16: the line ends in a comma: leave out the comma at the end of each line, YAML needs none',
    );
  });
});

describe('what is made to be slow is answered quickly', () => {
  const laughs = Array.from(
    { length: 30 },
    (_, index) => `a${index}: &a${index} [${`*a${index - 1},`.repeat(index === 0 ? 0 : 9)}x]\n`,
  ).join('');

  test.each([
    ['a billion laughs', laughs, 'aliases'],
    ['a profile of 5 MB', `${LEAST}description: ${'x'.repeat(5e6)}\n`, 'longer than 1 MiB'],
    ['brackets in brackets', '['.repeat(500_000), 'nested too deeply'],
    [
      'keys in keys',
      Array.from({ length: 1400 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join(''),
      'nested too deeply',
    ],
  ])('%s', async (_, text, message) => {
    const before = performance.now();
    expect(await messageOf(text)).toContain(message);
    expect(performance.now() - before).toBeLessThan(20_000);
  });

  test('5 MB of many profiles', async () => {
    const stream = Array.from(
      { length: 20_000 },
      (_, index) => `name: e${index}\ndocker-image: x\ndescription: ${'word '.repeat(40)}\n`,
    ).join('---\n');
    const before = performance.now();
    expect(await parseEnvironments(stream, 'f')).toHaveLength(20_000);
    expect(performance.now() - before).toBeLessThan(20_000);
  });
});

test('a document that is not an environment keeps its text and its name', async () => {
  const text = 'name: a\ndocker-image: [x\n';
  expect(await parseEnvironment(text)).toMatchObject({ text, name: 'a', environment: undefined });
});

async function messageOf(text: string): Promise<string> {
  return parseEnvironments(text, 'file.yaml').then(
    () => 'no problem',
    (error: unknown) => {
      expect(error).toBeInstanceOf(InvalidFileError);
      return String(error instanceof Error ? error.message : error);
    },
  );
}
