import { expect, test } from '@jest/globals';

import type { KernelContent } from '../../kernel/kernel-content.ts';
import type { Lock } from '../../lock/lock.ts';
import { diffProfile, isProfileSame } from '../../lock/profile-diff.ts';
import { profileDiffLines } from './profile-diff.ts';

const [DIGEST = '', OTHER = ''] = ['a', 'b'].map((letter) => `sha256:${letter.repeat(64)}`);
const NUMPY = {
  name: 'numpy',
  version: '1.26.4',
  build: '0',
  url: 'https://x/linux-64/n-1-0.conda',
  md5: 'cd'.repeat(16),
};
const PANDAS = { ...NUMPY, name: 'pandas', version: '2.2.2' };
const CONTENT: KernelContent = {
  channels: ['conda-forge'],
  dependencies: ['numpy=1.26', 'pandas', { pip: ['requests'] }],
};
const LOCK: Lock = {
  image: { reference: 'alpine:3.19', digest: DIGEST },
  content: CONTENT,
  platforms: {
    'linux-64': {
      virtualPackages: {},
      packages: [NUMPY, PANDAS, { ...NUMPY, name: 'scipy', version: '1.13.0' }],
      pip: [
        { name: 'Requests', version: '2.31.0', url: 'https://x/r.whl', sha256: 'ab'.repeat(32) },
      ],
    },
    'linux-aarch64': { virtualPackages: {}, packages: [{ ...NUMPY, version: '1.26.3' }, PANDAS] },
  },
};
const ENVIRONMENT = { kernel: CONTENT, image: 'alpine:3.19' };

test('what the profile asks for now is told with what is locked', () => {
  const kernel = {
    channels: [],
    dependencies: ['numpy=2.0', 'scipy', { pip: ['requests>=2.32', '--pre'] }],
  };

  expect(profileDiffLines(diffProfile(LOCK, { kernel, image: 'alpine:3.20' }))).toEqual([
    `image alpine:3.19 ${DIGEST} → alpine:3.20 (no digest)`,
    'channels conda-forge → (none)',
    '+--pre',
    'numpy=1.26 → numpy=2.0 (locked 1.26.4, 1.26.3)',
    '−pandas (locked 2.2.2)',
    'requests → requests>=2.32 (locked 2.31.0)',
    '+scipy (locked 1.13.0)',
    '~2 +2 −1',
  ]);
});

test('a tag that has moved is a difference, though the lock is not stale', () => {
  const diff = diffProfile(LOCK, ENVIRONMENT, { reference: 'alpine:3.19', digest: OTHER });

  expect(diff.state).toBe('fresh');
  expect(isProfileSame(diff)).toBe(false);
  expect(profileDiffLines(diff)).toEqual([
    `image alpine:3.19 ${DIGEST} → alpine:3.19 ${OTHER}`,
    '~0 +0 −0',
  ]);
});

test('what a merge has lost of the lock is told', () => {
  const diff = diffProfile({ ...LOCK, platforms: {} }, ENVIRONMENT);

  expect(isProfileSame(diff)).toBe(false);
  expect(profileDiffLines(diff)).toEqual(['of the lock: it has no platform', '~0 +0 −0']);
});

test.each([
  undefined,
  { reference: 'alpine:3.19', digest: DIGEST },
  { reference: 'alpine:3.19', local: OTHER },
])(
  'a profile that says what was locked does not differ, whatever the engine knows (%#)',
  (present) => {
    const diff = diffProfile(LOCK, ENVIRONMENT, present);

    expect(isProfileSame(diff)).toBe(true);
    expect(profileDiffLines(diff)).toEqual([]);
  },
);

test("another order of pip's options is told, and what is open beside", () => {
  const content = (...pip: string[]): KernelContent => ({ dependencies: [{ pip }] });
  const lock: Lock = {
    image: { reference: 'alpine' },
    content: content('-i https://a', '-i https://b', 'x'),
    platforms: { 'linux-64': { virtualPackages: {}, packages: [] } },
  };

  expect(
    profileDiffLines(
      diffProfile(lock, { kernel: content('-i https://b', '-i https://a', 'x'), image: 'alpine' }),
    ),
  ).toEqual(["the order of pip's options", '~0 +0 −0']);
  expect(diffProfile(lock, { kernel: lock.content, image: 'alpine' }).open).toEqual([
    'the digest of the image alpine is not known',
  ]);
});
