import { setTimeout as sleep } from 'node:timers/promises';

import { inTurns, printRatio } from './turns.js';

/**
 * A further command in a container that runs.
 *
 * @param {import('./bed.js').Bed} bed
 */
export async function benchEntries({ start, submarine, docker }) {
  const name = `submarine-bench-${process.pid}`;
  // It ends when the container is removed.
  const ended = start(['run', '--env', 'bench', '--name', name, '--', 'sleep', '600'], {}).catch(
    () => undefined,
  );
  try {
    const isThere = () => docker('ps', '--quiet', '--filter', `name=${name}`) !== '';
    for (let asked = 0; asked < 500 && !isThere(); asked += 1) await sleep(20);
    const times = await inTurns(20, {
      ours: () => void submarine('exec', name, '--', 'true'),
      docker: () => void docker('exec', name, 'true'),
    });
    printRatio(
      ['submarine exec NAME -- true', times.ours],
      ['docker exec NAME true', times.docker],
    );
  } finally {
    docker('rm', '--force', name);
    await ended;
  }
}
