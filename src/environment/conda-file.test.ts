import { describe, expect, test } from '@jest/globals';
import { isCondaFile, parseCondaFile } from './conda-file.ts';
import { decodeText } from './decode-text.ts';

const FILES: Readonly<Record<string, string>> = {
  'requirements.txt': '# ours\nrequests >= 2  # web\n-r more/dev.txt\n\nflask\\\n  ==1\n',
  'more/dev.txt': '--pre\n-r ../requirements.txt\npytest\n',
  'limits.txt': 'numpy<2\nb==1 --hash=sha256:ab\nfree\n',
  'with-limits.txt': 'c\n-c limits.txt\n',
  'own.txt': 'numpy\n-e .\n',
};
const OPTIONS = { readBeside: async (file: string) => FILES[file] };
const TOP = 'name: k\nchannels: [conda-forge]\n';
const LEAST = `${TOP}dependencies:\n- python\n`;
const PIP = `${TOP}dependencies:\n- python\n- pip\n- pip:\n`;

describe('a kernel is taken from', () => {
  test.each([
    ['a small file', LEAST, ['python']],
    [
      'an export',
      `${TOP}dependencies:\n  - _libgcc_mutex=0.1=main\n  - pip:\n    - six==1.14\n  - pip=20\n`,
      ['_libgcc_mutex=0.1=main', 'pip=20', { pip: ['six==1.14'] }],
    ],
    ['a file with CRLF', LEAST.replaceAll('\n', '\r\n'), ['python']],
    ['a file behind a mark', `\uFEFF---\n${LEAST}`, ['python']],
    [
      'a tagged list',
      `name: k\nchannels: !!python/tuple\n- conda-forge\ndependencies: [python]\n`,
      ['python'],
    ],
    ['two pip lists', `${PIP}  - a\n- pip: [b]\n- pip:\n`, ['python', 'pip', { pip: ['a', 'b'] }]],
    [
      'a file that reads in another',
      `${PIP}  - -r requirements.txt\n  - last\n`,
      ['python', 'pip', { pip: ['requests >= 2', '--pre', 'pytest', 'flask  ==1', 'last'] }],
    ],
    [
      'pip lines without pip',
      `${TOP}dependencies:\n- python\n- pip: [a]\n`,
      ['python', 'pip', { pip: ['a'] }],
    ],
    [
      'what mamba selects for Linux',
      `${LEAST}- sel(linux): gcc\n- sel(unix): [make, cmake]\n- sel(win): vc\n`,
      ['python', 'gcc', 'make', 'cmake'],
    ],
    [
      'constraints, which install nothing',
      `${PIP}  - -c limits.txt\n  - a\n  - -r with-limits.txt\n`,
      ['python', 'pip', { pip: ['-c numpy<2', '-c b==1', 'a', 'c', '-c numpy<2', '-c b==1'] }],
    ],
    [
      'several options on a line, and what pip reads over',
      `${PIP}  - --pre --index-url https://a.example/simple\n  - a --no-deps\n  - --no-deps\n`,
      ['python', 'pip', { pip: ['--pre --index-url https://a.example/simple', 'a'] }],
    ],
    ['empty items', `${LEAST}-\n`, ['python']],
    ['no items', `${TOP}dependencies:\n`, []],
  ])('%s', async (_, text, dependencies) => {
    const { kernel } = await parseCondaFile(text, 'f', OPTIONS);
    expect(kernel).toEqual({ name: 'k', channels: ['conda-forge'], dependencies });
  });

  test('a file with variables, whose numbers become texts, and a prefix, which is dropped', async () => {
    const text = `${LEAST}variables:\n  A: 3.10\n  B: "x"\n  C: true\nprefix: C:\\me\n`;
    const { kernel, notices } = await parseCondaFile(text, 'f', OPTIONS);
    expect(kernel).toMatchObject({ variables: { A: '3.10', B: 'x', C: 'true' } });
    expect(kernel).not.toHaveProperty('prefix');
    expect(notices).toEqual([]);
  });

  test.each([
    ['the name that is given wins', LEAST, { name: 'mine', defaultName: 'other' }, 'mine'],
    ['a version as a name stays as it is written', LEAST.replace('k', '3.10'), {}, '3.10'],
    ['without a name it has the default', 'dependencies: [a]\n', { defaultName: 'other' }, 'other'],
    ['so has one called base', LEAST.replace('k', 'base'), { defaultName: 'other' }, 'other'],
  ])('%s', async (_, text, names, expected) => {
    const { kernel } = await parseCondaFile(text, 'f', { ...OPTIONS, ...names });
    expect(kernel.name).toBe(expected);
  });
});

