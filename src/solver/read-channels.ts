import { InvalidDataError } from '../errors.ts';
import { excerpt } from '../text/excerpt.ts';
import { quote } from '../text/quote.ts';
import { allOrNone } from '../web/all-or-none.ts';
import type { Channel } from '../web/channels.ts';
import { resolveChannel, resolveChannels } from '../web/channels.ts';
import type { Condarc } from '../web/condarc.ts';
import type { ChannelIndex, ChannelReader, NoIndex } from './channel-index.ts';
import { readChannelIndex, refusedBy } from './channel-index.ts';
import type { Repodata } from './repodata-records.ts';
import { readRecords } from './repodata-records.ts';
import type { SolverChannel } from './solve.ts';
import { unreadableList } from './solver-errors.ts';
import type { SolverSpec } from './solver-spec.ts';

interface Surroundings {
  readonly condarc: Condarc;
  readonly reader: ChannelReader;
  /** Told of a channel that only the user's settings add and that cannot be read. */
  readonly leftOut: (why: string) => void;
}

/**
 * The channels of a kernel in the order of their priority, with their lists on this machine. A spec that names its
 * channel gets one of its own in front of the others, which has that package alone: the first channel that has a
 * package wins.
 *
 * @param texts - the channels as the profile has them
 * @throws InvalidDataError when one that is named cannot be read
 * @throws SubmarineError what the reader's signal was aborted with
 */
export async function readChannels(
  texts: readonly string[],
  specs: readonly SolverSpec[],
  platform: string,
  surroundings: Surroundings,
): Promise<readonly SolverChannel[]> {
  const ofSpecs: SolverChannel[] = [];
  for (const spec of specs) {
    if (spec.channel !== undefined) {
      ofSpecs.push(...(await channelsOfSpec(spec, spec.channel, platform, surroundings)));
    }
  }
  const channels = resolveChannels(texts, surroundings.condarc);
  const { reader } = surroundings;
  const read = await allOrNone(channels, reader.signal, (channel, signal) =>
    readChannel(channel, platform, { ...surroundings, reader: { ...reader, signal } }),
  );
  return [...ofSpecs, ...read.flat()];
}

async function readChannel(
  channel: Channel,
  platform: string,
  { reader, leftOut }: Surroundings,
): Promise<readonly SolverChannel[]> {
  try {
    return [await listsOf(channel, platform, reader)];
  } catch (error) {
    // One that was ended because of another's failure is not what the profile can do without.
    if (reader.signal?.aborted === true) throw error;
    if (channel.named || !(error instanceof InvalidDataError)) throw error;
    leftOut(error.message);
    return [];
  }
}

async function channelsOfSpec(
  spec: SolverSpec,
  text: string,
  platform: string,
  { condarc, reader }: Surroundings,
): Promise<readonly SolverChannel[]> {
  const isWanted = (fileName: string): boolean =>
    spec.file === undefined ? nameOfFile(fileName) === spec.name : fileName === spec.file;
  const found: SolverChannel[] = [];
  // `defaults::numpy` may come from several.
  for (const channel of resolveChannel(text, condarc)) {
    const { url, lists } = await listsOf(channel, platform, reader, true);
    const few: Record<string, Repodata> = {};
    for (const [subdir, list] of Object.entries(lists)) {
      few[subdir] = 'path' in list ? await recordsOf(list, isWanted, channel, reader.signal) : list;
    }
    found.push({ url, lists: few });
  }
  const isFound = found.some(({ lists }) =>
    Object.values(lists).some(
      (list) =>
        !('path' in list) &&
        Object.keys({ ...list.packages, ...list['packages.conda'] }).length > 0,
    ),
  );
  if (isFound) return found;
  throw new InvalidDataError(
    `the channel ${quote(found[0]?.url ?? text)} has no ${excerpt(spec.file ?? spec.name)} for ${platform}`,
    'check the spelling, or name another channel',
  );
}

async function recordsOf(
  list: ChannelIndex,
  isWanted: (fileName: string) => boolean,
  { url }: Channel,
  signal: AbortSignal | undefined,
): Promise<Repodata> {
  try {
    return await readRecords(list, isWanted, signal);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw unreadableList(url, cause.message, cause);
  }
}

async function listsOf(
  channel: Channel,
  platform: string,
  reader: ChannelReader,
  plain = false,
): Promise<SolverChannel> {
  const subdirs = [platform, 'noarch'];
  const read = await allOrNone(subdirs, reader.signal, (subdir, signal) =>
    readChannelIndex(channel, subdir, { ...reader, signal }, plain),
  );
  if (read.includes('unfetched')) throw unfetched(channel, platform);
  if (read.every((list) => typeof list === 'string')) throw noChannel(channel, platform, read);
  const lists = subdirs.map((subdir, index): [string, ChannelIndex | Repodata] => {
    const list = read[index];
    return [subdir, typeof list === 'object' ? list : emptyList(subdir)];
  });
  return { url: channel.url, lists: Object.fromEntries(lists) };
}

function unfetched({ url }: Channel, platform: string): InvalidDataError {
  return new InvalidDataError(
    `the channel ${quote(url)} has not been fetched for ${platform} before`,
    undefined,
    { code: 'channel-not-fetched', data: { url, platform } },
  );
}

function noChannel(
  channel: Channel,
  platform: string,
  why: readonly (ChannelIndex | NoIndex)[],
): InvalidDataError {
  const { url } = channel;
  if (why.includes('closed')) return refusedBy(channel, 403);
  return new InvalidDataError(
    `there is no channel at ${quote(url)}: it has a repodata.json neither for ${platform} nor for noarch`,
    url.startsWith('file:')
      ? 'the folder has to be on this machine for a lock, and in the image for a build'
      : 'check the spelling of its name',
  );
}

function emptyList(subdir: string): Repodata {
  return { info: { subdir }, packages: {}, 'packages.conda': {}, repodata_version: 1 };
}

/** `numpy` for `numpy-1.26.4-py311_0.conda`: neither a version nor a build has a hyphen. */
function nameOfFile(fileName: string): string {
  return fileName.split('-').slice(0, -2).join('-').toLowerCase();
}
