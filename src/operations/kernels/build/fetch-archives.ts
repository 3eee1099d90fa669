import { join } from 'node:path';

import { provideArchives } from '../../../downloads/provide-archives.ts';
import type { BuildFolder } from '../../../kernel-cache/kernel-place.ts';
import { listArchives } from '../../../lock/list-archives.ts';
import { tellStep } from '../../events.ts';
import type { KernelLaunch } from './kernel-work.ts';

/**
 * Puts the archives of a list into the folder of a build. This machine fetches them, with the user's logins: no
 * container sees a login for it, and none can change what another build will use.
 *
 * @throws SubmarineError when one cannot be fetched, or has other bytes than the list says
 */
export async function fetchArchives(
  list: string,
  folder: Pick<BuildFolder, 'archives' | 'handOver'>,
  { environment, request, facts, submarine, call }: KernelLaunch,
): Promise<void> {
  await provideArchives(
    listArchives(list),
    { store: join(submarine.cacheFolder, 'archives'), folder: folder.archives },
    {
      env: facts.env,
      home: submarine.caller.folders.home,
      offline: request.offline,
      signal: call?.signal,
      progress: ({ files, of, bytes }) =>
        tellStep(call, {
          step: 'fetching',
          environment: environment.name,
          files,
          ofFiles: of,
          bytes,
        }),
    },
  );
  await folder.handOver(call?.signal);
}
