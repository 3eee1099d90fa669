import { describe, expect, test } from '@jest/globals';

import type { Environment } from '../environment/environment.ts';
import { kernelDigest } from '../kernel/kernel-digest.ts';
import type { ImageFacts } from './launch-request.ts';
import { bakedKernel, findWantedKernel, requireBuildable } from './wanted-kernel.ts';

const KERNEL = { channels: ['conda-forge'], dependencies: ['numpy'] };
const SPECIFICATION = '{"channels":["conda-forge"],"dependencies":["numpy"]}';
const LOCKED = { specification: 'submarine-lock 1\n', packages: { packages: [] } };
const IMAGE: ImageFacts = {
  id: 'sha256:1',
  entrypoint: [],
  platform: 'linux/amd64',
  digests: [],
  labels: {},
};

test('a kernel is named after what its profile asks for, and a locked one after its lock', () => {
  expect(findWantedKernel(KERNEL, { locked: undefined, image: IMAGE })).toEqual({
    digest: kernelDigest(SPECIFICATION),
    isBaked: false,
  });
  expect(findWantedKernel(KERNEL, { locked: LOCKED, image: undefined })).toEqual({
    digest: kernelDigest(LOCKED.specification),
    isBaked: false,
  });
});

test('what the image holds by its name alone is not wanted', () => {
  for (const kernel of [
    undefined,
    { channels: ['conda-forge'] },
    { dependencies: [{ pip: [] }] },
  ]) {
    expect(findWantedKernel(kernel, { locked: LOCKED, image: IMAGE })).toBeUndefined();
  }
});

describe('an image into which a kernel was baked', () => {
  const baked = 'b'.repeat(64);
  const labels = {
    'submarine.baked': baked,
    'submarine.specification': kernelDigest(SPECIFICATION),
  };
  const image = { ...IMAGE, labels };

  test('is known by what its profile asked for, and the kernel needs no mount', () => {
    const wanted = findWantedKernel(KERNEL, { locked: undefined, image });

    expect(wanted).toEqual({ digest: baked, isBaked: true });
    expect(wanted && bakedKernel(wanted)).toEqual({
      digest: baked,
      prefix: `/opt/submarine/kernels/${baked.slice(0, 32)}`,
      mounts: [],
    });
  });

  test('is known by its packages where a lock names them', () => {
    const held = { 'submarine.baked': kernelDigest(LOCKED.specification) };
    const facts = { locked: LOCKED, image: { ...IMAGE, labels: held } };

    expect(findWantedKernel(KERNEL, facts)?.isBaked).toBe(true);
  });

  test('is like any other where the profile or its lock asks for something else', () => {
    const other = { ...KERNEL, dependencies: ['scipy'] };

    expect(findWantedKernel(other, { locked: undefined, image })?.isBaked).toBe(false);
    expect(findWantedKernel(KERNEL, { locked: LOCKED, image })?.isBaked).toBe(false);
  });
});

test('an environment without something to build is refused with the reason', () => {
  const plain: Environment = { name: 'x', 'docker-image': 'alpine' };

  expect(() => requireBuildable(plain)).toThrow(/has no kernel to build/);
  expect(() => requireBuildable({ ...plain, kernel: { name: 'team' } })).toThrow(
    expect.objectContaining({ remedy: 'its image holds the kernel "team" already' }),
  );
});
