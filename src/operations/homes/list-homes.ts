import type { Engine } from '../../engines/engine.ts';
import { HOME_LABEL } from '../../launch/home.ts';
import { openStore } from '../../stores/open-store.ts';
import type { Call } from '../events.ts';
import { ifEngineAnswers } from '../if-engine-answers.ts';
import type { EngineChoice } from '../kernels/open-kernels.ts';
import { livingContainers } from '../kernels/kernel-users.ts';
import type { Submarine } from '../submarine.ts';
import type { KeptHome } from './home-folder.ts';
import { keptHomes } from './home-folder.ts';
import { measureHomes } from './homes-script.ts';

/** What persists for an environment, or did. */
export interface ListedHome extends KeptHome {
  readonly bytes: number;
  /** Whether the store has no such environment any more. */
  readonly isLeft: boolean;
  /** Whether a container has it, on any engine of this machine that answers. */
  readonly isUsed: boolean;
}

/** What persists for environments, of whatever store of this user. */
export async function listHomes(
  submarine: Submarine,
  { engine: name }: EngineChoice = {},
  call?: Call,
): Promise<readonly ListedHome[]> {
  const homes = await keptHomes(submarine);
  if (homes.length === 0) return [];
  const engine = await submarine.engine(name);
  const [sizes, names, used] = await Promise.all([
    measureHomes(
      submarine,
      homes.map(({ id }) => id),
      call,
    ),
    namesOf(homes, submarine),
    ifEngineAnswers(homesInUse(submarine, engine, call)),
  ]);
  return homes.map(({ id, environment, store, isDeleted, lastUsed }) => ({
    id,
    environment,
    store,
    isDeleted,
    lastUsed,
    bytes: sizes.get(id) ?? 0,
    isLeft: isDeleted || names.get(store ?? '')?.has(environment) === false,
    isUsed: used?.has(idInUse({ id, isDeleted })) ?? false,
  }));
}

/** Whether it may go: nothing can find it any more, and no container has it. */
export function isPrunable({ isLeft, isUsed }: ListedHome): boolean {
  return isLeft && !isUsed;
}

/** The ids of the homes that containers have: of one that was put aside, its old id. */
export async function homesInUse(
  submarine: Pick<Submarine, 'caller'>,
  engine: Engine,
  call?: Call,
): Promise<ReadonlySet<string>> {
  const used = await livingContainers(submarine, engine, call);
  return new Set(used.flatMap(({ labels }) => labels[HOME_LABEL] ?? []));
}

/** As a container's label names it, whose home may have been put aside since. */
export function idInUse({ id, isDeleted }: Pick<KeptHome, 'id' | 'isDeleted'>): string {
  return isDeleted ? id.replace(/^[^/]*\/([0-9a-f]{16})\.[0-9a-f]{8}\./, '$1/') : id;
}

/** The environments of each store; undefined for one that cannot be read, which may have them all. */
async function namesOf(
  homes: readonly KeptHome[],
  { store, caller }: Submarine,
): Promise<ReadonlyMap<string, ReadonlySet<string> | undefined>> {
  const names = new Map<string, ReadonlySet<string> | undefined>();
  for (const { store: location } of homes) {
    if (location === undefined || names.has(location)) continue;
    const isOurs = location === store.location;
    const opened = isOurs ? store : await openStore(location, { cwd: caller.cwd });
    names.set(
      location,
      await opened.names().then(
        (all) => new Set(all),
        () => undefined,
      ),
    );
  }
  return names;
}
