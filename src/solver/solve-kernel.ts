import type { KernelContent } from '../kernel/kernel-content.ts';
import { once } from '../once.ts';
import type { LockedPackage } from '../lock/lock.ts';
import { resolveChannel } from '../web/channels.ts';
import type { Condarc } from '../web/condarc.ts';
import { readCondarc } from '../web/read-condarc.ts';
import type { ChannelReader } from './channel-index.ts';
import { KeptFiles } from './kept-file.ts';
import { readChannels } from './read-channels.ts';
import { solveInThread } from './solve-in-thread.ts';
import type { SolveRequest } from './solve.ts';
import type { SolverSpec } from './solver-spec.ts';
import { toSolverSpec } from './solver-spec.ts';

/** Whose settings, logins and kept files are used, and whether the network may be. */
export interface SolverSettings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Where lists of channels are kept; it need not exist. */
  readonly channelFolder: string;
  readonly offline: boolean;
  /** Told of a channel that only the user's settings add and that cannot be read. */
  readonly leftOut: (why: string) => void;
  /** Ends what is being fetched or solved. */
  readonly signal?: AbortSignal | undefined;
}

/** For which machine. */
export interface Target {
  /** As conda names it: `linux-64`. */
  readonly platform: string;
  readonly virtualPackages: Readonly<Record<string, string>>;
  /** Packages that are kept where nothing speaks against it. */
  readonly locked?: readonly LockedPackage[];
}

/**
 * Finds the packages of the conda part of a kernel, as conda would with the user's own settings, and without it.
 *
 * @returns sorted by name
 * @throws InvalidDataError when a channel cannot be read, or nothing meets all dependencies
 */
export type KernelSolver = (
  content: KernelContent,
  target: Target,
) => Promise<readonly LockedPackage[]>;

/** @throws InvalidDataError when the user's `.condarc` cannot be read */
export async function openSolver(settings: SolverSettings): Promise<KernelSolver> {
  const { env, home, channelFolder, offline, leftOut, signal } = settings;
  const condarc = await readCondarc(env, home);
  const openWeb = once(async () =>
    (await import('../web/web-client.ts')).openWebClient({ env, home, condarc }),
  );
  const reader: ChannelReader = {
    kept: new KeptFiles(channelFolder),
    web: offline ? undefined : openWeb,
    signal,
  };
  return async (content, { platform, virtualPackages, locked }) => {
    const specs = specsOf(content);
    // Nothing is asked for, so nothing need be read.
    if (specs.length === 0) return [];
    const prepare = async (): Promise<SolveRequest> => ({
      specs: specs.map(({ spec }) => spec),
      channels: await readChannels(content.channels ?? [], specs, platform, {
        condarc,
        reader,
        leftOut,
      }),
      platform,
      virtualPackages,
      pipWithPython: condarc.addPipAsPythonDependency,
      ...(locked === undefined
        ? {}
        : { locked: locked.filter((one) => mayStay(one, specs, condarc)) }),
    });
    return solveInThread(prepare, signal);
  };
}

/** What pip installs needs conda's pip, which conda itself only warns of. */
function specsOf({ dependencies = [] }: KernelContent): readonly SolverSpec[] {
  const specs = dependencies.filter((item) => typeof item === 'string').map(toSolverSpec);
  const needsPip = dependencies.some((item) => typeof item !== 'string' && item.pip.length > 0);
  return needsPip && !specs.some(({ name }) => name === 'pip')
    ? [...specs, { spec: 'pip', name: 'pip' }]
    : specs;
}

/** A package from another channel than its spec names now would be kept all the same. */
function mayStay({ name, url }: LockedPackage, specs: readonly SolverSpec[], condarc: Condarc) {
  return specs.every(
    (spec) =>
      spec.name !== name ||
      spec.channel === undefined ||
      resolveChannel(spec.channel, condarc).some((channel) => url.startsWith(`${channel.url}/`)),
  );
}
