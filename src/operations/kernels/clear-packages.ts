import type { CachePart } from '../../kernel-cache/cached-kernel.ts';
import { ForeignFilesError } from '../../kernel-cache/foreign-files-error.ts';
import { channelFolder, KeptFiles } from '../../solver/kept-file.ts';
import type { Call } from '../events.ts';
import type { Submarine } from '../submarine.ts';
import type { EngineChoice } from './open-kernels.ts';
import { openKernels } from './open-kernels.ts';

const CACHES: readonly CachePart['name'][] = ['archives', 'earlier'];

/** How much the archives that builds install from take, with what solving has fetched of channels. */
export async function measurePackages(
  submarine: Submarine,
  { engine }: EngineChoice = {},
  call?: Call,
): Promise<number> {
  const { cache } = await openKernels(submarine, engine, call);
  const parts = (await cache.parts(call?.signal)).filter(({ name }) => CACHES.includes(name));
  const abandoned = await cache.abandonedBuilds(call?.signal);
  const kept = await keptOf(submarine).bytes();
  return [...parts, ...abandoned].reduce((sum, { bytes }) => sum + bytes, kept);
}

/**
 * Removes the archives that builds have fetched, what solving has fetched of channels, and what earlier versions left
 * beside the kernels. Kernels and builds that are going on need none of it.
 *
 * @returns how much was freed, in bytes
 * @throws ForeignFilesError when another user's files are in the way
 */
export async function clearPackages(
  submarine: Submarine,
  { engine }: EngineChoice = {},
  call?: Call,
): Promise<number> {
  const { cache } = await openKernels(submarine, engine, call);
  const { signal } = call ?? {};
  const packages = await cache.clearPackages(signal);
  const abandoned = await cache.removeAbandoned(await cache.abandonedBuilds(signal), signal);
  const kept = keptOf(submarine);
  const freedBytes = packages.freedBytes + abandoned.freedBytes + (await kept.bytes());
  await kept.clear();
  const failed = [...packages.failed, ...abandoned.failed];
  if (failed.length > 0) throw new ForeignFilesError(cache, failed, { freedBytes });
  return freedBytes;
}

function keptOf({ caller }: Submarine): KeptFiles {
  return new KeptFiles(channelFolder(caller.folders.host));
}
