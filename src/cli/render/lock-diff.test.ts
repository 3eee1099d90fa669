import { expect, test } from '@jest/globals';

import { diffLocks, isSame } from '../../lock/lock-diff.ts';
import type { Lock, LockedPackage, LockedRequirement, PlatformLock } from '../../lock/lock.ts';
import { diffLines } from './lock-diff.ts';

const DIGESTS = ['a', 'b'].map((letter) => `sha256:${letter.repeat(64)}`);
const [DIGEST = '', OTHER_DIGEST = ''] = DIGESTS;

function conda(name: string, version: string, build = 'h0_0'): LockedPackage {
  const url = `https://x/linux-64/${name}-${version}-${build}.conda`;
  return { name, version, build, url, sha256: 'ab'.repeat(32), depends: [] };
}

function pip(name: string, version: string): LockedRequirement {
  return { name, version, url: `https://files.example/${name}-${version}.whl` };
}

function lockOf(platforms: Record<string, Partial<PlatformLock>>, digest = DIGEST): Lock {
  return {
    image: { reference: 'alpine:3.19', digest },
    content: {},
    platforms: Object.fromEntries(
      Object.entries(platforms).map(([name, platform]) => [
        name,
        { virtualPackages: {}, packages: [], ...platform },
      ]),
    ),
  };
}

test('what differs is told a line a package, by name, and counted at the end', () => {
  const before = lockOf({
    'linux-64': {
      packages: [
        conda('numpy', '1.26.4'),
        conda('pandas', '2.2.2'),
        conda('zlib', '1.3', 'h1_0'),
        conda('same', '1'),
      ],
      pip: [pip('requests', '2.31.0'), pip('numpy', '1')],
    },
  });
  const after = lockOf(
    {
      'linux-64': {
        packages: [
          conda('zlib', '1.3', 'h1_1'),
          conda('scipy', '1.13.0'),
          conda('numpy', '2.0.1'),
          conda('same', '1'),
        ],
        pip: [pip('Requests', '2.32.0')],
      },
    },
    OTHER_DIGEST,
  );

  expect(diffLines(diffLocks(before, after))).toEqual([
    `image alpine:3.19 ${DIGEST} → alpine:3.19 ${OTHER_DIGEST}`,
    'linux-64',
    '  numpy 1.26.4 → 2.0.1',
    '  − numpy 1 (pip)',
    '  − pandas 2.2.2',
    '  requests 2.31.0 → 2.32.0 (pip)',
    '  + scipy 1.13.0',
    '  zlib 1.3 h1_0 → h1_1',
    '~3 +1 −2',
  ]);
});

test('the same version from another place, or of other bytes, is a change', () => {
  const before = conda('numpy', '1.26.4');
  const moved = { ...before, url: 'https://y/linux-64/numpy-1.26.4-h0_0.conda' };
  const rebuilt = { ...before, sha256: 'cd'.repeat(32) };
  const lines = (after: LockedPackage): readonly string[] =>
    diffLines(
      diffLocks(
        lockOf({ 'linux-64': { packages: [before] } }),
        lockOf({ 'linux-64': { packages: [after] } }),
      ),
    );

  expect(lines(moved)[1]).toBe(`  numpy 1.26.4 ${before.url} → ${moved.url}`);
  expect(lines(rebuilt)[1]).toBe(
    `  numpy 1.26.4 sha256 ${before.sha256} → sha256 ${rebuilt.sha256}`,
  );
});

test('a checksum that a merge has lost is a change, also where there was none', () => {
  const { sha256: _sha256, ...lost } = conda('numpy', '1.26.4');
  const none = { ...lost, checksum: 'none' as const };
  const md5 = { ...lost, md5: 'cd'.repeat(16) };
  const line = (before: LockedPackage, after: LockedPackage) =>
    diffLines(
      diffLocks(
        lockOf({ 'linux-64': { packages: [before] } }),
        lockOf({ 'linux-64': { packages: [after] } }),
      ),
    )[1];

  expect(line(md5, lost)).toBe(`  numpy 1.26.4 md5 ${md5.md5} → checksum missing`);
  expect(line(none, lost)).toBe('  numpy 1.26.4 checksum none → checksum missing');
  // The strongest is the same, so the bytes are.
  expect(line({ ...conda('numpy', '1.26.4'), md5: md5.md5 }, conda('numpy', '1.26.4'))).toBe(
    undefined,
  );
});

test('a platform that only one of them has is named as such', () => {
  const before = lockOf({ 'linux-64': { packages: [conda('a', '1')] } });
  const after = lockOf({ 'linux-aarch64': { packages: [conda('a', '1')] } });

  expect(diffLines(diffLocks(before, after))).toEqual([
    'linux-64 (no longer locked)',
    '  − a 1',
    'linux-aarch64 (newly locked)',
    '  + a 1',
    '~0 +1 −1',
  ]);
  expect(diffLines(diffLocks(before, after, ['linux-64']))).toHaveLength(3);
});

test('pip packages that became exact are told', () => {
  const before = lockOf({ 'linux-64': { pip: 'open' } });
  const after = lockOf({ 'linux-64': { pip: [pip('a', '1')] } });

  expect(diffLines(diffLocks(before, after))).toEqual([
    'linux-64',
    '  + a 1 (pip)',
    '  the pip packages are exact now',
    '~0 +1 −0',
  ]);
});

test('locks of the same image and packages differ in nothing', () => {
  const lock = lockOf({ 'linux-64': { packages: [conda('a', '1')], pip: 'open' } });

  expect(isSame(diffLocks(lock, lock))).toBe(true);
  expect(diffLines(diffLocks(lock, lock))).toEqual([]);
});

test('an image that was never pushed is shown by its local id, and one that is open as such', () => {
  const local: Lock = { ...lockOf({}), image: { reference: 'mine', local: DIGEST } };
  const open: Lock = { ...lockOf({}), image: { reference: 'mine' } };

  expect(diffLines(diffLocks(open, local))[0]).toBe(
    `image mine (no digest) → mine ${DIGEST} (local)`,
  );
});
