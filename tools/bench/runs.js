import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { inTurns, printRatio } from './turns.js';

const TURNS = 15;
const CROWD = 100;

/**
 * What is done with runs that are there: one is entered and followed, one more is started, and all are listed.
 *
 * @param {import('./bed.js').Bed} bed
 */
export async function benchRuns(bed) {
  const { submarine, docker, run, image, command } = bed;
  submarine('env', 'add', '--name', 'runs', '--image', image, '--replace');
  const detached = ['run', '--detach', '--env', 'runs', '--no-code', '--', 'sh', '-c'];
  const id = submarine(...detached, 'echo first; exec sleep 600').trim();
  const name = `submarine-runs-${id}`;
  const first = (/** @type {readonly [string, ...string[]]} */ argv) => firstLine(bed, argv);
  try {
    const times = await inTurns(TURNS, {
      exec: () => void submarine('exec', name, '--', 'true'),
      dockerExec: () => void docker('exec', name, 'true'),
      logs: () => first([...command, 'logs', '--follow', name]),
      dockerLogs: () => first(['docker', 'logs', '--follow', name]),
      detached: () => void submarine(...detached, 'true'),
      dockerDetached: () => void docker('run', '--detach', '--rm', image, 'true'),
      node: () => void run(process.execPath, ['-e', '0']),
    });
    const { node } = times;
    printRatio(
      ['submarine exec RUN -- true', times.exec],
      ['docker exec CONTAINER true + node -e 0', times.dockerExec + node],
      1.3,
    );
    printRatio(
      ['the first line of submarine logs --follow', times.logs],
      ['that of docker logs --follow + node -e 0', times.dockerLogs + node],
      1.3,
    );
    printRatio(
      ['submarine run --detach -- true', times.detached],
      ['docker run --detach IMAGE true + node -e 0', times.dockerDetached + node],
      1.2,
    );
    await benchList(bed);
  } finally {
    docker('rm', '--force', ...containers(bed));
  }
}

/** @param {import('./bed.js').Bed} bed */
async function benchList(bed) {
  const { submarine, docker, image } = bed;
  for (let number = 0; number < CROWD; number += 1) {
    const run = (0xbe0000 + number).toString(16).padStart(8, '0');
    docker(
      ...['run', '--detach', '--label', `submarine.run=${run}`, '--label', 'submarine.env=runs'],
      ...[
        '--label',
        'submarine.kind=run',
        '--network',
        'none',
        '--entrypoint',
        'sleep',
        image,
        '600',
      ],
    );
  }
  const times = await inTurns(TURNS, {
    ours: () => void submarine('ps'),
    docker: () => void docker('ps'),
  });
  printRatio([`submarine ps, ${CROWD} runs`, times.ours], ['docker ps', times.docker], 3);
}

/**
 * @param {import('./bed.js').Bed} bed
 * @returns {string[]}
 */
function containers({ docker }) {
  const found = docker('ps', '--all', '--quiet', '--filter', 'label=submarine.env=runs');
  return found.split('\n').filter((line) => line !== '');
}

/**
 * Until a program has written something; then it is ended.
 *
 * @param {import('./bed.js').Bed} bed
 * @param {readonly [string, ...string[]]} argv
 */
async function firstLine({ env, home }, [name, ...args]) {
  const program = spawn(name, args, { env, cwd: home, stdio: ['ignore', 'pipe', 'inherit'] });
  await once(program.stdout, 'data');
  program.kill('SIGKILL');
}