test.each([
  [`dependencies: [a]\n`, '1:1: the file names no channels: '],
  [
    `name: root\n${LEAST.slice(8)}`,
    `1:7: "root" is the image's own environment: it is called "other"`,
  ],
  [`${TOP}dependencies: []\n`, '3:15: the file lists no dependencies: '],
  [
    `${LEAST}platforms: [linux-64]\n`,
    '5:1: there is no key "platforms" in a conda environment file: it is dropped',
  ],
  ...['extras', 'version', 'metadata'].map((key) => [
    `${LEAST}${key}: {}\n`,
    `5:1: there is no key "${key}" in a conda environment file: it is dropped`,
  ]),
  [
    `${PIP}  - -r https://x.example/a.txt --no-deps\n`,
    '7:5: "--no-deps" means nothing to pip in a list: it is left out',
  ],
  [
    `${PIP}  - --pre numpy\n`,
    '7:5: "numpy" means nothing to pip in a list: write it on a line of its own',
  ],
  [`${LEAST}- sel(osx): a\n`, '5:3: what is for "sel(osx)" is for no container: it is left out'],
  [
    `${TOP}dependencies:\n- m2w64-gmp=6.1.0=2\n- numpy=1.20=py37_0\n`,
    '4:3: so are the builds of 2 lines, which fit nothing in a container: ',
  ],
  [`${TOP}dependencies:\n- pyobjc-framework-cocoa\n`, '4:3: only Windows or macOS has pyobjc'],
  [
    `name: k\nchannels: !!python/tuple [a]\ndependencies: [a]\n`,
    '2:11: the tag "!!python/tuple" belongs to another program: it is ignored',
  ],
  [`name: k\nchannels: [pypi]\ndependencies: [a]\n`, '2:12: PyPI is not a conda channel: '],
  [`name: k\nchannels: [http://a.example/b]\ndependencies: [a]\n`, '2:12: what comes over http '],
  [`${LEAST}- black[jupyter]\n`, '5:3: conda drops what is in the brackets: '],
  [
    `${LEAST}- vs2015_runtime\n- pywin32=1\n`,
    '5:3: only Windows or macOS has vs2015_runtime, pywin32: ',
  ],
  [`${LEAST}- Python=3.8\n`, '5:3: "python" is here a second time, after "python": '],
  [`${LEAST}- numpy  # [linux]\n`, '5:10: the comment selects nothing for conda: '],
  [`${LEAST}-\n`, '5:2: there is nothing behind the hyphen: '],
  [`${LEAST}- pip: [a]\n`, '5:9: there are pip lines but no pip: '],
  [`${TOP}dependencies:\n- pip\n- pip: [a]\n`, '5:9: there are pip lines but no python: '],
  [`${PIP}  - a\n- pip: [b]\n`, '8:3: there is a second pip list: '],
  [`${PIP}  - torch==1.5.1+cu101\n`, '7:5: the version is one of another index than PyPI: '],
  [`${PIP}  - torch==1.5 -f https://a.example/b\n`, '7:5: pip looks at an index of one line '],
  [`${PIP}  - git+git://a.example/b\n`, '7:5: most servers have switched git:// off: '],
  [`${PIP}  - -r https://a.example/b.txt\n`, '7:5: the file is read when the kernel is built: '],
  [`${PIP}  - -r requirements.txt\n`, '7:5: 4 lines are read in from the file: '],
  [`${LEAST}variables:\n  A: x:$A\n`, '6:6: the $ stays as it is: '],
])('it is said of %j', async (text, expected) => {
  const { notices } = await parseCondaFile(text, 'f', { ...OPTIONS, defaultName: 'other' });
  const lines = notices.map(
    ({ line, column, message, remedy }) => `${line}:${column}: ${message}: ${remedy}`,
  );
  expect(lines.join('\n')).toContain(expected);
});

