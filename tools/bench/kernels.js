import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { inTurns, printRatio } from './turns.js';

const SPECS = ['python', 'part-199', 'part-187', 'part-151', 'part-120'];
const CROWD = 10;

/**
 * A kernel of five specs in a channel of 2,000 packages: locked, built, and built for many containers at once.
 *
 * @param {import('./bed.js').Bed} bed
 */
export async function benchKernels(bed) {
  const { image, submarine, docker } = bed;
  const channel = makeChannel(bed);
  const mount = `${channel}:${channel}:ro`;
  submarine(
    ...['env', 'add', '--name', 'locked', '--image', image, '--kernel', 'locked'],
    ...['--channel', `file://${channel}`, ...SPECS.flatMap((spec) => ['--dependency', spec])],
  );
  const conda = (/** @type {string[]} */ ...args) =>
    void docker(
      ...[
        'run',
        '--rm',
        '--volume',
        mount,
        '--entrypoint',
        '/opt/conda/bin/conda',
        image,
        'create',
      ],
      ...['--quiet', '--prefix', '/tmp/kernel', '--override-channels'],
      ...['--channel', `file://${channel}`, ...args, ...SPECS],
    );

  const locks = await inTurns(7, {
    ours: () => void submarine('env', 'lock', 'locked'),
    conda: () => conda('--dry-run'),
  });
  printRatio(
    [`submarine env lock (${SPECS.length} specs, 2,000 packages)`, locks.ours],
    ['docker run IMAGE conda create --dry-run', locks.conda],
  );

  const builds = await inTurns(4, {
    one: () => startCold(bed, mount, 1),
    crowd: () => startCold(bed, mount, CROWD),
    conda: () => conda('--yes'),
  });
  const cold = /** @type {const} */ ([
    'submarine run -- true, its kernel built from a lock',
    builds.one,
  ]);
  printRatio(cold, ['docker run IMAGE conda create', builds.conda]);
  printRatio([`${CROWD} of them at once`, builds.crowd], ['one', builds.one]);
}

/**
 * Starts containers at once of which none finds a kernel, nor a package that was downloaded before.
 *
 * @param {import('./bed.js').Bed} bed
 * @param {string} mount
 * @param {number} count
 */
async function startCold({ home, start }, mount, count) {
  const cache = join(home, 'cold');
  mkdirSync(join(home, 'submarine'), { recursive: true });
  writeFileSync(join(home, 'submarine', 'config.yaml'), `cache: ${cache}\n`);
  const args = ['run', '--env', 'locked', '--frozen', '--volume', mount, '--', 'true'];
  await Promise.all(Array.from({ length: count }, () => start(args, { XDG_CONFIG_HOME: home })));
  rmSync(cache, { recursive: true });
}

/**
 * Makes the channel in the image, whose Python it holds.
 *
 * @param {import('./bed.js').Bed} bed
 * @returns {string} its folder, which has the same path in containers
 */
function makeChannel({ home, image, docker }) {
  const channel = join(home, 'channel');
  mkdirSync(channel);
  const user = process.getuid === undefined ? [] : ['--user', String(process.getuid())];
  docker(
    ...['run', '--rm', ...user, '--volume', `${channel}:${channel}`],
    ...['--volume', `${folderOf('.')}:/bench:ro`],
    ...['--volume', `${folderOf('../../examples/images/debian')}:/recipes:ro`],
    ...['--env', 'PYTHONPATH=/recipes', '--env', 'PYTHONDONTWRITEBYTECODE=1'],
    ...['--entrypoint', '/opt/conda/bin/python', image],
    ...['/bench/many-packages.py', channel, '/opt/channel'],
  );
  return channel;
}

/** @param {string} path */
function folderOf(path) {
  return fileURLToPath(new URL(path, import.meta.url));
}
