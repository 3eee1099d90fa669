import type { AbandonedBuild, CachedKernel, CachePart } from '../../kernel-cache/cached-kernel.ts';
import { chooseKernels } from '../../kernel-cache/choose-kernels.ts';
import { channelFolder, KeptFiles } from '../../solver/kept-file.ts';
import type { Call } from '../events.ts';
import { homesFolder } from '../homes/home-folder.ts';
import type { ListedHome } from '../homes/list-homes.ts';
import { isPrunable, listHomes } from '../homes/list-homes.ts';
import { ifEngineAnswers } from '../if-engine-answers.ts';
import type { Submarine } from '../submarine.ts';
import { digestsInUse, digestsWanted } from './kernel-users.ts';
import type { EngineChoice } from './open-kernels.ts';
import { openKernels } from './open-kernels.ts';

/** Something that takes room. */
export interface UsagePart {
  /** `homes` are what persists for environments, in a folder of its own; `archives` are those that builds have fetched, `builds` those that they install; `earlier` is what earlier versions left. */
  readonly part:
    | 'kernels'
    | 'archives'
    | 'channels'
    | 'builds'
    | 'logs'
    | 'homes'
    | 'other'
    | 'earlier';
  readonly bytes: number;
  /** What a prune would free of it: of kernels, of packages, or of homes. */
  readonly freeableBytes: number;
  /** How many kernels or homes there are. */
  readonly count?: number;
}

/** What takes room, and where. */
export interface Usage {
  /** Where it is for the user: a folder's path, or the name of a volume. */
  readonly location: string;
  readonly isFolder: boolean;
  /** The folder of this machine that homes are in. */
  readonly homes: string;
  readonly parts: readonly UsagePart[];
}

/** What takes room, and how much of it could be freed. */
export async function measureUsage(
  submarine: Submarine,
  { engine: engineName }: EngineChoice = {},
  call?: Call,
): Promise<Usage> {
  const { cache, engine } = await openKernels(submarine, engineName, call);
  const [kernels, parts, abandoned, ofChannels, homes, wanted, inUse] = await Promise.all([
    cache.list(call?.signal),
    cache.parts(call?.signal),
    cache.abandonedBuilds(call?.signal),
    new KeptFiles(channelFolder(submarine.caller.folders.host)).bytes(),
    listHomes(submarine, { engine: engineName }, call),
    digestsWanted(submarine.store),
    ifEngineAnswers(digestsInUse(submarine, engine, call)),
  ]);
  // Without an engine nothing runs that we know of; a prune itself asks for one.
  const rule = { unusedMs: undefined, keep: 0, now: new Date(), inUse: inUse ?? new Set<string>() };
  const freeable = chooseKernels(kernels, { ...rule, wanted });
  const { location, isFolder } = cache;
  return {
    location,
    isFolder,
    homes: homesFolder(submarine),
    parts: partsOf(parts, { kernels, freeable, abandoned, ofChannels, homes }),
  };
}

interface Measured {
  readonly kernels: readonly CachedKernel[];
  readonly freeable: readonly CachedKernel[];
  readonly abandoned: readonly AbandonedBuild[];
  readonly ofChannels: number;
  readonly homes: readonly ListedHome[];
}

function partsOf(
  parts: readonly CachePart[],
  { kernels, freeable, abandoned, ofChannels, homes }: Measured,
): readonly UsagePart[] {
  const size = (part: CachePart['name']) => parts.find(({ name }) => name === part)?.bytes ?? 0;
  const sized = (part: CachePart['name'], freeableBytes: number): UsagePart => ({
    part,
    bytes: size(part),
    freeableBytes,
  });
  return [
    {
      ...sized('kernels', sum(freeable.map(({ ownBytes }) => ownBytes))),
      count: kernels.length,
    },
    sized('archives', size('archives')),
    { part: 'channels', bytes: ofChannels, freeableBytes: ofChannels },
    sized('builds', sum(abandoned.map(({ bytes }) => bytes))),
    sized('logs', 0),
    {
      part: 'homes',
      bytes: sum(homes.map(({ bytes }) => bytes)),
      freeableBytes: sum(homes.filter(isPrunable).map(({ bytes }) => bytes)),
      count: homes.length,
    },
    sized('other', 0),
    ...(size('earlier') === 0 ? [] : [sized('earlier', size('earlier'))]),
  ];
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}
