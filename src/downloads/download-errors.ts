import { errorCode, InvalidDataError, isSystemError, SubmarineError } from '../errors.ts';
import { fileReason } from '../files/file-reason.ts';
import { withoutCredentials } from '../kernel/credentials.ts';
import { quote } from '../text/quote.ts';
import { causeOf, isProxyLogin } from '../web/web-client.ts';
import type { Checksum, PlannedArchive } from './archive.ts';

/** The server of an archive, with the port where it says one. */
function described({ name, url }: PlannedArchive): string {
  return `${quote(name)} from ${quote(new URL(url).host)}`;
}

/** What a server answers when it gives no archive. */
export function refusedBy(archive: PlannedArchive, status: number): InvalidDataError {
  const [what, remedy, code] = OF_STATUS[status] ?? [
    'a channel or index failed to send a package',
    'try again later, or use another channel or index',
    'download-refused',
  ];
  return new InvalidDataError(`${what}: ${described(archive)} (HTTP ${status})`, remedy, {
    code,
    data: { url: withoutCredentials(archive.url), status },
  });
}

type Words = readonly [what: string, remedy: string, code: string];

const LOGIN: Words = [
  'a channel, index or proxy asks for a user and password, or refuses these',
  'give them in .condarc, .netrc, PIP_INDEX_URL or HTTPS_PROXY; they are kept in no lock and no log',
  'download-without-login',
];
const GONE: Words = [
  'a file is not where a channel, an index or the lock says',
  'check the names under channels; what a channel has removed has to be locked anew',
  'download-not-found',
];

const OF_STATUS: Readonly<Record<number, Words>> = {
  401: LOGIN,
  403: LOGIN,
  407: LOGIN,
  404: GONE,
  410: GONE,
};

/** What ended a request or its answer. */
export function failedDownload(archive: PlannedArchive, error: unknown): InvalidDataError {
  const cause = causeOf(error);
  if (isProxyLogin(error)) return refusedBy(archive, 407);
  const [what, remedy, code] = wordsFor(cause);
  const details = {
    code,
    data: { url: withoutCredentials(archive.url), reason: cause },
    cause: error,
  };
  return new InvalidDataError(`${what}: ${described(archive)} (${cause})`, remedy, details);
}

function wordsFor(cause: string): Words {
  if (/CERT|SELF_SIGNED|SIGNATURE|ISSUER/.test(cause)) {
    return [
      'a server has a certificate that this machine does not trust',
      'set SSL_CERT_FILE and PIP_CERT to a file that holds your certificate authority',
      'download-untrusted',
    ];
  }
  return /ECONNRESET|EPIPE|UND_ERR_SOCKET|BODY_TIMEOUT|CONTENT_LENGTH|^HPE_|terminated/.test(cause)
    ? [
        'a download was cut off',
        'start it again: what was downloaded whole is kept',
        'download-cut-off',
      ]
    : [
        'a channel or index cannot be reached',
        'check the network, HTTPS_PROXY and the addresses of the channels',
        'download-unreachable',
      ];
}

const OTHER_BYTES = 'download-changed';

/** Whole, and still something else than what was asked for. */
export function otherBytes(
  archive: PlannedArchive,
  { algorithm, digest }: Checksum,
  found: string,
): InvalidDataError {
  return new InvalidDataError(
    `a download has other bytes than it should: ${described(archive)} has the ${algorithm} ${found} instead of ${digest}`,
    'a proxy, a mirror or the channel changed it; what the channel has now has to be locked anew',
    { code: OTHER_BYTES, data: { url: withoutCredentials(archive.url), expected: digest, found } },
  );
}

/** Whether a download was whole and still something else. */
export function isOtherBytes(error: unknown): boolean {
  return error instanceof SubmarineError && error.code === OTHER_BYTES;
}

/** There is no network, and nothing was kept of these. */
export function notDownloaded(archives: readonly PlannedArchive[]): InvalidDataError {
  const names = archives.map(({ name }) => name);
  const shown = names.slice(0, SHOWN).map(quote).join(', ');
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return new InvalidDataError(
    `packages are missing that no build has downloaded yet, and it is offline: ${shown}${more}`,
    'build it once with the network',
    { code: 'not-downloaded', data: { names } },
  );
}

const SHOWN = 5;

/**
 * What a disk does not take.
 *
 * @param what - the file or the folder
 */
export function unwritten(what: string, cause: unknown): SubmarineError {
  return new SubmarineError({
    kind: 'cannot-write',
    code: 'downloads-not-writable',
    message: `cannot keep downloads in ${quote(what)}: ${fileReason(cause)}`,
    remedy: 'free some space, or make the folder writable; what it holds is only a cache',
    data: { path: what },
    cause,
  });
}

/**
 * Does something to files of ours.
 *
 * @throws SubmarineError `downloads-not-writable` for what the system says
 */
export async function orUnwritten<Result>(
  what: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw isSystemError(error) ? unwritten(what, error) : error;
  }
}

/** Whether what could not be written was taken away meanwhile. */
export function isGone(error: unknown): boolean {
  return error instanceof SubmarineError && errorCode(error.cause) === 'ENOENT';
}
