import type { LockedPackage } from '../lock/lock.ts';
import { InvalidDataError } from '../errors.ts';
import { excerpt } from '../text/excerpt.ts';
import type { ChannelServer, ServedChannel } from './channel-server.ts';
import { serveChannels } from './channel-server.ts';
import type { SolverPackage } from './rattler.ts';
import { askRattler } from './rattler.ts';
import type { Repodata } from './repodata-records.ts';
import { buildOf, versionOf } from './virtual-packages.ts';

/** What is to be solved. */
export interface SolveRequest {
  /** MatchSpecs without channels. */
  readonly specs: readonly string[];
  /** The one that wins first: the first that has a package of a name is the only one for it. */
  readonly channels: readonly SolverChannel[];
  /** As conda names it: `linux-64`. */
  readonly platform: string;
  readonly virtualPackages: Readonly<Record<string, string>>;
  /** Packages that are kept where nothing speaks against it. */
  readonly locked?: readonly LockedPackage[];
  /** Whether pip comes with python, as conda has it. */
  readonly pipWithPython: boolean;
}

/** A channel and its lists, already on this machine. */
export interface SolverChannel {
  /** Without a secret; for the addresses in the answer. */
  readonly url: string;
  readonly lists: ServedChannel;
}

/** Asks for all specs at once: what is asked for by itself is looked for in every channel, whichever comes first. */
const ROOT = 'submarine-environment';

/**
 * Finds the newest packages that go together.
 *
 * @returns sorted by name, without the virtual ones
 * @throws InvalidDataError with the solver's own tree when nothing does, or it cannot read a spec
 */
export async function solve(request: SolveRequest): Promise<readonly LockedPackage[]> {
  for (const spec of request.specs) await refuseUnreadable(spec, request);
  const solved = await solveOnce(request);
  const { specs, pipWithPython } = request;
  if (!pipWithPython || !hasPythonAlone(solved)) return solved;
  return solveOnce({ ...request, specs: [...specs, 'pip'] });
}

/** conda makes pip a dependency of every python of those versions. */
function hasPythonAlone(solved: readonly LockedPackage[]): boolean {
  return (
    solved.some(({ name, version }) => name === 'python' && /^[23]\./.test(version)) &&
    !solved.some(({ name }) => name === 'pip')
  );
}

async function solveOnce(request: SolveRequest): Promise<readonly LockedPackage[]> {
  const { channels, platform } = request;
  const server = await serveChannels([root(request), ...channels.map(({ lists }) => lists)]);
  try {
    const solved = await askRattler({
      specs: [ROOT],
      channels: server.addresses,
      platform,
      preferred: [...virtual(request), ...(request.locked ?? [])],
    });
    return solved
      .filter(({ name }) => name !== ROOT && !name.startsWith('__'))
      .map((one) => toLockedPackage(one, server, channels))
      .toSorted(byName);
  } catch (error) {
    throw explainConflict(error, platform);
  } finally {
    await server.close();
  }
}

function root({ specs, platform }: SolveRequest): ServedChannel {
  const record = {
    ...{ name: ROOT, version: '1', build: '0', build_number: 0, subdir: platform },
    depends: specs,
  };
  const repodata = (subdir: string, packages: Repodata['packages']): Repodata => ({
    info: { subdir },
    packages,
    'packages.conda': {},
    repodata_version: 1,
  });
  return {
    [platform]: repodata(platform, { [`${ROOT}-1-0.tar.bz2`]: record }),
    noarch: repodata('noarch', {}),
  };
}

function virtual({ virtualPackages }: SolveRequest): readonly SolverPackage[] {
  return Object.entries(virtualPackages).map(([name, text]) => ({
    name,
    version: versionOf(text),
    build: buildOf(text),
    url: `http://virtual.invalid/${name}-${versionOf(text)}-${buildOf(text)}.conda`,
  }));
}

/** The address of a package is that of its own channel, which the solver has not seen. */
function toLockedPackage(
  { name, version, build, url, md5, sha256, depends }: SolverPackage,
  { addresses }: ChannelServer,
  channels: readonly SolverChannel[],
): LockedPackage {
  const at = addresses.findIndex((address) => url.startsWith(address));
  const channel = channels[at - 1];
  if (channel === undefined && url.startsWith(`${new URL(addresses[0] ?? url).origin}/`)) {
    throw new InvalidDataError(
      `a channel says that ${excerpt(name)} lies outside of it, by a path and no address`,
      'name the channel that it lies in',
    );
  }
  return {
    name,
    version,
    build,
    url: channel === undefined ? url : `${channel.url}/${url.slice((addresses[at] ?? '').length)}`,
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(md5 === undefined ? {} : { md5 }),
    depends: depends ?? [],
  };
}

function byName(left: LockedPackage, right: LockedPackage): number {
  return Number(left.name > right.name) - Number(left.name < right.name);
}

const CONFLICT = /^(?:Error: )?Cannot solve the request because of: /;

/** Without channels a spec that can be read is one for which no candidate is found. */
async function refuseUnreadable(spec: string, { platform }: SolveRequest): Promise<void> {
  try {
    await askRattler({ specs: [spec], channels: [], platform, preferred: [] });
  } catch (cause) {
    const words = String(cause);
    if (CONFLICT.test(words)) return;
    throw new InvalidDataError(
      `the solver cannot read the dependency ${excerpt(spec)} (${words.replace(/^Error: /, '')})`,
      'write it as name=1.2, name>=1,<2 or name=1.2=build',
      { cause },
    );
  }
}

function explainConflict(error: unknown, platform: string): unknown {
  const words = String(error);
  if (!CONFLICT.test(words)) return typeof error === 'string' ? unreadableChannel(error) : error;
  const tree = withoutRoot(words.replace(CONFLICT, '').trimEnd().split('\n'));
  return new InvalidDataError(
    `no packages for ${platform} meet all dependencies at once\n${tree.map((line) => `  ${line}`).join('\n')}`,
    'loosen or drop one of those that are named, or add the channel that has them',
    { cause: error },
  );
}

/** What is no conflict comes from the solver as a text and not as an Error. */
function unreadableChannel(words: string): InvalidDataError {
  return new InvalidDataError(
    `the solver cannot read a channel: ${words}`,
    'look at what its repodata.json is',
  );
}

/** The top of the tree speaks of a package that is ours alone. */
function withoutRoot(lines: readonly string[]): readonly string[] {
  const top = lines.findLastIndex((line) => line.includes(ROOT));
  const branches = lines.slice(top + 1);
  const indents = branches.map((line) => line.length - line.trimStart().length);
  return branches.map((line) => line.slice(Math.min(...indents)));
}
