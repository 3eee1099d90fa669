import { expect, test } from '@jest/globals';
import { imageRepository, refuseImageReference } from './image-reference.ts';

const HEX = '0123456789abcdef'.repeat(4);

test.each([
  'python',
  'python:3.12',
  'continuumio/anaconda3',
  'registry.example:5000/ml/cuda:12.4',
  'localhost/x',
  'localhost:5000/x:latest',
  '127.0.0.1:5000/x',
  '[2001:db8::1]:5000/x',
  'Registry.Example/x',
  'a/b/c/d',
  'a__b/c--d/e.f_g',
  'x:Tag_1.0-rc',
  `x@sha256:${HEX}`,
  `registry.example:5000/ml/cuda:12.4@sha256:${HEX}`,
  `sha256:${HEX}`,
  `x:${'t'.repeat(128)}`,
  'n'.repeat(255),
])('%s is an image', (text) => {
  expect(refuseImageReference(text)).toBeUndefined();
});

test.each([
  ['', 'empty'],
  ['-x', 'hyphen'],
  ['-v', 'hyphen'],
  ['--privileged', 'hyphen'],
  ['UPPER', 'upper case'],
  ['registry.example/Upper/x', 'upper case'],
  ['a b', 'blank'],
  ['a\nb', String.raw`"a\nb" has a blank or a line end`],
  ['a\n', 'line end'],
  ['a\u0000', 'blank'],
  [' a', 'blank'],
  ['a,', 'comma'],
  ['https://registry.example/a', 'URL'],
  ['a:', 'tag'],
  ['a:-x', 'tag'],
  [`a:${'t'.repeat(129)}`, 'tag'],
  ['a:b:c', 'not a valid image reference'],
  ['a@b', 'digest'],
  ['a@sha256:abc', 'digest'],
  [`a@sha256:${HEX}@x`, 'digest'],
  ['n'.repeat(256), '256 characters'],
  ['/a', 'not a valid image reference'],
  ['a/', 'not a valid image reference'],
  ['a//b', 'not a valid image reference'],
  ['a..b', 'not a valid image reference'],
  ['_a', 'not a valid image reference'],
  ['../a', 'not a valid image reference'],
  ['host:port/a', 'not a valid image reference'],
  ['a$b', 'not a valid image reference'],
])('%j is no image: %s', (text, reason) => {
  expect(refuseImageReference(text)?.message).toContain(reason);
});

test.each([
  ['registry.example:5000/ml/cuda:12.4', 'registry.example:5000/ml/cuda'],
  ['registry.example:5000/ml/cuda', 'registry.example:5000/ml/cuda'],
  [`python:3.12@sha256:${'a'.repeat(64)}`, 'python'],
  ['docker.io/library/python:3.12', 'python'],
  ['index.docker.io/me/demo', 'me/demo'],
])('an engine writes the repository of %s as %s', (reference, repository) => {
  expect(imageRepository(reference)).toBe(repository);
});
