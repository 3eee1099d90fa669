import { InvalidDataError } from '../../errors.ts';
import { quote } from '../../text/quote.ts';

interface Cause {
  /** Tried on all that pip said, in order. */
  readonly pattern: RegExp;
  readonly what: string;
  readonly hint: string;
}

/** Of a server that cannot be used pip says in the end that no such package exists. */
const CAUSES: readonly Cause[] = [
  {
    pattern: /CERTIFICATE_VERIFY_FAILED|SSLError|certificate verify failed/,
    what: 'a server has a certificate that pip does not trust',
    hint: 'set PIP_CERT and SSL_CERT_FILE to a file that holds your certificate authority',
  },
  {
    pattern: /HTTP error 40[137]|\b40[137] Client Error|\b401 Error, Credentials not correct/,
    what: 'an index or proxy asks for a user and password, or refuses these',
    hint: 'give them in PIP_INDEX_URL, HTTPS_PROXY or ~/.netrc; they are kept in no lock',
  },
  {
    pattern:
      /connection broken by|NewConnectionError|NameResolutionError|ConnectTimeoutError|ProxyError|Max retries exceeded/,
    what: 'pip cannot reach its index',
    hint: 'check the network, PIP_INDEX_URL and HTTPS_PROXY',
  },
];

/** Why pip found no packages for a kernel, with what it said last. */
export function pipFailure(environment: string, said: string): InvalidDataError {
  const cause = causeOf(said);
  const lines = lastLines(said);
  return cause === undefined
    ? new InvalidDataError(
        `pip finds no packages for the pip lines of ${quote(environment)}\n${lines}`,
        'correct the lines under pip:, or the conda packages that they do not go with',
      )
    : new InvalidDataError(
        `the pip lines of ${quote(environment)} cannot be locked: ${cause.what}\n${lines}`,
        cause.hint,
      );
}

/** The same in a few words. */
export function pipFailureInShort(said: string): string {
  const line = said.split('\n').findLast((one) => one.startsWith('ERROR: ')) ?? 'pip failed';
  return causeOf(said)?.what ?? line.replace('ERROR: ', '');
}

function causeOf(said: string): Cause | undefined {
  return CAUSES.find(({ pattern }) => pattern.test(said));
}

/** What pip says last is what went wrong; of its further attempts the first tells all. */
function lastLines(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !/^\[?notice/.test(line));
  return lines
    .filter((line) => !/^WARNING: Retrying \(Retry\(total=[0-3],/.test(line))
    .slice(-8)
    .map((line) => `  | ${line}`)
    .join('\n');
}
