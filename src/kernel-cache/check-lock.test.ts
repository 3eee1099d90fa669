import { expect, test } from '@jest/globals';

import type { PlatformLock } from '../lock/lock.ts';
import { checkAgainstLock } from './check-lock.ts';
import type { InstalledPackage } from './kernel-records.ts';

function installed(name: string, version: string, more: Partial<InstalledPackage> = {}) {
  const url = `https://channel/${name}-${version}.conda`;
  return { record: '', name, version, build: '0', url, files: [], ...more };
}

const LOCK: PlatformLock = {
  virtualPackages: {},
  packages: ['a', 'b', 'c', 'd', 'e'].map((name) => ({
    name,
    version: '1.0',
    build: '0',
    sha256: 'right',
    url: `https://channel/${name}-1.0.conda`,
  })),
  pip: [
    { name: 'Typing_Extensions', version: '4.0', url: 'https://index/t.whl' },
    { name: 'requests', version: '2.0', url: 'https://index/r.whl' },
  ],
};

test('each package is compared with the lock by version, build, address and hash', () => {
  const packages = [
    installed('a', '1.0', { url: 'https://me:secret@channel/t/token/a-1.0.conda' }),
    installed('b', '1.1'),
    installed('c', '1.0', { url: 'https://mirror/c-1.0.conda' }),
    installed('d', '1.0', { sha256: 'wrong' }),
    installed('f', '1.0'),
  ];
  const requirements = [
    { name: 'typing-extensions', version: '4.1', files: [] },
    { name: 'six', version: '1.0', files: [] },
  ];

  expect(checkAgainstLock({ packages, requirements }, LOCK)).toEqual([
    'package b is 1.1 0; the lock has 1.0 0',
    'package c is from https://mirror/c-1.0.conda; the lock has https://channel/c-1.0.conda',
    'package d has the sha256 wrong; the lock has right',
    'missing package e 1.0',
    'unknown package f 1.0: it is not in the lock',
    'package Typing_Extensions is 4.1 (pip); the lock has 4.0',
    'missing package requests 2.0',
    'unknown package six 1.0: it is not in the lock',
  ]);
});

test("where pip's part is open, anything that pip installed is right", () => {
  const requirements = [{ name: 'six', version: '1.0', files: [] }];
  const records = { packages: [], requirements };

  expect(checkAgainstLock(records, { ...LOCK, packages: [], pip: 'open' })).toEqual([]);
  const { pip: _none, ...withoutPip } = LOCK;
  expect(checkAgainstLock(records, { ...withoutPip, packages: [] })).toEqual([
    'unknown package six 1.0: it is not in the lock',
  ]);
});
