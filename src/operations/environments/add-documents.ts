import type { EnvironmentDocument } from '../../environment/environment.ts';
import type { AddOptions } from '../../stores/store.ts';
import type { Call } from '../events.ts';
import { discardHomes } from '../homes/discard-homes.ts';
import { hasHome, homeOf } from '../homes/home-folder.ts';
import type { Submarine } from '../submarine.ts';

/** Adds documents to the store. What persisted for an earlier environment is not for a new one of its name. */
export async function addDocuments(
  submarine: Submarine,
  documents: readonly EnvironmentDocument[],
  options: AddOptions,
  call?: Call,
): Promise<void> {
  const { store } = submarine;
  const left = documents
    .map(({ environment: { name } }) => name)
    .filter((name) => hasHome(homeOf(submarine, name)));
  const isReplacing = left.length > 0 && options.replace === true;
  const known = new Set(isReplacing ? await store.names() : []);
  await store.add(documents, { ...options, signal: call?.signal });
  if (options.dryRun === true) return;
  await discardHomes(
    submarine,
    left.filter((name) => !known.has(name)),
    call,
  );
}
