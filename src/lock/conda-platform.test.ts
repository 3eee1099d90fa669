import { expect, test } from '@jest/globals';

import { CONDA_PLATFORMS, condaPlatform } from './conda-platform.ts';

test.each([
  ['linux/amd64', 'linux-64'],
  ['linux/arm64', 'linux-aarch64'],
  ['linux/arm64/v8', 'linux-aarch64'],
  ['linux/ppc64le', 'linux-ppc64le'],
  ['linux/arm/v7', undefined],
  ['windows/amd64', undefined],
])('conda calls %s %s', (docker, conda) => {
  expect(condaPlatform(docker)).toBe(conda);
});

test('what can be locked for has a name for each processor', () => {
  expect(CONDA_PLATFORMS).toContain('linux-64');
  expect(CONDA_PLATFORMS).toContain('linux-aarch64');
});
