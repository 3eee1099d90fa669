import { expect, test } from '@jest/globals';

import { missingChecksums, uncheckedPackages } from './unchecked-packages.ts';

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
      { ...pip, name: 'e', url: 'git+https://x.example/x@0123abc' },
    ],
  };

  expect(uncheckedPackages(platform)).toEqual(['a', 'f', 'c', 'g']);
  expect(missingChecksums(platform)).toEqual(['a', 'c']);
  expect(uncheckedPackages({ ...platform, pip: 'open' })).toEqual(['a', 'f']);
  expect(missingChecksums({ ...platform, pip: 'open' })).toEqual(['a']);
});
