import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { inTurns, median, printRatio } from './turns.js';

const TURNS = 20;
const ENVIRONMENTS = 20;

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

  const times = await inTurns(TURNS, {
    version: () => void submarine('--version'),
    list: () => void submarine('env', 'list'),
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
  const floor = times.docker + times.node;
  printRatio(second, ['docker run --rm IMAGE true + node -e 0', floor], 1.15);
  printRatio(second, ["the same container, activated by conda's own activate", times.conda]);
  const bootstrap = median(bootstrapTimes(bed)).toFixed(1);
  console.log(`the bootstrap in the container: ${bootstrap} ms (at most 10)`);
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
 * @param {import('./bed.js').Bed} bed
 * @returns {number[]} milliseconds from the start of the bootstrap to the start of the command, without a kernel's
 *   build and without the start of a process as such
 */
function bootstrapTimes(bed) {
  const script = `
import subprocess, time
def timed(argv):
    start = time.perf_counter()
    subprocess.run(argv, check=True)
    return (time.perf_counter() - start) * 1000
bare = ['/bin/true']
for _ in range(60):
    print(timed(['/submarine-bootstrap.sh', '--kernel', 'bench', '--', *bare]) - timed(bare))
`;
  const file = join(bed.home, 'bootstrap-times.py');
  writeFileSync(file, script);
  // The container in which the bootstrap is started again and again with the variables that it was given.
  const line = sameContainer(bed, 'python3', `--volume ${file}:/times.py:ro`);
  return bed
    .run('sh', ['-c', `${line} /times.py`])
    .trim()
    .split('\n')
    .map(Number);
}
