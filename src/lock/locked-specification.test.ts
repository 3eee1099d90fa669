import { expect, test } from '@jest/globals';

import type { LockedPackage } from './lock.ts';
import { lockedSpecification } from './locked-specification.ts';

const SHA256 = 'ab'.repeat(32);

function packageOf(name: string, depends?: readonly string[]): LockedPackage {
  return {
    name,
    version: '1',
    build: '0',
    url: `https://x/${name}-1-0.conda`,
    md5: 'cd',
    ...(depends === undefined ? {} : { depends }),
  };
}

function order(packages: readonly LockedPackage[]): readonly (string | undefined)[] {
  return [...lockedSpecification({ packages }, {}).matchAll(/\/\/x\/(.+)-1-0/g)].map(
    ([, name]) => name,
  );
}

test('what others depend on is installed before them, and the rest by name', () => {
  const packages = [
    packageOf('a', ['python >=3.11', 'c']),
    packageOf('python', ['zlib 1.*', '__glibc >=2.17', 'bzip2']),
    packageOf('zlib', []),
    packageOf('c', ['Bzip2']),
    packageOf('bzip2', []),
  ];

  const expected = ['bzip2', 'c', 'zlib', 'python', 'a'];
  expect(order(packages)).toEqual(expected);
  expect(order(packages.toReversed())).toEqual(expected);
});

test('packages that depend on each other are installed once', () => {
  expect(order([packageOf('pip', ['python']), packageOf('python', ['pip'])])).toEqual([
    'python',
    'pip',
  ]);
});

test('a list that tells no dependencies keeps its order', () => {
  expect(order([packageOf('b'), packageOf('a'), packageOf('c')])).toEqual(['b', 'a', 'c']);
});

const COMMIT = '0123456789'.repeat(4);

test('each package is a line with its hashes', () => {
  const numpy = { ...packageOf('numpy', []), sha256: SHA256, md5: 'ef' };
  const hashed: LockedPackage = {
    name: 'z',
    version: '1',
    build: '0',
    url: 'https://x/z-1-0.conda',
    sha256: SHA256,
    depends: [],
  };
  const pip = [
    { name: 'Typing_Extensions', version: '4', url: 'https://x/t.whl', sha256: SHA256 },
    { name: 'a', version: '1', url: `git+https://x/a@${COMMIT}#egg=a` },
  ];

  expect(
    lockedSpecification(
      { packages: [hashed, packageOf('python', []), numpy], pip },
      {
        dependencies: ['z', { pip: ['typing_extensions', '--pre', '-i https://b', '-fhttps://a'] }],
      },
    ),
  ).toBe(
    `submarine-lock 1
conda ${SHA256} https://x/numpy-1-0.conda#ef
conda - https://x/python-1-0.conda#cd
conda ${SHA256} https://x/z-1-0.conda
pip-option -i https://b
pip-option -fhttps://a
pip a @ git+https://x/a@${COMMIT}#egg=a
pip typing-extensions @ https://x/t.whl --hash=sha256:${SHA256}
`,
  );
});

test('a package that has lost its checksum is named once more, one that never had any is not', () => {
  const bare = { version: '1', build: '0', url: 'https://x/a-1-0.conda', depends: [] };
  const wheel = { version: '1', url: 'https://x/b.whl' };
  const platform = {
    packages: [
      { ...bare, name: 'lost' },
      { ...bare, name: 'never', checksum: 'none' as const },
    ],
    pip: [
      { ...wheel, name: 'wheel' },
      { ...wheel, name: 'x', checksum: 'none' as const },
    ],
  };

  expect(lockedSpecification(platform, {})).toBe(
    `submarine-lock 1
conda - https://x/a-1-0.conda
conda - https://x/a-1-0.conda
pip wheel @ https://x/b.whl
pip x @ https://x/b.whl
unchecked lost
unchecked wheel
`,
  );
});

test('pip lines that are open stand there as the kernel has them', () => {
  expect(
    lockedSpecification(
      { packages: [packageOf('python')], pip: 'open' },
      { dependencies: ['python', { pip: ['b>=1', 'a', '--pre', '--index-url https://x'] }] },
    ),
  ).toBe(
    `submarine-lock 1
conda - https://x/python-1-0.conda#cd
pip-open --pre
pip-open --index-url https://x
pip-open a
pip-open b>=1
`,
  );
});

test('a constraint is no line that pip is given to install', () => {
  const content = { dependencies: [{ pip: ['b', '-c "a>=1, <2"'] }] };

  expect(lockedSpecification({ packages: [], pip: 'open' }, content)).toBe(
    'submarine-lock 1\npip-constraint a>=1, <2\npip-open b\n',
  );
});
