import { expect, test } from '@jest/globals';

import { buildOf, versionOf, virtualPackages } from './virtual-packages.ts';

test('what is known of the target becomes its virtual packages', () => {
  expect(
    virtualPackages({ platform: 'linux-64', glibc: '2.36', linux: '6.1.0-18-amd64', cuda: '12.4' }),
  ).toEqual({
    __archspec: '1=x86_64',
    __cuda: '12.4',
    __glibc: '2.36',
    __linux: '6.1.0',
    __unix: '0',
  });
});

test('where nothing is known the target is an old one', () => {
  expect(virtualPackages({ platform: 'linux-aarch64' })).toEqual({
    __archspec: '1=aarch64',
    __glibc: '2.17',
    __linux: '5.10',
    __unix: '0',
  });
});

test('a virtual package has a version and a build', () => {
  expect([versionOf('1=x86_64'), buildOf('1=x86_64')]).toEqual(['1', 'x86_64']);
  expect([versionOf('2.36'), buildOf('2.36')]).toEqual(['2.36', '0']);
});
