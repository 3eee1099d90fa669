import { join } from 'node:path';

import { beforeEach, expect, test } from '@jest/globals';

import { temporaryDirectory } from '../../test/support/bed.ts';
import { locationName } from './cache-location.ts';
import { isKernelHeld, kernelMutexPath, withFreeKernels, withKernelMutex } from './kernel-mutex.ts';

let host: string;

beforeEach(async () => {
  host = await temporaryDirectory();
});

const mutexPath = (id: string) => kernelMutexPath(host, 'submarine', `linux-64-glibc2.36/${id}`);

test('the mutex of a kernel is named after its cache, platform and digest', () => {
  expect(mutexPath('aa')).toBe(
    join(host, 'building', `${locationName('submarine')}-linux-64-glibc2.36-aa`),
  );
});

test('a kernel is held while work goes on under its mutex, and nobody else gets it', async () => {
  expect(await isKernelHeld(mutexPath('aa'))).toBe(false);

  await withKernelMutex(mutexPath('aa'), {}, async () => {
    expect(await isKernelHeld(mutexPath('aa'))).toBe(true);
    expect(await isKernelHeld(mutexPath('bb'))).toBe(false);
    const second = withKernelMutex(mutexPath('aa'), { waitMs: 0 }, async () => {});
    await expect(second).rejects.toMatchObject({ code: 'file-busy' });
  });

  expect(await isKernelHeld(mutexPath('aa'))).toBe(false);
});

test('of several kernels those that are free are held together', async () => {
  await withKernelMutex(mutexPath('bb'), {}, async () => {
    const held = await withFreeKernels(['aa', 'bb', 'cc'], mutexPath, async (free) => {
      const state = async (id: string) => [id, await isKernelHeld(mutexPath(id))];
      return Promise.all(free.map(state));
    });

    expect(held).toEqual([
      ['aa', true],
      ['cc', true],
    ]);
  });
  expect(await isKernelHeld(mutexPath('aa'))).toBe(false);
});

test('what the work throws is thrown, also where it looks like a busy kernel', async () => {
  let runs = 0;
  const work = async (): Promise<never> => {
    runs += 1;
    return withKernelMutex(mutexPath('aa'), { waitMs: 0 }, () => Promise.reject(new Error('no')));
  };

  await expect(withFreeKernels(['aa'], mutexPath, work)).rejects.toMatchObject({
    code: 'file-busy',
  });
  expect(runs).toBe(1);
});
