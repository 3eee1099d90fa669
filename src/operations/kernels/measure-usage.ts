import type { CachedKernel, CachePart } from '../../kernel-cache/cached-kernel.ts';
import { chooseKernels } from '../../kernel-cache/choose-kernels.ts';
import { channelFolder, KeptFiles } from '../../solver/kept-file.ts';
import type { Call } from '../events.ts';
import { ifEngineAnswers } from '../if-engine-answers.ts';
import type { Submarine } from '../submarine.ts';
import { digestsInUse, digestsWanted } from './kernel-users.ts';
import type { EngineChoice } from './open-kernels.ts';
import { openKernels } from './open-kernels.ts';

/** Something that takes room. */
export interface UsagePart {
  readonly part: 'kernels' | 'packages' | 'pip' | 'channels' | 'logs' | 'other';
  readonly bytes: number;
  /** What a prune would free of it: of kernels, or of packages. */
  readonly freeableBytes: number;
  /** How many kernels there are. */
  readonly count?: number;
}

/** What takes room, and where. */
export interface Usage {
  /** Where it is for the user: a folder's path, or the name of a volume. */
  readonly location: string;
  readonly isFolder: boolean;
  readonly parts: readonly UsagePart[];
}

/** What takes room, and how much of it could be freed. */
export async function measureUsage(
  submarine: Submarine,
  { engine: engineName }: EngineChoice = {},
  call?: Call,
): Promise<Usage> {
  const { cache, engine } = await openKernels(submarine, engineName, call);
  const [kernels, parts, ofChannels, wanted, inUse] = await Promise.all([
    cache.list(call?.signal),
    cache.parts(call?.signal),
    new KeptFiles(channelFolder(submarine.caller.folders.host)).bytes(),
    digestsWanted(submarine.store),
    ifEngineAnswers(digestsInUse(engine.runs, call)),
  ]);
  // Without an engine nothing runs that we know of; a prune itself asks for one.
  const rule = { unusedMs: undefined, keep: 0, now: new Date(), inUse: inUse ?? new Set<string>() };
  const freeable = chooseKernels(kernels, { ...rule, wanted });
  const { location, isFolder } = cache;
  return { location, isFolder, parts: partsOf(parts, { kernels, freeable, ofChannels }) };
}

interface Measured {
  readonly kernels: readonly CachedKernel[];
  readonly freeable: readonly CachedKernel[];
  readonly ofChannels: number;
}

function partsOf(
  parts: readonly CachePart[],
  { kernels, freeable, ofChannels }: Measured,
): readonly UsagePart[] {
  const size = (...names: readonly CachePart['name'][]) =>
    parts.reduce((sum, { name, bytes }) => sum + (names.includes(name) ? bytes : 0), 0);
  const whole = (part: UsagePart['part'], bytes: number): UsagePart => ({
    part,
    bytes,
    freeableBytes: bytes,
  });
  return [
    {
      part: 'kernels',
      bytes: size('kernels'),
      freeableBytes: freeable.reduce((sum, { ownBytes }) => sum + ownBytes, 0),
      count: kernels.length,
    },
    whole('packages', size('pkgs')),
    whole('pip', size('pip', 'wheels')),
    whole('channels', ofChannels),
    { part: 'logs', bytes: size('logs'), freeableBytes: 0 },
    { part: 'other', bytes: size('other'), freeableBytes: 0 },
  ];
}
