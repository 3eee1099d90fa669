import type { LockedPackage } from '../lock/lock.ts';
import { InvalidDataError } from '../errors.ts';
import { WHOLE } from '../lock/lock-forms.ts';
import { excerpt } from '../text/excerpt.ts';
import type { ChannelServer, ServedChannel } from './channel-server.ts';
import { serveChannels } from './channel-server.ts';
import { withoutCredentials } from '../kernel/credentials.ts';
import type { SolverPackage } from './rattler.ts';
import { askRattler } from './rattler.ts';
import type { Repodata } from './repodata-records.ts';
import { conflict, isConflict, unreadableList } from './solver-errors.ts';
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
      .map((one) => toLockedPackage(one, server, request))
      .toSorted(byName);
  } catch (error) {
    if (isConflict(error)) throw conflict(error, { platform, root: ROOT });
    // What is no conflict comes from the solver as a text and not as an Error.
    if (typeof error !== 'string') throw error;
    throw unreadableList(await unreadableOf(request, server), error, error);
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
  { channels, locked = [] }: SolveRequest,
): LockedPackage {
  const at = addresses.findIndex((address) => url.startsWith(address));
  const channel = channels[at - 1];
  if (channel === undefined && url.startsWith(`${new URL(addresses[0] ?? url).origin}/`)) {
    throw new InvalidDataError(
      `a channel says that ${excerpt(name)} lies outside of it, by a path and no address`,
      'name the channel that it lies in',
    );
  }
  const own =
    channel === undefined
      ? withoutCredentials(url)
      : `${channel.url}/${url.slice((addresses[at] ?? '').length)}`;
  const unfit = WHOLE.url.test(own) ? (WHOLE.word.test(build) ? undefined : build) : own;
  if (unfit !== undefined) {
    throw new InvalidDataError(
      `a channel says of ${excerpt(name)} what no lock can hold: ${excerpt(unfit)}`,
      'leave out that version, and tell those who keep the channel',
    );
  }
  return {
    name,
    version,
    build,
    url: own,
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(md5 === undefined ? {} : { md5 }),
    ...(sha256 === undefined && md5 === undefined ? checksumOf(url, locked) : {}),
    depends: depends ?? [],
  };
}

/** Of a package that is kept the lock tells, and may have lost a checksum: no channel was asked. */
function checksumOf(
  url: string,
  locked: readonly LockedPackage[],
): Pick<LockedPackage, 'checksum'> {
  const kept = locked.find((one) => one.url === url);
  return kept === undefined || kept.checksum === 'none' ? { checksum: 'none' } : {};
}

function byName(left: LockedPackage, right: LockedPackage): number {
  return Number(left.name > right.name) - Number(left.name < right.name);
}

/** Without channels a spec that can be read is one for which no candidate is found. */
async function refuseUnreadable(spec: string, { platform }: SolveRequest): Promise<void> {
  // The solver reads it and looks at no file name.
  if (/\[(?:.*,)?\s*fn\s*=/.test(spec)) {
    throw new InvalidDataError(
      `the solver cannot read the dependency ${excerpt(spec)} (it chooses by no file name)`,
      'write it as name=1.2=build, or as the address of the package',
    );
  }
  try {
    await askRattler({ specs: [spec], channels: [], platform, preferred: [] });
  } catch (cause) {
    if (isConflict(cause)) return;
    const words = String(cause);
    throw new InvalidDataError(
      `the solver cannot read the dependency ${excerpt(spec)} (${words.replace(/^Error: /, '')})`,
      'write it as name=1.2, name>=1,<2 or name=1.2=build',
      { cause },
    );
  }
}

/** The channel that is at fault, which the solver does not say: it is asked for each alone. */
async function unreadableOf(
  { specs, channels, platform }: SolveRequest,
  { addresses }: ChannelServer,
): Promise<string | undefined> {
  for (const [index, { url }] of channels.entries()) {
    const question = { specs, channels: [addresses[index + 1] ?? ''], platform, preferred: [] };
    try {
      await askRattler(question);
    } catch (error) {
      if (!isConflict(error)) return url;
    }
  }
  return undefined;
}
