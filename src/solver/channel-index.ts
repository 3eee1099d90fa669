import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { errorCode, InvalidDataError, SubmarineError, throwIfAborted } from '../errors.ts';
import { fileReason } from '../files/file-reason.ts';
import { checkRegularFile } from '../files/regular-file.ts';
import { quote } from '../text/quote.ts';
import type { Channel } from '../web/channels.ts';
import type { WebClient } from '../web/web-client.ts';
import { causeOf } from '../web/web-client.ts';
import type { About, KeptFile, KeptFiles } from './kept-file.ts';

/** The list of the packages that a channel has for one platform, as a file on this machine. */
export interface ChannelIndex {
  /** `repodata.json` or `repodata.json.zst`. */
  readonly name: string;
  readonly path: string;
  /** Where its bytes begin in that file. */
  readonly offset: number;
}

/** Why a channel shows no list: it has none, it lets nobody in, or it was never asked and may not be now. */
export type NoIndex = 'absent' | 'closed' | 'unfetched';

/** How the lists of channels are read. */
export interface ChannelReader {
  readonly kept: KeptFiles;
  /** Undefined where no network may be used. */
  readonly web: (() => Promise<WebClient>) | undefined;
  /** Ends what is being fetched. */
  readonly signal?: AbortSignal | undefined;
}

const COMPRESSED = 'repodata.json.zst';
/** How a file of zstd begins. @see https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1 */
const ZSTD_MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
const PLAIN = 'repodata.json';

/**
 * The list of a channel for one platform; what a server has given before is asked for again only if it has changed.
 *
 * @param plain - whether it has to be plain JSON
 * @returns the list, or why there is none
 * @throws InvalidDataError when the channel cannot be read
 * @throws SubmarineError what the reader's signal was aborted with
 */
export async function readChannelIndex(
  channel: Channel,
  subdir: string,
  reader: ChannelReader,
  plain = false,
): Promise<ChannelIndex | NoIndex> {
  let why: NoIndex = 'absent';
  for (const name of plain ? [PLAIN] : [COMPRESSED, PLAIN]) {
    const index = channel.address.startsWith('file:')
      ? await inFolder(channel, subdir, name)
      : await fromServer(channel, `${subdir}/${name}`, reader);
    if (typeof index !== 'object') why = index;
    // Some servers answer with a page of their own for whatever they do not have.
    else if (name === PLAIN || (await isCompressed(index))) return { name, ...index };
  }
  return why;
}

type Place = Omit<ChannelIndex, 'name'>;

async function isCompressed({ path, offset }: Place): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(ZSTD_MAGIC.length), 0, undefined, offset);
    return buffer.equals(ZSTD_MAGIC);
  } finally {
    await file.close();
  }
}

async function inFolder(
  { address }: Channel,
  subdir: string,
  name: string,
): Promise<Place | 'absent'> {
  const path = folderPath(`${address}/${subdir}/${name}`);
  try {
    await checkRegularFile(path);
    return { path, offset: 0 };
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(cause) ?? '')) return 'absent';
    throw new InvalidDataError(
      `cannot read the channel file ${quote(path)}: ${fileReason(cause)}`,
      'check its permissions',
      { cause },
    );
  }
}

function folderPath(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw new InvalidDataError(
      `the channel ${quote(url)} is not a folder on this machine`,
      'write it as file:///FOLDER',
      { cause },
    );
  }
}

async function fromServer(
  channel: Channel,
  file: string,
  { kept, web, signal }: ChannelReader,
): Promise<Place | NoIndex> {
  if (!/^https?:/i.test(channel.address)) {
    throw new InvalidDataError(
      `the channel ${quote(channel.url)} can be read for no lock`,
      'a lock reads https://, http:// and file://; give such an address of it',
    );
  }
  const url = `${channel.url}/${file}`;
  const old = await kept.find(url);
  if (web === undefined) return old === undefined ? 'unfetched' : inCache(old);
  const client = await web();
  let answer;
  try {
    answer = await client.get(`${channel.address}/${file}`, conditions(old?.about), signal);
    if (answer.status === 304 && old !== undefined) {
      answer.body.destroy();
      return inCache(old);
    }
    if (answer.status === 200) {
      const about = definedOf({
        etag: answer.header('etag'),
        lastModified: answer.header('last-modified'),
      });
      return inCache(await kept.keep(url, { status: 200, ...about }, answer.body, signal));
    }
  } catch (cause) {
    throwIfAborted(signal);
    if (cause instanceof SubmarineError) throw cause;
    throw unreachable(channel, causeOf(cause), cause);
  }
  answer.body.destroy();
  // Stores that list no folder answer with 403 for a file that is not there; conda takes it for 404, too.
  if (answer.status !== 404 && answer.status !== 403) throw refusedBy(channel, answer.status);
  await kept.keep(url, { status: 404 }, undefined);
  return answer.status === 403 ? 'closed' : 'absent';
}

function inCache({ path, offset, about }: KeptFile): Place | 'absent' {
  return about.status === 404 ? 'absent' : { path, offset };
}

function conditions(about: About | undefined): Record<string, string> {
  return definedOf({
    'if-none-match': about?.etag,
    'if-modified-since': about?.etag === undefined ? about?.lastModified : undefined,
  });
}

function definedOf<Key extends string>(
  values: Record<Key, string | undefined>,
): Partial<Record<Key, string>> & Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Partial<Record<Key, string>> & Record<string, string>;
}

/** What a channel answers when it gives no list. */
export function refusedBy({ url }: Channel, status: number): InvalidDataError {
  return status === 401 || status === 403
    ? new InvalidDataError(
        `the channel ${quote(url)} lets nobody in without a login (HTTP ${status})`,
        'put the user and the password for its host into ~/.netrc, or its token into .condarc',
      )
    : new InvalidDataError(
        `the channel ${quote(url)} answers with HTTP ${status}`,
        'try again later, or take another channel',
      );
}

function unreachable({ url }: Channel, code: string, cause: unknown): InvalidDataError {
  const { remedy, ...details } = hintFor(code);
  const message = `the channel ${quote(url)} cannot be read (${code})`;
  return new InvalidDataError(message, remedy, { ...details, cause });
}

function hintFor(code: string): { readonly remedy: string; readonly code?: string } {
  if (/CERT|SELF_SIGNED|SIGNATURE|ISSUER/.test(code)) {
    return {
      remedy:
        'name the file of certificates that vouches for it: ssl_verify in .condarc, or SSL_CERT_FILE',
    };
  }
  if (['ENOSPC', 'EACCES', 'EROFS', 'EDQUOT'].includes(code)) {
    return { remedy: 'the cache folder cannot be written: make room or give yourself access' };
  }
  return {
    remedy: 'check its name and the network, or set HTTPS_PROXY',
    code: 'channel-unreachable',
  };
}
