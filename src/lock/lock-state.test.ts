import { expect, test } from '@jest/globals';

import type { KernelContent } from '../kernel/kernel-content.ts';
import type { Lock, PlatformLock } from './lock.ts';
import { lockState } from './lock-state.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const CONTENT: KernelContent = {
  channels: ['conda-forge'],
  dependencies: ['numpy=1.26', 'pandas', 'python=3.11', { pip: ['requests==2.31', 'Flask_Cors'] }],
};
const PACKAGES = ['numpy', 'pandas', 'python'].map((name) => ({
  name,
  version: '1',
  build: '0',
  url: `https://c.example/linux-64/${name}-1-0.conda`,
  md5: 'cd'.repeat(16),
}));
const PLATFORM: PlatformLock = { virtualPackages: {}, packages: PACKAGES, pip: [] };
const LOCK: Lock = {
  image: { reference: 'alpine:3.19', digest: DIGEST },
  content: CONTENT,
  platforms: { 'linux-64': PLATFORM },
};

test('a lock of the same kernel and image is fresh, whatever the order of the dependencies', () => {
  const kernel = { ...CONTENT, dependencies: CONTENT.dependencies?.toReversed() ?? [] };

  expect(lockState(LOCK, { kernel, image: 'alpine:3.19', platform: 'linux-64' })).toEqual({
    state: 'fresh',
    changes: [],
  });
});

test.each<[string, KernelContent, readonly string[]]>([
  [
    'another version, one more and one less',
    {
      ...CONTENT,
      dependencies: [
        'numpy=2.0',
        'scipy',
        'python=3.11',
        { pip: ['requests==2.31', 'Flask_Cors'] },
      ],
    },
    ['numpy=1.26 → numpy=2.0', '−pandas', '+scipy'],
  ],
  [
    'another pip line and option',
    {
      ...CONTENT,
      dependencies: [
        'numpy=1.26',
        'pandas',
        'python=3.11',
        { pip: ['--pre', 'requests==2.32', 'flask-cors'] },
      ],
    },
    ['+--pre', 'Flask_Cors → flask-cors', 'requests==2.31 → requests==2.32'],
  ],
  ['other channels', { ...CONTENT, channels: ['a', 'b'] }, ['the channels are now a, b']],
  ['no channels', { dependencies: CONTENT.dependencies ?? [] }, ['it names no channels now']],
  [
    'nothing left to build',
    { channels: ['x'] },
    ['−Flask_Cors', '−numpy=1.26', '−pandas', '−python=3.11', '−requests==2.31'],
  ],
])('a kernel with %s makes it stale, and the change is named', (_, kernel, changes) => {
  expect(lockState(LOCK, { kernel, image: 'alpine:3.19' })).toEqual({ state: 'stale', changes });
});

test('another order of the options of pip is a change, too', () => {
  const content = (...options: string[]): KernelContent => ({
    dependencies: [{ pip: [...options, 'a'] }],
  });
  const lock = { ...LOCK, content: content('-i https://a', '-i https://b') };

  expect(
    lockState(lock, { kernel: content('-i https://b', '-i https://a'), image: 'alpine:3.19' }),
  ).toEqual({ state: 'stale', changes: ["the order of pip's options is another"] });
});

test('another image and a platform that is missing make it stale', () => {
  expect(
    lockState(LOCK, { kernel: CONTENT, image: 'alpine:3.20', platform: 'linux-aarch64' }),
  ).toEqual({
    state: 'stale',
    changes: ['the image is now alpine:3.20, was alpine:3.19', 'it has no linux-aarch64'],
  });
});

test.each<[string, Lock['platforms'], readonly string[]]>([
  ['its platforms', {}, ['it has no platform']],
  [
    'a package that is asked for',
    { 'linux-64': { ...PLATFORM, packages: PACKAGES.slice(1) } },
    ['linux-64 lacks numpy'],
  ],
])('a lock that has lost %s in a merge is stale', (_, platforms, changes) => {
  const lock = { ...LOCK, platforms };

  expect(lockState(lock, { kernel: CONTENT, image: 'alpine:3.19' })).toEqual({
    state: 'stale',
    changes,
  });
});

test('a lock without a kernel is good for every platform', () => {
  const lock = { ...LOCK, content: {}, platforms: {} };
  const environment = { kernel: undefined, image: 'alpine:3.19', platform: 'linux-aarch64' };

  expect(lockState(lock, environment).state).toBe('fresh');
  // A kernel that the image holds has a name alone.
  expect(lockState(lock, { ...environment, kernel: { channels: ['x'] } }).state).toBe('fresh');
});

test('what has no exact version is open, for the platform that is asked about', () => {
  const lock: Lock = {
    ...LOCK,
    image: { reference: 'alpine:3.19' },
    platforms: { 'linux-64': PLATFORM, 'linux-aarch64': { ...PLATFORM, pip: 'open' } },
  };
  const image = 'the digest of the image alpine:3.19 is not known';
  const pip = 'the pip packages of linux-aarch64 have no exact versions';

  const environment = { kernel: CONTENT, image: 'alpine:3.19' };
  expect(lockState(lock, environment)).toEqual({ state: 'open', changes: [image, pip] });
  expect(lockState(lock, { ...environment, platform: 'linux-64' }).changes).toEqual([image]);
});

test('a package without a checksum is open, unless the lock says that there was none', () => {
  const [{ md5: _md5, ...numpy } = never(), ...others] = PACKAGES;
  const environment = { kernel: CONTENT, image: 'alpine:3.19' };
  const stateWith = (packages: PlatformLock['packages']) => {
    const lock = { ...LOCK, platforms: { 'linux-64': { ...PLATFORM, packages } } };
    return lockState(lock, environment);
  };

  expect(stateWith([numpy, ...others])).toEqual({
    state: 'open',
    changes: ['linux-64 lacks checksums for numpy'],
  });
  expect(stateWith([{ ...numpy, checksum: 'none' }, ...others]).state).toBe('fresh');
});

test.each([{ reference: 'alpine:3.19', local: DIGEST }, { reference: `alpine@${DIGEST}` }])(
  'an image with a local id or a digest in its name is not open',
  (image) => {
    const lock = { ...LOCK, image };

    expect(lockState(lock, { kernel: CONTENT, image: image.reference }).state).toBe('fresh');
  },
);

function never(): never {
  throw new Error('it has a package');
}
