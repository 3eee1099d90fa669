import { expect, test } from '@jest/globals';

import { parseCachedKernels, parseCacheParts } from './cached-kernel.ts';

const OLD = 'a'.repeat(32);
const NEW = 'b'.repeat(32);
const UNTRUSTED = 'c'.repeat(32);

test('the lines of the script are kernels, but for what is none', () => {
  const stdout = [
    `linux-64-glibc2.36/${OLD}\tcomplete\t20\t4\t1700000000\tsha256:1f`,
    `linux-64-musl1.2.3/${NEW}\tunfinished\t8\t8\t1700000001\t`,
    `linux-64-musl1.2.3/${UNTRUSTED}\tuntrusted\t8\t8\t1500000000\tsha256:2e`,
    'linux-64-glibc2.36/lost+found\tunfinished\t4\t4\t1\t',
    '',
  ].join('\n');

  expect(parseCachedKernels(stdout)).toEqual([
    {
      ...{ path: `linux-64-glibc2.36/${OLD}`, platform: 'linux-64-glibc2.36', digest: OLD },
      ...{ state: 'complete', bytes: 20_480, ownBytes: 4096, image: 'sha256:1f' },
      lastUsed: new Date(1_700_000_000_000),
    },
    {
      ...{ path: `linux-64-musl1.2.3/${NEW}`, platform: 'linux-64-musl1.2.3', digest: NEW },
      ...{ state: 'unfinished', bytes: 8192, ownBytes: 8192, image: undefined },
      lastUsed: new Date(1_700_000_001_000),
    },
    expect.objectContaining({ digest: UNTRUSTED, state: 'untrusted', image: 'sha256:2e' }),
  ]);
});

test('the sizes of the script are bytes', () => {
  expect(parseCacheParts('kernels\t12\narchives\t0\n')).toEqual([
    { name: 'kernels', bytes: 12_288 },
    { name: 'archives', bytes: 0 },
  ]);
});
