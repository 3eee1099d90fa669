import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { ensureEngine } from './engine.js';
import { imageTag } from './image-recipes.js';
import { ensureImages } from './images.js';

const SUBMARINE = fileURLToPath(new URL('../bin/submarine.js', import.meta.url));
const RUNS = 15;

const home = mkdtempSync(join(tmpdir(), 'submarine-bench-'));
// Where NODE_EXTRA_CA_CERTS is set, each start of Node reads all of those certificates, some 50 ms.
const { NODE_EXTRA_CA_CERTS: _unset, ...inherited } = process.env;
const env = {
  ...inherited,
  HOME: home,
  XDG_CACHE_HOME: '',
  XDG_DATA_HOME: '',
  XDG_STATE_HOME: '',
  SUBMARINE_STORE: '',
};

try {
  await ensureEngine(console.error);
  await ensureImages(['example'], console.error);
  bench();
} finally {
  rmSync(home, { recursive: true, force: true });
}

function bench() {
  const image = imageTag('example');
  for (let index = 1; index < 20; index += 1)
    submarine('env', 'add', '--name', `env-${index}`, '--image', image);
  submarine(
    'env',
    'add',
    ...['--name', 'bench', '--image', image, '--kernel', 'bench'],
    ...['--channel', 'file:///opt/channel', '--dependency', 'python'],
  );
  // The kernel is built here, once.
  submarine('run', '--env', 'bench', '--', 'true');

  const own =
    (/** @type {string[]} */ ...args) =>
    () =>
      milliseconds(process.execPath, [SUBMARINE, ...args]);
  const times = inTurns({
    version: own('--version'),
    list: own('env', 'list'),
    run: own('run', '--env', 'bench', '--', 'true'),
    node: () => milliseconds(process.execPath, ['-e', '0']),
    docker: () => milliseconds('docker', ['run', '--rm', image, 'true']),
  });
  const launch = times.docker + times.node;
  console.log(
    `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}; medians of ${RUNS} runs in turns, NODE_EXTRA_CA_CERTS unset`,
  );
  console.log();
  printRow('submarine --version', times.version, 'node -e 0', times.node, 1.5);
  printRow('submarine env list (20 environments)', times.list, 'node -e 0', times.node, 2.5);
  printRow(
    'submarine run -- true, in a kernel',
    times.run,
    'docker run --rm IMAGE true + node -e 0',
    launch,
    1.2,
  );
  const bootstrap = bootstrapTimes(image);
  console.log(`the bootstrap in the container: ${median(bootstrap).toFixed(1)} ms (at most 10)`);
}

/**
 * Times each of the commands once a turn, so that a machine that gets slower is slower for all of them.
 *
 * @template {string} Name
 * @param {Record<Name, () => number>} commands
 * @returns {Record<Name, number>} the median of each in milliseconds
 */
function inTurns(commands) {
  const entries = /** @type {[Name, () => number][]} */ (Object.entries(commands));
  const turns = Array.from({ length: RUNS + 1 }, () => entries.map(([, command]) => command()));
  // The first turn warmed the caches of the disk.
  const counted = turns.slice(1);
  const medians = entries.map(([name], index) => [
    name,
    median(counted.map((turn) => turn[index] ?? 0)),
  ]);
  return Object.fromEntries(medians);
}

/**
 * @param {string} image
 * @returns {number[]} milliseconds from the start of the bootstrap to the start of the command, without a kernel's
 *   build and without the start of a process as such
 */
function bootstrapTimes(image) {
  const script = `
import statistics, subprocess, time
def timed(argv):
    start = time.perf_counter()
    subprocess.run(argv, check=True)
    return (time.perf_counter() - start) * 1000
bare = ['/bin/true']
for _ in range(${RUNS * 4}):
    print(timed(['/submarine-bootstrap.sh', '--kernel', 'bench', '--', *bare]) - timed(bare))
`;
  const shown = submarine('run', '--env', 'bench', '--dry-run', '--', 'true');
  // The same container, in which the bootstrap is started again and again with the variables that it was given.
  const line = shown
    .trim()
    .replace(/--entrypoint \S+ /, '')
    .replace(new RegExp(`${image} --kernel .*$`), '');
  const file = join(home, 'bootstrap-times.py');
  writeFileSync(file, script);
  const command = `${line} --volume ${file}:/times.py:ro --entrypoint python3 ${image} /times.py`;
  return succeed('sh', ['-c', command]).trim().split('\n').map(Number);
}

/**
 * @param {string} name
 * @param {number} time - in milliseconds
 * @param {string} yardstick
 * @param {number} yardstickTime
 * @param {number} limit - of the ratio
 */
function printRow(name, time, yardstick, yardstickTime, limit) {
  const ratio = (time / yardstickTime).toFixed(2);
  console.log(
    `${name}: ${time.toFixed(0)} ms / ${yardstick}: ${yardstickTime.toFixed(0)} ms = ${ratio} (at most ${limit.toFixed(2)})`,
  );
}

/** @param {number[]} values */
function median(values) {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** @param {string[]} args */
function submarine(...args) {
  return succeed(process.execPath, [SUBMARINE, ...args]);
}

/**
 * @param {string} program
 * @param {string[]} args
 */
function milliseconds(program, args) {
  const start = performance.now();
  succeed(program, args);
  return performance.now() - start;
}

/**
 * @param {string} program
 * @param {string[]} args
 */
function succeed(program, args) {
  const { status, stdout, stderr } = spawnSync(program, args, { env, cwd: home, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${status}\n${stderr}`);
  return stdout;
}
