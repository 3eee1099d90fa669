import { expect, test } from '@jest/globals';

import { checkFiles } from './check-files.ts';
import type { InstalledPackage, KernelRecords, RecordedFile } from './kernel-records.ts';
import type { PrefixFiles } from './prefix-files.ts';
import { parsePrefixFiles } from './prefix-files.ts';

const RIGHT = 'a'.repeat(64);
const WRONG = 'b'.repeat(64);

function lines(records: KernelRecords, files: PrefixFiles): readonly string[] {
  return checkFiles(records, files).map(({ line }) => line);
}

function conda(name: string, files: readonly RecordedFile[]): InstalledPackage {
  const record = `conda-meta/${name}.json`;
  return { record, name, version: '1.0', build: '0', url: '', files };
}

function pip(name: string, files: readonly RecordedFile[]) {
  return { name, version: '2.0', files };
}

function found(...lines: readonly string[]) {
  return parsePrefixFiles(`${['file ./conda-meta/history', ...lines].join('\n')}\n`);
}

test('what is as recorded has no difference', () => {
  const recorded = [
    { path: 'bin/a', sha256: RIGHT },
    { path: 'bin/link', sha256: RIGHT },
    { path: 'no-hash' },
  ];
  const files = found(
    ...['link ./bin/link', 'file ./bin/a', 'file ./no-hash'],
    ...[`${RIGHT}  ./bin/a`, `${WRONG}  ./no-hash`],
  );

  expect(
    lines({ expected: [], packages: [conda('a', recorded)], requirements: [] }, files),
  ).toEqual([]);
});

test('what is missing, changed or cannot be read is named with its package', () => {
  const packages = [
    conda('a', [
      { path: 'bin/gone', sha256: RIGHT },
      { path: 'bin/changed', sha256: RIGHT },
    ]),
  ];
  const requirements = [pip('b', [{ path: 'lib/secret', sha256: RIGHT }])];
  const files = found(
    ...['file ./bin/changed', 'file ./lib/secret', 'file ./conda-meta/a.json'],
    ...['file ./conda-meta/torn.json', `${WRONG}  ./bin/changed`],
  );

  expect(lines({ expected: [], packages, requirements }, files)).toEqual([
    'unreadable record conda-meta/torn.json',
    'changed file bin/changed of a 1.0',
    'missing file bin/gone of a 1.0',
    'unreadable file lib/secret of b 2.0 (pip)',
  ]);
});

test('a package that pip replaced has no files any more, and one that two claim is right by either', () => {
  const packages = [
    conda('numpy', [
      { path: 'lib/numpy-1.0.dist-info/METADATA', sha256: RIGHT },
      { path: 'lib/numpy/old.py', sha256: RIGHT },
    ]),
    conda('pip', [{ path: 'bin/pip', sha256: RIGHT }]),
  ];
  const requirements = [pip('pip', [{ path: 'bin/pip', sha256: WRONG }])];
  const files = found('file ./bin/pip', `${WRONG}  ./bin/pip`);

  expect(lines({ expected: [], packages, requirements }, files)).toEqual([]);
});

test('a path with a backslash, which sha256sum escapes and marks, is read', () => {
  expect(parsePrefixFiles(`\\${RIGHT}  ./a\\\\b\\n`)).toEqual(
    new Map([['a\\b\n', { isLink: false, sha256: RIGHT }]]),
  );
});

test('a record that there must be, and the history that tells of it, are missed', () => {
  const expected = ['conda-meta/a-1.0-0.json', 'conda-meta/b-1.0-0.json'];
  const none = { packages: [], requirements: [] };

  expect(lines({ ...none, expected }, found('file ./conda-meta/b-1.0-0.json'))).toEqual([
    'missing record conda-meta/a-1.0-0.json',
    'unreadable record conda-meta/b-1.0-0.json',
  ]);
  expect(lines({ ...none, expected: undefined }, parsePrefixFiles(''))).toEqual([
    'missing record conda-meta/history',
  ]);
});
