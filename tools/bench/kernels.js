import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { inTurns, printRatio } from './turns.js';

const SPECS = ['python', 'part-199', 'part-187', 'part-151', 'part-120'];
const CROWD = 10;

/**
 * A kernel of five specs in a channel of 2,000 packages: locked, built, built for many containers at once, and built
 * once more with one package less.
 *
 * @param {import('./bed.js').Bed} bed
 */
export async function benchKernels(bed) {
  const { submarine, docker } = bed;
  const channel = makeChannel(bed);
  const image = makeImage(bed, channel);
  const add = (/** @type {string} */ name, /** @type {readonly string[]} */ specs) =>
    submarine(
      ...['env', 'add', '--name', name, '--image', image, '--kernel', name],
      ...['--channel', `file://${channel}`, ...specs.flatMap((spec) => ['--dependency', spec])],
    );
  add('locked', SPECS);
  add('twin', SPECS.slice(0, -1));
  const create = `/opt/conda/bin/conda create --quiet --override-channels --channel file://${channel}`;
  /** @type {(script: string) => string} */
  const conda = (script) => docker('run', '--rm', '--entrypoint', 'sh', image, '-ec', script);
  const one = `${create} --yes --prefix /tmp/kernel ${SPECS.join(' ')}`;

  const locks = await inTurns(7, {
    ours: () => void submarine('env', 'lock', 'locked'),
    conda: () => void conda(`${create} --dry-run --prefix /tmp/kernel ${SPECS.join(' ')}`),
  });
  printRatio(
    [`submarine env lock (${SPECS.length} specs, 2,000 packages)`, locks.ours],
    ['docker run IMAGE conda create --dry-run', locks.conda],
  );

  const builds = await inTurns(4, {
    one: async () => void (await startCold(bed, 1)),
    crowd: async () => void (await startCold(bed, CROWD)),
    conda: () => void conda(one),
    docker: () => void docker('run', '--rm', image, 'true'),
    dockers: async () =>
      void (await Promise.all(
        Array.from({ length: CROWD }, () => bed.start(['docker', 'run', '--rm', image, 'true'])),
      )),
  });
  const cold = /** @type {const} */ ([
    'submarine run -- true, its kernel built from a lock',
    builds.one,
  ]);
  printRatio(cold, ['docker run IMAGE conda create', builds.conda]);
  const crowd = /** @type {const} */ ([`${CROWD} of them at once`, builds.crowd]);
  printRatio(crowd, ['one', builds.one], 1.5);
  printRatio(crowd, [
    `one, and what ${CROWD} docker run at once take more than one`,
    builds.one + builds.dockers - builds.docker,
  ]);
  await benchCopies(bed, {
    conda,
    two: `${one}; ${create} --yes --prefix /tmp/twin ${SPECS.slice(0, -1).join(' ')}`,
  });
}

/**
 * What it costs that no kernel shares a file with another, nor with the packages that it was made from.
 *
 * @param {import('./bed.js').Bed} bed
 * @param {{ conda: (script: string) => string, two: string }} yardstick - makes two environments that share their files
 */
async function benchCopies(bed, { conda, two }) {
  bed.submarine('env', 'lock', 'twin');
  const times = await inTurns(3, {
    ours: async () => void (await startCold(bed, 1, ['locked', 'twin'])),
    conda: () => void conda(two),
  });
  printRatio(
    ['two kernels, which share no file', times.ours],
    ['docker run IMAGE conda create, twice, by hard links', times.conda],
  );
  const kib = (/** @type {string} */ text) =>
    Number(text.trim().split('\n').at(-1)?.split('\t')[0]);
  const ours = await startCold(bed, 1, ['locked', 'twin'], (cache) =>
    bed.run('du', ['-sk', cache]),
  );
  const theirs = conda(`${two} >/dev/null; du -skc /tmp/kernel /tmp/twin /opt/conda/pkgs`);
  console.log(
    `their disk: ${kib(ours)} KiB / conda's two and its package cache: ${kib(theirs)} KiB = ${(kib(ours) / kib(theirs)).toFixed(2)}`,
  );
}

/**
 * Starts containers at once of which none finds a kernel, nor a package that was downloaded before.
 *
 * @param {import('./bed.js').Bed} bed
 * @param {number} count
 * @param {readonly string[]} [environments] - one after the other
 * @param {(cache: string) => string} [look] - at what the builds have left
 */
async function startCold(
  { home, command, start },
  count,
  environments = ['locked'],
  look = () => '',
) {
  const cache = join(home, 'cold');
  mkdirSync(join(home, 'submarine'), { recursive: true });
  writeFileSync(join(home, 'submarine', 'config.yaml'), `cache: ${cache}\n`);
  const variables = { XDG_CONFIG_HOME: home };
  for (const name of environments) {
    const argv = /** @type {const} */ ([
      ...command,
      'run',
      '--env',
      name,
      '--frozen',
      '--',
      'true',
    ]);
    await Promise.all(Array.from({ length: count }, () => start(argv, variables)));
  }
  const seen = look(cache);
  rmSync(cache, { recursive: true });
  return seen;
}

/**
 * Makes an image that has the channel at the path that it has here.
 *
 * @param {import('./bed.js').Bed} bed
 * @param {string} channel
 * @returns {string} its name
 */
function makeImage({ home, image, run }, channel) {
  const dockerfile = join(home, 'Dockerfile');
  writeFileSync(dockerfile, `FROM ${image}\nCOPY . ${channel}\n`);
  const name = 'submarine-test:bench-channel';
  run('docker', [
    'build',
    '--tag',
    name,
    '--label',
    'submarine-test',
    '--file',
    dockerfile,
    channel,
  ]);
  return name;
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
