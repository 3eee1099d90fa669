import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { Engine } from '../../engines/engine.ts';
import type { Call } from '../events.ts';
import { containersOnEveryEngine } from '../kernels/kernel-users.ts';
import type { Submarine } from '../submarine.ts';

/** An engine that does not answer now may run its container. */
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Removes the folders of runs whose command was killed before it could: those older than a day whose container is on no
 * engine that answers. What a run put there is no more than it installed for itself.
 */
export async function clearRunFolders(
  submarine: Submarine,
  engine: Engine,
  call?: Call,
): Promise<void> {
  const runs = join(submarine.caller.folders.host, 'runs');
  const old: string[] = [];
  for (const name of await readdir(runs).catch(() => [])) {
    const changed = await stat(join(runs, name)).catch(() => undefined);
    if (changed !== undefined && Date.now() - changed.mtimeMs > DAY_MS) old.push(name);
  }
  if (old.length === 0) return;
  const containers = await containersOnEveryEngine(submarine, engine, call);
  const present = new Set(containers.map(({ labels }) => labels['submarine.run']));
  for (const name of old.filter((one) => !present.has(one))) {
    await rm(join(runs, name), { recursive: true, force: true }).catch(() => {});
  }
}
