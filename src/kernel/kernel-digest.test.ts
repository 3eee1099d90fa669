import { expect, test } from '@jest/globals';
import type { KernelContent } from './kernel-content.ts';
import { hasDependencies } from './kernel-content.ts';
import { kernelDigest, kernelSpecification } from './kernel-digest.ts';

const KERNEL = {
  name: 'x',
  channels: ['conda-forge', 'defaults'],
  dependencies: [
    'python=3.11',
    'numpy',
    { pip: ['b==1', 'a==1', '--index-url https://x', '--pre'] },
  ],
  variables: { A: '1' },
};

test('a specification is one line of JSON in a fixed order', () => {
  expect(kernelSpecification(KERNEL)).toBe(
    '{"channels":["conda-forge","defaults"],"dependencies":["numpy","python=3.11",' +
      '{"pip":["--index-url https://x","--pre","a==1","b==1"]}]}',
  );
});

test('a digest names it by 64 hexadecimal digits', () => {
  expect(kernelDigest('{"channels":[],"dependencies":["numpy"]}')).toMatch(/^[0-9a-f]{64}$/);
});

test.each<[string, KernelContent]>([
  ['another order of dependencies', { ...KERNEL, dependencies: KERNEL.dependencies.toReversed() }],
  ['no name and no variables', { channels: KERNEL.channels, dependencies: KERNEL.dependencies }],
  ['a dependency twice', { ...KERNEL, dependencies: ['numpy', ...KERNEL.dependencies] }],
  ['blanks round a dependency', { ...KERNEL, dependencies: [' numpy ', ...KERNEL.dependencies] }],
  ['an empty pip list beside', { ...KERNEL, dependencies: [...KERNEL.dependencies, { pip: [] }] }],
])('%s changes nothing', (_, kernel) => {
  expect(kernelSpecification(kernel)).toBe(kernelSpecification(KERNEL));
});

test.each<[string, KernelContent]>([
  ['another order of channels', { ...KERNEL, channels: ['defaults', 'conda-forge'] }],
  ['no channels', { dependencies: KERNEL.dependencies }],
  [
    'another order of pip options',
    {
      ...KERNEL,
      dependencies: [
        'python=3.11',
        'numpy',
        { pip: ['--pre', '--index-url https://x', 'a==1', 'b==1'] },
      ],
    },
  ],
  ['another version', { ...KERNEL, dependencies: ['python=3.12', 'numpy'] }],
])('%s changes it', (_, kernel) => {
  expect(kernelSpecification(kernel)).not.toBe(kernelSpecification(KERNEL));
});

test.each<[KernelContent, boolean]>([
  [{}, false],
  [{ dependencies: [] }, false],
  [{ dependencies: [{ pip: [] }] }, false],
  [{ dependencies: [{ pip: ['a'] }] }, true],
  [{ dependencies: ['a'] }, true],
])('%j has something to build: %s', (kernel, expected) => {
  expect(hasDependencies(kernel)).toBe(expected);
});
