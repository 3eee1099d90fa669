import { randomBytes } from 'node:crypto';

import { converseRun } from '../engines/collect-run.ts';
import type { Answer, Captured } from '../engines/dialogue.ts';
import { converse } from '../engines/dialogue.ts';
import type { Runs, Volumes } from '../engines/engine.ts';
import { helperPlan } from '../launch/helper-plan.ts';
import type { Variables } from '../variables.ts';

/** Where the script of the cache is run: beside the folder that it looks after. */
export interface CacheShell {
  /** Where the cache is for the user: a folder's path, or the name of a volume. */
  readonly location: string;
  /** Whether it is a folder of this machine. */
  readonly isFolder: boolean;
  run(argv: readonly string[], answer: Answer, signal?: AbortSignal): Promise<Captured>;
}

/** On this machine, as the user. */
export function folderShell(folder: string, script: string, env: Variables): CacheShell {
  return {
    location: folder,
    isFolder: true,
    run: (argv, answer, signal) =>
      converse(['/bin/sh', '-c', script, 'submarine', folder, ...argv], { env, signal }, answer),
  };
}

/**
 * In a container as root, where the cache is a volume of an engine elsewhere.
 *
 * @param image - any that the engine has and that holds a shell with the usual programs
 */
export function volumeShell(
  volume: string,
  script: string,
  {
    runs,
    volumes,
    image,
  }: { readonly runs: Runs; readonly volumes: Volumes; readonly image: string },
): CacheShell {
  return {
    location: volume,
    isFolder: false,
    run: async (argv, answer, signal) => {
      // A container would make the volume, and make it root's.
      if (!(await volumes.has(volume, { signal }))) return { exitCode: 0, stdout: '', stderr: '' };
      const plan = helperPlan({
        runId: randomBytes(4).toString('hex'),
        image,
        command: ['/bin/sh', '-c', script, 'submarine', '/submarine', ...argv],
        mounts: [{ type: 'volume', source: volume, target: '/submarine' }],
        user: { uid: 0, gid: 0 },
      });
      return converseRun(runs, { ...plan, interaction: 'streams' }, answer, { signal });
    },
  };
}
