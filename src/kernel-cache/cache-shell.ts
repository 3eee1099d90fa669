import { randomBytes } from 'node:crypto';

import type { Answer } from '../engines/engine.ts';
import { converse } from '../engines/dialogue.ts';
import type { Captured, Engine } from '../engines/engine.ts';
import { helperPlan } from '../launch/helper-plan.ts';

/** Where the script of the cache is run: beside the folder that it looks after. */
export interface CacheShell {
  /** Where the cache is for the user: a folder's path, or the name of a volume. */
  readonly location: string;
  /** Whether it is a folder of this machine. */
  readonly isFolder: boolean;
  run(argv: readonly string[], answer: Answer): Promise<Captured>;
}

/** On this machine, as the user. */
export function folderShell(
  folder: string,
  script: string,
  env: Readonly<Record<string, string | undefined>>,
): CacheShell {
  return {
    location: folder,
    isFolder: true,
    run: (argv, answer) =>
      converse(['/bin/sh', '-c', script, 'submarine', folder, ...argv], env, answer),
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
  { engine, image }: { readonly engine: Engine; readonly image: string },
): CacheShell {
  return {
    location: volume,
    isFolder: false,
    run: async (argv, answer) => {
      // A container would make the volume, and make it root's.
      if (!(await engine.hasVolume(volume))) return { exitCode: 0, stdout: '', stderr: '' };
      const plan = helperPlan({
        runId: randomBytes(4).toString('hex'),
        image,
        command: ['/bin/sh', '-c', script, 'submarine', '/submarine', ...argv],
        mounts: [{ type: 'volume', source: volume, target: '/submarine' }],
        user: '0:0',
      });
      return engine.converse(plan, answer);
    },
  };
}
