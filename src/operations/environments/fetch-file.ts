import { devNull } from 'node:os';

import { InvalidDataError, throwIfAborted, UsageError } from '../../errors.ts';
import { refuseCredentials, withoutCredentials } from '../../kernel/credentials.ts';
import { quote } from '../../text/quote.ts';
import { CONDA_DEFAULTS } from '../../web/condarc.ts';
import { readCondarc } from '../../web/read-condarc.ts';
import type { WebAnswer } from '../../web/web-client.ts';
import { causeOf, openWebClient } from '../../web/web-client.ts';
import type { Call } from '../events.ts';
import type { Caller } from '../submarine.ts';

const MAX_BYTES = 5 * 1024 ** 2;
const MOST_REDIRECTS = 10;

/**
 * Fetches a file that a person names by its address: over TLS alone, wherever it is redirected to, and without any login
 * of the user.
 *
 * @throws UsageError when the address is not one of TLS, or holds a password
 * @throws InvalidDataError when it cannot be had, or is longer than 5 MiB
 */
export async function fetchFile(
  address: string,
  { variables, folders }: Pick<Caller, 'variables' | 'folders'>,
  call: Pick<Call, 'signal'> = {},
): Promise<Buffer> {
  const { proxyServers, sslVerify } = await readCondarc(variables, folders.home);
  const web = await openWebClient({
    env: { ...variables, NETRC: devNull },
    home: folders.home,
    condarc: {
      ...CONDA_DEFAULTS,
      proxyServers,
      sslVerify: typeof sslVerify === 'string' ? sslVerify : undefined,
    },
    followsRedirects: false,
  });
  let url = checked(address);
  for (let count = 0; count <= MOST_REDIRECTS; count++) {
    const answer = await web.get(url, {}, call.signal).catch((error: unknown) => {
      throwIfAborted(call.signal);
      throw cannotFetch(address, causeOf(error), error);
    });
    const location = answer.header('location');
    if (location === undefined || answer.status < 300 || answer.status > 399) {
      return bodyOf(answer, address, call);
    }
    answer.body.destroy();
    url = checked(new URL(location, url).href);
  }
  throw cannotFetch(address, 'it is redirected again and again');
}

function checked(address: string): string {
  const refused = refuseCredentials(address);
  if (refused !== undefined) {
    throw new UsageError('the address holds a login, which is not sent', 'leave it out');
  }
  if (/^https:/i.test(address) && URL.canParse(address)) return address;
  throw new UsageError(
    `${quote(withoutCredentials(address))} could be changed on its way`,
    'give an address that begins with https://, or fetch the file yourself',
    { code: 'address-not-secure', data: { address: withoutCredentials(address) } },
  );
}

async function bodyOf(
  { status, body }: WebAnswer,
  address: string,
  { signal }: Pick<Call, 'signal'>,
): Promise<Buffer> {
  if (status !== 200) {
    body.destroy();
    throw cannotFetch(address, `the server answers with ${status}`);
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > MAX_BYTES) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throwIfAborted(signal);
    throw cannotFetch(address, causeOf(error), error);
  } finally {
    body.destroy();
  }
  if (length > MAX_BYTES) throw cannotFetch(address, 'it is longer than 5 MiB');
  return Buffer.concat(chunks);
}

function cannotFetch(address: string, why: string, cause?: unknown): InvalidDataError {
  return new InvalidDataError(
    `cannot fetch ${quote(withoutCredentials(address))}: ${why}`,
    'check the address and the network, or fetch the file yourself',
    { code: 'file-not-fetched', data: { address: withoutCredentials(address) }, cause },
  );
}