test.each([
  ['', '1:1: this is not a conda environment file: it has no dependencies'],
  ['just words\n', '1:1: this is not a conda environment file: '],
  [TOP, '1:1: this is not a conda environment file: '],
  ['dependencies: [a]\n', '1:1: the file names no kernel: give it a name'],
  [LEAST.replace('k', 'base'), `1:7: "base" is the image's own environment: `],
  [LEAST.replace('k', 'a/b'), '1:7: "a/b" is not a valid kernel name: '],
  [
    `${TOP}dependancies: [a]\n`,
    '3:1: there is no key "dependancies" in a conda environment file: did you mean "dependencies"?',
  ],
  [
    LEAST.replace('channels', 'channel'),
    '2:1: there is no key "channel" in a conda environment file: did you mean "channels"?',
  ],
  [
    `${LEAST}includes: [a]\n`,
    '5:1: there is no key "includes" in a conda environment file: it is one of conda-devenv\'s: ',
  ],
  ['name: k\nchannels: a\ndependencies: [a]\n', '2:11: "channels" is a text: '],
  [
    'name: k\nchannels: [/home/me/c]\ndependencies: [a]\n',
    '2:12: "/home/me/c" is not a valid channel: ',
  ],
  [`${TOP}dependencies:\n  a: b\n`, '4:3: "dependencies" is a mapping: '],
  [
    `${TOP}dependencies:\n- seaborn  - networkit=10.1.*\n`,
    '4:3: "seaborn  - networkit=10.1.*" is two items on one line: ',
  ],
  [`${TOP}dependencies:\n- a\n - b\n`, '4:3: "a - b" is two items on one line: '],
  [
    `${TOP}dependencies:\n- pip=18.1:\n  - a\n`,
    '4:3: "pip=18.1" holds a list, which only pip does',
  ],
  [`${PIP}  - -e .\n`, '7:5: "-e ." is a file or folder of the author'],
  [
    `${PIP}  - protobuf=3.20.1\n`,
    '7:5: "protobuf=3.20.1" is not a valid line of a pip list: pip writes two equals signs: "protobuf==3.20.1"',
  ],
  [`${PIP}  - -r missing.txt\n`, '7:5: there is no file "missing.txt": '],
  [
    `${PIP}  - -r ../outside.txt\n`,
    '7:5: "../outside.txt" lies outside of the folder of this file: ',
  ],
  [`${PIP}  - -r /etc/passwd\n`, '7:5: "/etc/passwd" lies outside of the folder of this file: '],
  [`${PIP}  - -r own.txt\n`, '7:5: line 2 of "own.txt": "-e ." is a file or folder of the author'],
  [`${LEAST}-\u00A0numpy\n`, '5:2: there is a no-break space in the line: use plain spaces'],
  [`${LEAST}- numpy\t\n`, '5:8: there is a tab in the line: use plain spaces'],
  [`${LEAST}name: x\n`, '5:1: the key "name" is here a second time: '],
  [`${LEAST}---\n${LEAST}`, '6:1: a second document begins here: '],
  [`name: {{ x }}\n${LEAST.slice(8)}`, '1:7: "{{ x }}" is a template: fill it in first'],
  [
    `${TOP}dependencies:\n- python=%PYTHON%\n`,
    '4:3: "python=%PYTHON%" is not a valid conda dependency: it looks like a template',
  ],
  [`<<<<<<< HEAD\n${LEAST}=======\n`, '1:1: "<<<<<<< HEAD" is the mark of a merge'],
  [`${LEAST}variables: [a]\n`, '5:12: "variables" is a list: '],
  [`${LEAST}variables:\n  A-B: x\n  C: [x]\n`, '6:3: "A-B" is not a valid variable name: '],
  [
    `${LEAST}variables:\n  SUBMARINE_GIVEN: x\n`,
    '6:3: the variable name "SUBMARINE_GIVEN" is reserved: ',
  ],
])('%j is refused', async (text, expected) => {
  await expect(parseCondaFile(text, 'f', OPTIONS)).rejects.toThrow(`f:${expected}`);
});

test.each([
  [LEAST, true],
  ['dependencies: {a: b}\n', true],
  [`${LEAST}docker-image: x\n`, false],
  ['name: a\ndocker-image: x\nkernel: {dependencies: []}\n', false],
  ['- a\n', false],
  ['', false],
  ['a: [b\n', false],
])('%j is a conda file: %s', async (text, expected) => {
  expect(await isCondaFile(text)).toBe(expected);
});

describe('bytes are decoded by their mark', () => {
  test.each([
    ['UTF-8', Buffer.from(LEAST)],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${LEAST}`)],
    ['UTF-16 as Windows writes it', Buffer.from(`\uFEFF${LEAST}`, 'utf16le')],
    ['UTF-16 the other way round', Buffer.from(`\uFEFF${LEAST}`, 'utf16le').swap16()],
  ])('%s', (_, bytes) => {
    expect(decodeText(bytes, 'f')).toBe(LEAST);
  });

  test.each([
    ['Latin-1', Buffer.from('name: é', 'latin1'), 'f is no text in UTF-8'],
    ['a program', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1]), 'f is no text: it holds NUL bytes'],
  ])('%s is refused', (_, bytes, message) => {
    expect(() => decodeText(bytes, 'f')).toThrow(message);
  });
});
