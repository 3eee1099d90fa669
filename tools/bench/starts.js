import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { inTurns, printRatio } from './turns.js';

const TURNS = 25;
const ENVIRONMENTS = 20;
const COMPLETED = 100;

/**
 * What a person waits for before the own command starts.
 *
 * @param {import('./bed.js').Bed} bed
 */
export async function benchStarts(bed) {
  const { image, submarine, docker, run } = bed;
  for (let index = 1; index < ENVIRONMENTS; index += 1)
    submarine('env', 'add', '--name', `env-${index}`, '--image', image);
  submarine(
    ...['env', 'add', '--name', 'bench', '--image', image, '--kernel', 'bench'],
    ...['--channel', 'file:///opt/channel', '--dependency', 'python'],
  );
  // The kernel is built here, once.
  const prefix = submarine('run', '--env', 'bench', '--', 'printenv', 'CONDA_PREFIX').trim();
  const activation = `eval "$(/opt/conda/bin/conda shell.posix activate ${prefix})" && exec true`;
  const byConda = `${sameContainer(bed, 'sh')} -c '${activation}'`;

  const many = join(bed.home, 'many.yaml');
  writeFileSync(many, storeOf(COMPLETED, image));

  const times = await inTurns(TURNS, {
    version: () => void submarine('--version'),
    list: () => void submarine('env', 'list'),
    complete: () => void submarine('__complete', '--', '--store', many, 'run', '--env', ''),
    run: () => void submarine('run', '--env', 'bench', '--', 'true'),
    node: () => void run(process.execPath, ['-e', '0']),
    docker: () => void docker('run', '--rm', image, 'true'),
    conda: () => void run('sh', ['-c', byConda]),
  });
  const second = /** @type {const} */ (['submarine run -- true, in a kernel', times.run]);
  printRatio(['submarine --version', times.version], ['node -e 0', times.node], 1.5);
  printRatio(
    [`submarine env list (${ENVIRONMENTS} environments)`, times.list],
    ['node -e 0', times.node],
    2.5,
  );
  printRatio(
    [`completing --env (${COMPLETED} environments)`, times.complete],
    ['node -e 0', times.node],
    2,
  );
  const floor = times.docker + times.node;
  printRatio(second, ['docker run --rm IMAGE true + node -e 0', floor], 1.2);
  printRatio(second, ["the same container with conda's own activate", times.conda]);
  const inside = timesInside(bed, activation);
  printRatio(
    ['the bootstrap in the container (at most 10 ms)', inside.bootstrap],
    ["conda's own activate there", inside.conda],
  );
}

/**
 * A store of so many environments.
 *
 * @param {number} count
 * @param {string} image
 */
function storeOf(count, image) {
  const names = Array.from({ length: count }, (_, index) => `env-${index}`);
  return names
    .map((name) => `name: ${name}\ndocker-image: ${image}\ndescription: that of ${name}\n`)
    .join('---\n');
}

/**
 * A line for a container with all that `submarine run` gives to it, but another entrypoint.
 *
 * @param {import('./bed.js').Bed} bed
 * @param {string} entrypoint
 * @param {string} more - of docker's options
 */
function sameContainer({ image, submarine }, entrypoint, more = '') {
  const shown = submarine('run', '--env', 'bench', '--dry-run', '--', 'true');
  const line = shown
    .trim()
    .replace(/--entrypoint \S+ /, '')
    .replace(/--name \S+ /, '')
    .replace(new RegExp(`${image} --kernel .*$`), '');
  return `${line} ${more} --entrypoint ${entrypoint} ${image}`;
}

/**
 * What it takes in a container to get from nothing to the start of a command, without the start of a process as such.
 *
 * @param {import('./bed.js').Bed} bed
 * @param {string} activation - by conda, a line for the shell
 * @returns {{ bootstrap: number, conda: number }} medians in milliseconds
 */
function timesInside(bed, activation) {
  const script = `
import statistics, subprocess, sys, time
def timed(*argv):
    start = time.perf_counter()
    subprocess.run(argv, check=True)
    return (time.perf_counter() - start) * 1000
def median(*argv):
    return statistics.median(timed(*argv) - timed('/bin/true') for _ in range(30))
print(median('/submarine-bootstrap.sh', '--kernel', 'bench', '--', '/bin/true'))
print(median('sh', '-c', sys.argv[1]))
`;
  const file = join(bed.home, 'times.py');
  writeFileSync(file, script);
  // The container in which the bootstrap is started again and again with the variables that it was given.
  const line = sameContainer(bed, 'python3', `--volume ${file}:/times.py:ro`);
  const [bootstrap = Number.NaN, conda = Number.NaN] = bed
    .run('sh', ['-c', `${line} /times.py '${activation}'`])
    .split('\n')
    .map(Number);
  return { bootstrap, conda };
}
