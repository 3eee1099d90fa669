import { throwIfAborted } from '../../errors.ts';
import type { Call } from '../events.ts';
import { warn } from '../events.ts';
import type { Submarine } from '../submarine.ts';
import { homeOf, homesFolder, setAside } from './home-folder.ts';
import { removeHomes } from './homes-script.ts';
import { homesInUse } from './list-homes.ts';

/** How long an engine may take to say what it runs, where nothing else is asked of it. */
const ENGINE_MS = 3000;

/**
 * Removes what persisted for environments of the store that are gone, so that no new one of their names finds it. What
 * a container has still, or is another user's, is put aside, which is told.
 */
export async function discardHomes(
  submarine: Submarine,
  names: readonly string[],
  call?: Call,
): Promise<void> {
  const aside = new Map<string, string>();
  for (const name of names) {
    const { id = '' } = homeOf(submarine, name);
    const now = await setAside(submarine, id);
    if (now !== undefined) aside.set(now, id);
  }
  if (aside.size === 0) return;
  const inUse = await inUseAsFarAsKnown(submarine, call);
  const free = [...aside.keys()].filter((now) => !inUse.has(aside.get(now) ?? ''));
  const failed = await removeHomes(submarine, free, call);
  for (const [now, id] of aside) {
    const isFailed = failed.includes(now);
    if (free.includes(now) && !isFailed) continue;
    warn(call, {
      code: 'home-kept',
      environment: id.replace(/^.*\//, ''),
      why: isFailed ? 'foreign-files' : 'in-use',
      folder: `${homesFolder(submarine)}/${now}`,
    });
  }
}

/** A container of an engine that does not answer loses its caches, and nothing else. */
async function inUseAsFarAsKnown(
  submarine: Submarine,
  call: Call | undefined,
): Promise<ReadonlySet<string>> {
  const limit = AbortSignal.timeout(ENGINE_MS);
  const signal = call?.signal === undefined ? limit : AbortSignal.any([limit, call.signal]);
  try {
    return await homesInUse(submarine, await submarine.engine(), { signal });
  } catch {
    throwIfAborted(call?.signal);
    return new Set();
  }
}
