/**
 * A process that solves, for a test of what a whole process needs: `CHANNEL SPEC…` prints how many packages it found and
 * the most memory it took, in MiB.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openSolver } from '../../src/solver/solve-kernel.ts';

const [channel = '', ...dependencies] = process.argv.slice(2);
const home = join(tmpdir(), 'nobody');
const solve = await openSolver({
  env: {},
  home,
  channelFolder: join(home, 'channels'),
  offline: true,
  leftOut() {},
});
const packages = await solve(
  { channels: [channel, 'nodefaults'], dependencies },
  { platform: 'linux-64', virtualPackages: {} },
);
const mebibytes = Math.round(process.resourceUsage().maxRSS / 1024);
process.stdout.write(`${packages.length} ${mebibytes}\n`);
