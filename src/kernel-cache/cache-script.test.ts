import { expect, test } from '@jest/globals';

import { readCacheScript } from './cache-script.ts';

const FOLDER = new URL('../../bootstrap/', import.meta.url);
/** What Linux takes as one argument. */
const MAX_BYTES = 131_071;

test('the script locks as the bootstrap does, which it does not start, and has the commands of the cache', async () => {
  const script = await readCacheScript(FOLDER);

  expect(script).toContain('\ntry_lock() {\n');
  expect(script).toContain('\ncache_list() {\n');
  expect(script).not.toMatch(/^main "\$@"$/m);
  expect(Buffer.byteLength(script)).toBeLessThan(MAX_BYTES);
});
