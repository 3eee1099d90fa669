import { utimes } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, expect, test } from '@jest/globals';

import { temporaryDirectory } from '../../test/support/bed.ts';
import { locationName } from './cache-location.ts';
import { KernelCache } from './kernel-cache.ts';
import { kernelMutexPath, withKernelMutex } from './kernel-mutex.ts';
import { noteUse } from './kernel-uses.ts';

const [FIRST, SECOND] = ['a', 'b'].map((digit) => `linux-64-glibc2.36/${digit.repeat(32)}`) as [
  string,
  string,
];

let host: string;

beforeEach(async () => {
  host = await temporaryDirectory();
});

/** A cache whose script prints the lines. */
function cacheOf(...lines: readonly string[]): KernelCache {
  const captured = { exitCode: 0, stdout: `${lines.join('\n')}\n`, stderr: '' };
  const shell = { location: 'submarine', isFolder: false, run: async () => captured };
  return new KernelCache(shell, host);
}

async function useAt(path: string, seconds: number): Promise<void> {
  await noteUse(host, 'submarine', path);
  await utimes(join(host, 'used', locationName('submarine'), path), seconds, seconds);
}

test('a kernel was last used when the host says so, the cache, or its mark, whichever is later', async () => {
  await useAt(FIRST, 1_700_000_002);
  await useAt(SECOND, 5);
  const cache = cacheOf(
    `${SECOND}\tcomplete\t20\t4\t1700000001\tsha256:1f`,
    `${FIRST}\tcomplete\t20\t4\t1700000000\tsha256:1f`,
  );

  expect((await cache.list()).map(({ path, lastUsed }) => [path, lastUsed.getTime()])).toEqual([
    [FIRST, 1_700_000_002_000],
    [SECOND, 1_700_000_001_000],
  ]);
});

test('a kernel is being built while this machine says so, though no container has its lock', async () => {
  const cache = cacheOf(
    `${FIRST}\tunfinished\t20\t4\t1700000001\t`,
    `${SECOND}\tunfinished\t20\t4\t1700000000\t`,
  );

  const kernels = await withKernelMutex(kernelMutexPath(host, 'submarine', FIRST), {}, () =>
    cache.list(),
  );

  expect(kernels.map(({ state }) => state)).toEqual(['building', 'unfinished']);
});
