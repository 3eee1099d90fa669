import { describe, expect, test } from '@jest/globals';

import { parseKernelRecords } from './kernel-records.ts';
import { parsePrefixFiles } from './prefix-files.ts';

const NO_FILES = parsePrefixFiles('');
const SITE = 'lib/python3.11/site-packages';
const HASH = '0f'.repeat(32);
const BASE64 = Buffer.from(HASH, 'hex').toString('base64url');

function printed(files: Readonly<Record<string, string>>): string {
  return Object.entries(files)
    .map(([path, text]) => `\u001E${path}\n${text}\n`)
    .join('');
}

function conda(name: string, more: object): string {
  return JSON.stringify({ name, version: '1.0', build: '0', url: `https://c/${name}`, ...more });
}

test("of conda's records the hash in the prefix counts, and that of a link does not", () => {
  const paths = [
    { _path: 'bin/a', path_type: 'hardlink', sha256: 'x', sha256_in_prefix: HASH },
    { _path: 'bin/b', path_type: 'hardlink', sha256: HASH },
    { _path: 'bin/c', path_type: 'hardlink', sha256: 'x', prefix_placeholder: '/opt/p' },
    { _path: 'bin/d', path_type: 'softlink', sha256: 'x' },
    { _path: 'empty', path_type: 'directory' },
    { _path: 'lib/m.pyc', path_type: 'pyc_file' },
  ];
  const { packages } = parseKernelRecords(
    printed({
      'conda-meta/new-1.0-0.json': conda('new', { sha256: HASH, paths_data: { paths } }),
      'conda-meta/old-1.0-0.json': conda('old', { files: ['share/old'] }),
      'conda-meta/torn-1.0-0.json': '{"name": "torn"',
    }),
    NO_FILES,
  );

  expect(packages).toEqual([
    {
      ...{ record: 'conda-meta/new-1.0-0.json', name: 'new', version: '1.0', build: '0' },
      ...{ url: 'https://c/new', sha256: HASH },
      files: [
        { path: 'bin/a', sha256: HASH },
        { path: 'bin/b', sha256: HASH },
        { path: 'bin/c' },
        { path: 'bin/d' },
      ],
    },
    {
      ...{ record: 'conda-meta/old-1.0-0.json', name: 'old', version: '1.0', build: '0' },
      ...{ url: 'https://c/old', files: [{ path: 'share/old' }] },
    },
  ]);
});

test('of what has a folder of metadata, that is pip’s which pip installed', () => {
  const dist = `${SITE}/Typing_Extensions-4.0.dist-info`;
  const ofConda = `${SITE}/wheel-1.0.dist-info`;
  const { requirements } = parseKernelRecords(
    printed({
      'conda-meta/wheel-1.0-0.json': conda('wheel', {
        files: [`${ofConda}/METADATA`, `${ofConda}/RECORD`],
      }),
      [`${dist}/INSTALLER`]: 'pip',
      [`${dist}/METADATA`]: 'Metadata-Version: 2.1\r\nName: Typing_Extensions\r\nVersion: 4.0\r\n',
      [`${dist}/RECORD`]: [
        `../../../bin/typing,sha256=${BASE64},10`,
        `"odd,""name"".py",sha256=${BASE64},10`,
        'typing.py,md5=AAAA,10',
        '__pycache__/typing.cpython-311.pyc,,',
        '../../../../../etc/passwd,sha256=AAAA,1',
        `Typing_Extensions-4.0.dist-info/RECORD,,`,
      ].join('\n'),
      [`${ofConda}/METADATA`]: 'Name: wheel\nVersion: 1.0\n',
      [`${ofConda}/RECORD`]: 'wheel.py,sha256=AAAA,1',
    }),
    NO_FILES,
  );

  expect(requirements).toEqual([
    {
      name: 'typing-extensions',
      version: '4.0',
      files: [
        { path: 'bin/typing', sha256: HASH },
        { path: `${SITE}/odd,"name".py`, sha256: HASH },
        { path: `${SITE}/typing.py` },
        { path: `${dist}/RECORD` },
      ],
    },
  ]);
});

describe('a package of conda’s that names pip as its installer', () => {
  const dist = `${SITE}/made-1.0.dist-info`;
  const names = ['INSTALLER', 'METADATA', 'RECORD'];
  const paths = names.map((name) => {
    return { _path: `${dist}/${name}`, path_type: 'hardlink', sha256: HASH };
  });
  const stdout = printed({
    'conda-meta/made-1.0-0.json': conda('made', { paths_data: { paths } }),
    [`${dist}/INSTALLER`]: 'pip',
    [`${dist}/METADATA`]: 'Name: made\nVersion: 1.0\n',
    [`${dist}/RECORD`]: '../../../bin/left-out,,\n',
  });
  const listed = (hashes: Readonly<Record<string, string>>) =>
    parsePrefixFiles(
      Object.entries(hashes)
        .map(([name, hash]) => `file ./${dist}/${name}\n${hash}  ./${dist}/${name}\n`)
        .join(''),
    );
  const own = Object.fromEntries(names.map((name) => [name, HASH]));

  test('is conda’s where all of its metadata is, byte for byte', () => {
    expect(parseKernelRecords(stdout, listed(own)).requirements).toEqual([]);
  });

  test.each([
    ['is another file', { ...own, RECORD: 'ab'.repeat(32) }],
    ['is a file more', { ...own, REQUESTED: HASH }],
    ['cannot be compared', { ...own, INSTALLER: '' }],
  ])('is pip’s where one of its metadata %s', (_, hashes) => {
    expect(parseKernelRecords(stdout, listed(hashes)).requirements).toMatchObject([
      { name: 'made', version: '1.0' },
    ]);
  });
});

test('what must be recorded is what the history of the prefix comes to', () => {
  const history = [
    '==> 2026-01-01 00:00:00 <==',
    '# cmd: conda create',
    '+file:///opt/channel/noarch::gone-1.0-0',
    '+conda-forge::kept-1!1.0-py311_0',
    '==> 2026-01-02 00:00:00 <==',
    '-file:///opt/channel/noarch::gone-1.0-0',
    "# update specs: ['kept']",
  ].join('\n');

  expect(parseKernelRecords(printed({ 'conda-meta/history': history }), NO_FILES)).toEqual({
    expected: ['conda-meta/kept-1!1.0-py311_0.json'],
    packages: [],
    requirements: [],
  });
  expect(parseKernelRecords('', NO_FILES).expected).toBeUndefined();
});
