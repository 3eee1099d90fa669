import { expect, test } from '@jest/globals';

import { halfOf, parseCpus, parseGpus, parseMemory, parseUser } from './resources.ts';

const MIB = 1024 ** 2;

test.each([
  ['512m', 512 * MIB],
  ['1.5G', 1536 * MIB],
  ['8GiB', 8192 * MIB],
  ['2 kb', 2048],
  ['1.3', 1],
  ['7', 7],
  ['3b', 3],
])('%s is %i bytes', (text, bytes) => {
  expect(parseMemory(text)).toBe(bytes);
});

test.each(['', 'lots', '5x', '-1g', '1g1', '.5g'])('%j is not a memory size', (text) => {
  expect(() => parseMemory(text)).toThrow(`invalid memory size "${text}"`);
});

test.each([
  [8192 * MIB, 4096 * MIB],
  [3 * MIB, MIB],
  [1, MIB],
])('half of %i bytes is %i, in whole MiB', (memory, half) => {
  expect(halfOf(memory)).toBe(half);
});

test.each([
  ['2', 2],
  ['0.5', 0.5],
  ['.25', 0.25],
])('%s processors', (text, cpus) => {
  expect(parseCpus(text)).toBe(cpus);
});

test.each(['', '0', 'two', '-1', '1e3', '.'])('%j is not a number of processors', (text) => {
  expect(() => parseCpus(text)).toThrow(`invalid number of CPUs "${text}"`);
});

test.each([
  ['all', { all: true }],
  ['2', { count: 2 }],
  ['device=0', { devices: ['0'] }],
  ['"device=0,GPU-3faa-12"', { devices: ['0', 'GPU-3faa-12'] }],
])('the GPUs %s', (text, gpus) => {
  expect(parseGpus(text)).toEqual(gpus);
});

test.each(['', '0', 'some', 'device=', 'all,capabilities=utility'])('%j names no GPUs', (text) => {
  expect(() => parseGpus(text)).toThrow(`invalid GPUs "${text}"`);
});

test.each([
  ['1000', { uid: 1000 }],
  ['1000:50', { uid: 1000, gid: 50 }],
  ['root', { name: 'root' }],
  ['me:users', { name: 'me', group: 'users' }],
  ['1000:users', { name: '1000', group: 'users' }],
])('the user %s', (text, user) => {
  expect(parseUser(text)).toEqual(user);
});

test.each(['', ':', 'a b', '1:2:3', '-x:'])('%j is not a user', (text) => {
  expect(() => parseUser(text)).toThrow(`invalid user "${text}"`);
});
