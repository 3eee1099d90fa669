import { InvalidDataError } from '../errors.ts';
import { withoutCredentials } from '../kernel/credentials.ts';
import { quote } from '../text/quote.ts';

/** An archive of a package, as a lock names it. */
export interface Archive {
  /** Without a login. */
  readonly url: string;
  readonly sha256?: string | undefined;
  /** Counts where there is no sha256. */
  readonly md5?: string | undefined;
  /** Who installs it: conda and pip have logins and certificates of their own. */
  readonly kind: 'conda' | 'pip';
}

/** What the bytes of an archive are known by. */
export interface Checksum {
  readonly algorithm: 'sha256' | 'md5';
  /** In hexadecimal digits. */
  readonly digest: string;
}

/** An archive that is to be fetched, and where it goes. */
export interface PlannedArchive {
  readonly url: string;
  readonly kind: Archive['kind'];
  readonly name: string;
  /** Undefined where nothing is known of its bytes, so that none of them are kept. */
  readonly checksum: Checksum | undefined;
}

const DIGEST = { sha256: /^[0-9a-f]{64}$/, md5: /^[0-9a-f]{32}$/ };

/**
 * Says which archives are to be fetched, each once; what a `file://` address names lies in the image.
 *
 * @throws InvalidDataError when one has no name that a file can have, is served in a way that we do not know, or has the
 *   name of another with other bytes
 */
export function planArchives(archives: readonly Archive[]): readonly PlannedArchive[] {
  const planned = new Map<string, PlannedArchive>();
  for (const archive of archives) {
    if (/^file:/i.test(archive.url)) continue;
    const one = planArchive(archive);
    const place = `${one.kind}/${one.name}`;
    const other = planned.get(place);
    if (other !== undefined && !isSame(one, other)) throw sameName(one, other);
    planned.set(place, other ?? one);
  }
  return [...planned.values()];
}

function planArchive({ url, kind, sha256, md5 }: Archive): PlannedArchive {
  if (!/^https?:/i.test(url)) {
    throw new InvalidDataError(
      `cannot download ${shown(url)}: archives are fetched from http:// and https:// only`,
      'use a channel or index that is served over HTTP',
    );
  }
  const name = archiveName(url);
  return { url, kind, name, checksum: checksumOf(name, { sha256, md5 }) };
}

/**
 * The name of an archive's file: the last part of the path of its address, without percent signs.
 *
 * @throws InvalidDataError when it is none that one file in a folder can have
 */
function archiveName(url: string): string {
  const [, last = ''] = /^[a-z]+:\/\/[^/?#]*\/(?:[^?#]*\/)?([^/?#]*)/i.exec(url) ?? [];
  const name = decode(last);
  if (name === undefined || /^\.{0,2}$|[/\p{Cc}]/u.test(name)) {
    throw new InvalidDataError(
      `the address ${shown(url)} does not end in the name of a file`,
      'name an archive, such as https://HOST/FOLDER/NAME-1.0.conda',
    );
  }
  return name;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** A digest becomes the name of a folder. */
function checksumOf(
  name: string,
  { sha256, md5 }: Pick<Archive, 'sha256' | 'md5'>,
): Checksum | undefined {
  const algorithm = sha256 === undefined ? 'md5' : 'sha256';
  const digest = (sha256 ?? md5)?.toLowerCase();
  if (digest === undefined) return undefined;
  if (DIGEST[algorithm].test(digest)) return { algorithm, digest };
  throw new InvalidDataError(`${quote(digest)} is not the ${algorithm} of ${quote(name)}`);
}

/** Bytes of which nothing is known are those of their address. */
function isSame(one: PlannedArchive, other: PlannedArchive): boolean {
  return one.checksum === undefined || other.checksum === undefined
    ? one.url === other.url
    : one.checksum.digest === other.checksum.digest;
}

function sameName(one: PlannedArchive, other: PlannedArchive): InvalidDataError {
  return new InvalidDataError(
    `two archives are called ${quote(one.name)}: ${shown(other.url)} and ${shown(one.url)}`,
    'use only one of them',
  );
}

function shown(url: string): string {
  return quote(withoutCredentials(url));
}
