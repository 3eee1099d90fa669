import { SubmarineError } from '../../errors.ts';
import { ForeignFilesError } from '../../kernel-cache/foreign-files-error.ts';
import { channelFolder, KeptFiles } from '../../solver/kept-file.ts';
import type { Call } from '../events.ts';
import type { Submarine } from '../submarine.ts';
import type { EngineChoice } from './open-kernels.ts';
import { openKernels } from './open-kernels.ts';

const CACHES: readonly string[] = ['pkgs', 'pip', 'wheels'];

/** How much what builds have downloaded takes, with what solving has fetched of channels. */
export async function measurePackages(
  submarine: Submarine,
  { engine }: EngineChoice = {},
  call?: Call,
): Promise<number> {
  const { cache } = await openKernels(submarine, engine, call);
  const parts = (await cache.parts(call?.signal)).filter(({ name }) => CACHES.includes(name));
  return parts.reduce((sum, { bytes }) => sum + bytes, await keptOf(submarine).bytes());
}

/**
 * Empties what builds have downloaded, and what solving has fetched of channels. Kernels go on to work: what they share
 * with the cache has a second name there.
 *
 * @returns how much was freed, in bytes
 * @throws SubmarineError of the kind `busy` while a build is going on
 * @throws ForeignFilesError when another user's files are in the way
 */
export async function clearPackages(
  submarine: Submarine,
  { engine }: EngineChoice = {},
  call?: Call,
): Promise<number> {
  const { cache } = await openKernels(submarine, engine, call);
  const { busy, failed, freedBytes } = await cache.clearPackages(call?.signal);
  if (busy !== undefined) {
    throw new SubmarineError({
      kind: 'busy',
      code: 'package-cache-busy',
      message: 'a build is using the package cache',
      remedy: 'wait for its end and try again',
    });
  }
  const kept = keptOf(submarine);
  const total = freedBytes + (await kept.bytes());
  await kept.clear();
  if (failed.length > 0) throw new ForeignFilesError(cache, failed, { freedBytes: total });
  return total;
}

function keptOf({ caller }: Submarine): KeptFiles {
  return new KeptFiles(channelFolder(caller.folders.host));
}
