import { expect, test } from '@jest/globals';
import { nearest } from './nearest.ts';

const KEYS = [
  'name',
  'docker-image',
  'vm-image',
  'kernel',
  'description',
  'dependencies',
  'channels',
];

test.each([
  ['docker_image', 'docker-image'],
  ['dockerImage', 'docker-image'],
  ['Docker-Image', 'docker-image'],
  ['dependancies', 'dependencies'],
  ['channel', 'channels'],
  ['nmae', 'name'],
  ['naem', 'name'],
  ['kernal', 'kernel'],
  ['image', undefined],
  ['x', undefined],
  ['prefix', undefined],
  ['', undefined],
])('the word meant by %j is %j', (word, expected) => {
  expect(nearest(word, KEYS)).toBe(expected);
});

test('a word of any length is compared quickly', () => {
  const before = performance.now();
  nearest(
    'x'.repeat(1_000_000),
    Array.from({ length: 10_000 }, (_, index) => `environment-${index}`),
  );
  expect(performance.now() - before).toBeLessThan(20_000);
});
