import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { temporaryDirectory } from '../../test/support/bed.ts';
import type { BundledProgram } from '../../test/support/bundle.ts';
import { bundleProgram } from '../../test/support/bundle.ts';
import type { ListedPackage } from '../../test/support/channel.ts';
import { writeChannel } from '../../test/support/channel.ts';

let program: BundledProgram;
beforeAll(async () => {
  program = await bundleProgram('test/support/solver-program.ts');
});
afterAll(() => program.remove());

const run = (...args: string[]) => promisify(execFile)(process.execPath, [program.path, ...args]);

test('a channel of 200,000 packages is solved within 1 GB of memory', async () => {
  // 4,000 names of 50 versions each; the first 400 of them need each other, and all the others need some of those.
  const packages = Array.from({ length: 200_000 }, (_, index): ListedPackage => {
    const [name, version] = [index % 4_000, Math.floor(index / 4_000)];
    const needed =
      name < 400 ? [name - 1, name - 7, name - 61] : [1, 7, 13].map((by) => (name * by) % 400);
    return [
      `package-${name} ${version}.0.0 h${index}_0`,
      ...needed
        .filter((other) => other >= 0)
        .map((other) => `package-${other} >=${Math.max(0, version - 3)},<${version + 3}`),
    ];
  });
  const channel = await writeChannel(await temporaryDirectory(), packages);

  const { stdout, stderr } = await run(channel, 'package-3999', 'package-1399=20', 'package-500');

  expect(stderr).toBe('');
  const [found, mebibytes] = stdout.split(' ').map(Number);
  expect(found).toBeGreaterThan(300);
  expect(mebibytes).toBeLessThan(1000);
}, 300_000);
