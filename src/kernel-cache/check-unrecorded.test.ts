import { expect, test } from '@jest/globals';

import { checkUnrecorded } from './check-unrecorded.ts';
import type { KernelMark } from './kernel-mark.ts';
import { parsePrefixFiles } from './prefix-files.ts';

const SITE = 'lib/python3.11/site-packages';

interface Given {
  /** What lies there. */
  readonly there: readonly string[];
  readonly conda?: readonly string[];
  readonly pip?: readonly string[];
  readonly mark?: readonly string[];
  readonly newer?: readonly string[];
}

/** Sets `${SITE}/` in front of what begins with a slash. */
function whole(paths: readonly string[] = []): readonly string[] {
  return paths.map((path) => (path.startsWith('/') ? `${SITE}${path}` : path));
}

function lines({ there, conda, pip, mark, newer }: Given): readonly string[] {
  const files = (paths: readonly string[] | undefined) => whole(paths).map((path) => ({ path }));
  const named = { name: 'x', version: '1.0' };
  const ofMark: KernelMark = {
    ...{ digest: '', image: '', builder: '' },
    files: files(mark).map(({ path }) => ({ path, bytes: 0, seconds: 0 })),
  };
  const found = checkUnrecorded({
    records: {
      expected: undefined,
      packages: [{ ...named, record: '', build: '0', url: '', files: files(conda) }],
      requirements: [{ ...named, files: files(pip) }],
    },
    files: parsePrefixFiles(
      `${whole(there)
        .map((path) => `file ./${path}`)
        .join('\n')}\n`,
    ),
    mark: ofMark,
    newer: whole(newer),
  });
  return found.map(({ line }) => line.replaceAll(SITE, ''));
}

test('what changes which code runs, and nobody has recorded, is named', () => {
  const there = [
    ...['bin/evil', 'etc/conda/activate.d/a.sh', 'etc/conda/deactivate.d/a.sh', '/evil.pth'],
    ...['/sitecustomize.py', '/usercustomize/__init__.py', '/usercustomize/more.py'],
    ...['/evil-1.0.dist-info/METADATA', '/evil-1.0.dist-info/RECORD', '/old.egg-info'],
  ];

  expect(lines({ there })).toEqual([
    'unknown program bin/evil: nobody has recorded it',
    'unknown script etc/conda/activate.d/a.sh: nobody has recorded it',
    'unknown script etc/conda/deactivate.d/a.sh: nobody has recorded it',
    'unknown distribution /evil-1.0.dist-info: the build did not leave it',
    'unknown path file /evil.pth: nobody has recorded it',
    'unknown distribution /old.egg-info: the build did not leave it',
    'unknown module /sitecustomize: nobody has recorded it',
    'unknown module /usercustomize: nobody has recorded it',
  ]);
});

test.each(['conda', 'pip', 'mark'] as const)('what %s has recorded is not', (who) => {
  const there = ['bin/tool', 'etc/conda/activate.d/a.sh', '/a.pth', '/sitecustomize.py'];
  const distribution = who === 'mark' ? [] : ['/x-1.0.dist-info/METADATA'];
  const all = [...there, ...distribution];

  expect(lines({ there: all, [who]: all })).toEqual([]);
});

test('nor is what conda, pip and Python make of what is recorded, nor anything else', () => {
  const recorded = ['/sitecustomize.py', '/sitecustomize/__init__.py', '/x-1.0.dist-info/RECORD'];
  const there = [
    ...['/sitecustomize.pyc', '/__pycache__/sitecustomize.cpython-311.pyc'],
    ...['/sitecustomize/__pycache__/__init__.cpython-311.pyc', '/x-1.0.dist-info/direct_url.json'],
    ...['conda-meta/frozen', 'conda-meta/submarine-complete', 'conda-meta/history'],
    ...['.submarine/log', '/new.py', 'lib/new.so', 'bin/folder/file', '/package/a.pth'],
    ...['etc/conda/other.sh'],
  ];

  expect(lines({ there: [...there, ...recorded], pip: recorded })).toEqual([]);
});

test('a distribution that pip recorded after the build is named, and one that conda links is not', () => {
  const given = { there: ['/x-1.0.dist-info/RECORD'], newer: ['/x-1.0.dist-info'] };

  expect(lines({ ...given, pip: given.there })).toEqual([
    'unknown distribution /x-1.0.dist-info: the build did not leave it',
  ]);
  expect(lines({ ...given, conda: given.there, pip: given.there })).toEqual([]);
});

test('a module without its source, or for Python itself, is named', () => {
  const there = ['/sitecustomize.pyc', 'lib/python3.11/usercustomize.so'];

  expect(lines({ there })).toEqual([
    'unknown module /sitecustomize: nobody has recorded it',
    'unknown module lib/python3.11/usercustomize: nobody has recorded it',
  ]);
});
