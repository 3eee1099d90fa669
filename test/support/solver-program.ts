/**
 * A process that solves, for tests of what a whole process needs and survives: `break` asks the solver what it breaks
 * down of, `CHANNEL SPEC…` prints how many packages it found and the most memory it took, in MiB.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { SubmarineError } from '../../src/errors.ts';
import { askRattler } from '../../src/solver/rattler.ts';
import { openSolver } from '../../src/solver/solve-kernel.ts';

const [channel = '', ...dependencies] = process.argv.slice(2);

async function breakDown(): Promise<void> {
  const question = { channels: [], platform: 'linux-64', preferred: [] };
  await askRattler({ ...question, specs: ['conda-forge::n'] });
}

async function solve(): Promise<void> {
  const home = join(tmpdir(), 'nobody');
  const solver = await openSolver({
    env: {},
    home,
    channelFolder: join(home, 'channels'),
    offline: true,
    leftOut() {},
  });
  const packages = await solver(
    { channels: [channel, 'nodefaults'], dependencies },
    { platform: 'linux-64', virtualPackages: {} },
  );
  const mebibytes = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(`${packages.length} ${mebibytes}\n`);
}

try {
  await (channel === 'break' ? breakDown() : solve());
} catch (error) {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = error instanceof SubmarineError ? 65 : 1;
}
