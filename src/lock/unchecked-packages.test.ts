import { describe, expect, test } from '@jest/globals';

import { missingChecksums, uncheckedPackages } from './unchecked-packages.ts';

const COMMIT = '0123456789'.repeat(4);

test('packages are unchecked without a checksum, which is lost unless the lock says that there was none', () => {
  const conda = { version: '1', build: '0', url: 'https://c.example/noarch/a-1-0.conda' };
  const pip = { version: '1', url: 'https://x.example/x.whl' };
  const platform = {
    virtualPackages: {},
    packages: [
      { ...conda, name: 'a' },
      { ...conda, name: 'b', md5: '0'.repeat(32) },
      { ...conda, name: 'f', checksum: 'none' as const },
    ],
    pip: [
      { ...pip, name: 'c' },
      { ...pip, name: 'd', sha256: '0'.repeat(64) },
      { ...pip, name: 'g', checksum: 'none' as const },
      { ...pip, name: 'e', url: `git+https://x.example/x@${COMMIT}` },
    ],
  };

  expect(uncheckedPackages(platform)).toEqual(['a', 'f', 'c', 'g']);
  expect(missingChecksums(platform)).toEqual(['a', 'c']);
  expect(uncheckedPackages({ ...platform, pip: 'open' })).toEqual(['a', 'f']);
  expect(missingChecksums({ ...platform, pip: 'open' })).toEqual(['a']);
});

describe('a package without a checksum is fixed by its address', () => {
  const isFixed = (url: string): boolean =>
    uncheckedPackages({ packages: [], pip: [{ name: 'x', version: '1', url }] }).length === 0;

  test.each([
    `git+https://x.example/x@${COMMIT}`,
    `git+ssh://git@x.example/x.git@${COMMIT}#subdirectory=a`,
    `git+file:///srv/x@${COMMIT}${'0'.repeat(24)}`,
    `hg+https://x.example/x@${COMMIT}`,
    'svn+https://x.example/x@12',
    'bzr+https://x.example/x@12#egg=x',
  ])('where that is %s', (url) => {
    expect(isFixed(url)).toBe(true);
  });

  test.each([
    `evil+https://x.example/x.whl`,
    `https+git://x.example/x@${COMMIT}`,
    'git+https://x.example/x',
    'git+https://x.example/x@main',
    'git+https://x.example/x@0123abc',
    `git+https://x.example/x@main#${COMMIT}`,
    `git+https://x.example/x@main#@${COMMIT}`,
    `git+https://x@${COMMIT}/x`,
    `git+https://x@${COMMIT}`,
    `git+https://x.example/x@${COMMIT}/y`,
    'hg+https://x.example/x@default',
    'svn+https://x.example/x',
    'svn+https://x.example/x@HEAD',
  ])('but not where it is %s', (url) => {
    expect(isFixed(url)).toBe(false);
  });
});
