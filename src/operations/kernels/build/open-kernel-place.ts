import { openKernelFolder } from '../../../kernel-cache/kernel-folder.ts';
import type { KernelPlace } from '../../../kernel-cache/kernel-place.ts';
import { requireCapability } from '../../capabilities.ts';
import { makeKernelFolder } from '../../runs/local-files.ts';
import type { KernelLaunch } from './kernel-work.ts';

/** The place of kernels for an engine: a folder of this machine, or a volume where the engine is elsewhere. */
export async function openKernelPlace({
  engine,
  facts,
  request,
  submarine,
}: KernelLaunch): Promise<KernelPlace> {
  if (!facts.engine.remote) return openKernelFolder(await makeKernelFolder(submarine.cacheFolder));
  const { openKernelVolume } = await import('../../../kernel-cache/kernel-volume.ts');
  const { VolumeMemory } = await import('../../../kernel-cache/volume-memory.ts');
  const { openKernels } = await import('../open-kernels.ts');
  return openKernelVolume({
    runs: engine.runs,
    volumes: requireCapability(engine, 'volumes'),
    image: facts.image?.id ?? facts.imageName,
    user: request.user,
    staging: submarine.cacheFolder,
    memory: new VolumeMemory(submarine.caller.folders.host, facts.engine.id),
    recorded: async (path, signal) => {
      const { cache } = await openKernels(submarine, engine.name, { signal });
      return cache.recorded(path, signal);
    },
  });
}
