import { expect, test } from '@jest/globals';

import type { CachedKernel } from './cached-kernel.ts';
import type { PruneRule } from './choose-kernels.ts';
import { chooseKernels } from './choose-kernels.ts';

const NOW = new Date('2026-06-01T00:00:00Z');
const DAY = 24 * 60 * 60 * 1000;

function kernel(digest: string, days: number, state: CachedKernel['state'] = 'complete') {
  const platform = 'linux-64-glibc2.36';
  const lastUsed = new Date(NOW.getTime() - days * DAY);
  return {
    ...{ path: `${platform}/${digest}`, platform, digest, state, lastUsed },
    ...{ bytes: 2048, ownBytes: 1024, image: undefined },
  };
}

const KERNELS = [
  kernel('now', 0),
  kernel('new', 1 / 24),
  kernel('building', 1, 'building'),
  kernel('unfinished', 2, 'unfinished'),
  kernel('untrusted', 3, 'untrusted'),
  kernel('week', 7),
  kernel('month', 31),
  kernel('wanted', 32),
  kernel('used', 33),
];

test.each<[string, Partial<PruneRule>, string]>([
  [
    'unfinished and untrusted ones, and those that nobody wants nor used for 30 days',
    {},
    'unfinished untrusted month',
  ],
  [
    'those not used for as long as is said, whoever wants them',
    { unusedMs: 7 * DAY },
    'unfinished untrusted week month wanted',
  ],
  [
    'all but those in use, and those used in the last hour',
    { unusedMs: 0 },
    'new unfinished untrusted week month wanted',
  ],
  ['not those used last', { unusedMs: 0, keep: 4 }, 'unfinished untrusted wanted'],
])('a prune chooses %s', (_, rule, expected) => {
  const chosen = chooseKernels(KERNELS, {
    ...{ unusedMs: undefined, keep: 0, now: NOW },
    ...{ wanted: new Set(['wanted']), inUse: new Set(['used']) },
    ...rule,
  });

  expect(chosen.map(({ digest }) => digest).join(' ')).toBe(expected);
});
