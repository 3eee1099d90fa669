import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { rootCertificates } from 'node:tls';

import type { Dispatcher } from 'undici';

import { errorCode, InvalidDataError } from '../errors.ts';
import { readRegularFile } from '../files/regular-file.ts';
import { withoutCredentials } from '../kernel/credentials.ts';
import { quote } from '../text/quote.ts';
import type { Condarc } from './condarc.ts';
import { findLogin } from './netrc.ts';

/** Gets files from channels as conda does: through the user's proxies, with the user's certificates and logins. */
export interface WebClient {
  /**
   * @param address - may hold a user and a password, which no error repeats
   * @param headers - with `accept-encoding: identity` the body is what was sent, and not what a server says is in it
   * @param signal - ends the request, and the body of its answer
   * @returns the answer, whatever its status
   * @throws Error when there is none
   */
  get(
    address: string,
    headers: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<WebAnswer>;
}

export interface WebAnswer {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly body: Readable;
}

interface ClientOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the user's `.netrc` is looked for. */
  readonly home: string;
  readonly condarc: Condarc;
  /** Whether an answer that leads elsewhere is followed; true where nothing is said. */
  readonly followsRedirects?: boolean;
}

/** conda waits so long for a connection. */
const CONNECT_TIMEOUT_MS = 9_150;
/** And so long for each piece of an answer. */
const READ_TIMEOUT_MS = 60_000;
/** As conda does it: three times in all. */
export const PAUSES_MS: readonly number[] = [300, 1_000];
const WORTH_ANOTHER_TRY =
  /ECONNRESET|EPIPE|ETIMEDOUT|UND_ERR_SOCKET|UND_ERR_(?:HEADERS|BODY)_TIMEOUT/;

/** @throws InvalidDataError when the file of certificates or the proxy that the user names cannot be used */
export async function openWebClient({
  env,
  home,
  condarc,
  followsRedirects = true,
}: ClientOptions): Promise<WebClient> {
  const { EnvHttpProxyAgent, fetch } = await import('undici');
  const netrc = await readOptional(env['NETRC'] || join(home, '.netrc'));
  const tls = await certificates(env, condarc);
  // One for each protocol: an agent for both takes the proxy of HTTP for HTTPS where that has none, as conda does not.
  const agents = new Map<string, Dispatcher>();
  const agentFor = (protocol: string) => {
    const proxy = proxyFor(protocol, env, condarc);
    const options = {
      httpProxy: proxy,
      httpsProxy: proxy,
      noProxy: variable('no_proxy', env),
      // Few proxies let CONNECT through to port 80.
      proxyTunnel: false,
      headersTimeout: READ_TIMEOUT_MS,
      bodyTimeout: READ_TIMEOUT_MS,
      connect: { timeout: CONNECT_TIMEOUT_MS, ...tls },
      requestTls: tls,
    };
    const agent =
      agents.get(protocol) ??
      tryProxy(proxy, () => new EnvHttpProxyAgent(options).compose(withoutPauses, asSent));
    agents.set(protocol, agent);
    return agent;
  };
  const get: WebClient['get'] = async (address, headers, signal) => {
    const [url, authorization] = takeLogin(address, netrc);
    const answer = await fetch(url, {
      dispatcher: agentFor(url.protocol),
      headers: { ...headers, ...authorization },
      redirect: followsRedirects ? 'follow' : 'manual',
      signal: signal ?? null,
    });
    const body = answer.body === null ? Readable.from([]) : Readable.fromWeb(answer.body);
    return {
      status: answer.status,
      header: (name) => answer.headers.get(name) ?? undefined,
      // An abort may come before anybody reads: who reads then is told, but an event that nobody hears ends the process.
      body: body.on('error', () => {}),
    };
  };
  return {
    get: (address, headers, signal) => persistently(() => get(address, headers, signal), signal),
  };
}

/**
 * Takes an answer as fast as it comes, so that what the disk does not take yet waits in memory. undici 7 pauses instead,
 * and throws out of everybody's reach when the server closes the connection meanwhile, as those of HTTP/1.0 do.
 *
 * @see https://github.com/nodejs/undici/issues/5360
 */
const withoutPauses: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
  const take = handler.onResponseData?.bind(handler);
  handler.onResponseData = (controller, chunk) => {
    take?.(controller, chunk);
    controller.resume();
  };
  return dispatch(options, handler);
};

/**
 * Servers say of a `.tar.gz` that it is a `.tar` whose encoding is gzip: whoever asks for no encoding wants the bytes that
 * a checksum is of.
 */
const asSent: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
  const asked = new Headers(options.headers as Record<string, string>);
  if (asked.get('accept-encoding') !== 'identity') return dispatch(options, handler);
  const start = handler.onResponseStart?.bind(handler);
  handler.onResponseStart = (controller, status, headers, text) => {
    delete headers['content-encoding'];
    start?.(controller, status, headers, text);
  };
  return dispatch(options, handler);
};

/** A server that is busy, or a connection that breaks off, is asked again. */
async function persistently(
  get: () => Promise<WebAnswer>,
  signal: AbortSignal | undefined,
): Promise<WebAnswer> {
  for (const pause of PAUSES_MS) {
    try {
      const answer = await get();
      if (answer.status < 500 && answer.status !== 429) return answer;
      answer.body.destroy();
    } catch (error) {
      if (!isWorthAnotherTry(error)) throw error;
    }
    await sleep(pause, undefined, { signal });
  }
  return get();
}

/** Whether a request, or the body of its answer, ended in a way that need not be so the next time. */
export function isWorthAnotherTry(error: unknown): boolean {
  return WORTH_ANOTHER_TRY.test(causeOf(error));
}

/** What stopped a request, as the system calls it (`ENOTFOUND`, `CERT_HAS_EXPIRED`), or in the client's own words. */
export function causeOf(error: unknown): string {
  const causes = causesOf(error);
  const code = causes.map(errorCode).find((one) => one !== undefined);
  return code ?? causes.findLast((cause) => cause instanceof Error)?.message ?? String(error);
}

/** Whether a proxy asked for a user and a password; one that refuses a tunnel gives no answer. */
export function isProxyLogin(error: unknown): boolean {
  return causesOf(error).some((cause) => /^Proxy .*\(407\)/.test(messageOf(cause)));
}

function causesOf(error: unknown): readonly object[] {
  const causes: object[] = [];
  for (let cause = error; typeof cause === 'object' && cause !== null;) {
    causes.push(cause);
    cause = 'cause' in cause ? cause.cause : undefined;
  }
  return causes;
}

function messageOf(error: object): string {
  return 'message' in error ? String(error.message) : '';
}

/**
 * The proxy for addresses that begin with `http:` or `https:`. Without one it is empty and not undefined, for which the
 * agent would look in this process's own variables.
 */
function proxyFor(protocol: string, env: ClientOptions['env'], { proxyServers }: Condarc): string {
  const scheme = protocol.replace(':', '');
  const proxy =
    variable(`${scheme}_proxy`, env) || variable('all_proxy', env) || (proxyServers[scheme] ?? '');
  return proxy === '' || proxy.includes('://') ? proxy : `http://${proxy}`;
}

function variable(name: string, env: ClientOptions['env']): string {
  return env[name] || env[name.toUpperCase()] || '';
}

function tryProxy<Agent>(proxy: string, open: () => Agent): Agent {
  try {
    return open();
  } catch (cause) {
    throw new InvalidDataError(
      `the proxy ${quote(withoutCredentials(proxy))} cannot be used`,
      'write it as http://HOST:PORT, in HTTPS_PROXY and HTTP_PROXY or in .condarc',
      { cause },
    );
  }
}

/** A file of the user's own stands beside what Node trusts, so that one private channel costs no public one. */
async function certificates(
  env: ClientOptions['env'],
  { sslVerify }: Condarc,
): Promise<{ ca?: string[]; rejectUnauthorized?: false }> {
  if (sslVerify === false) return { rejectUnauthorized: false };
  const named = [sslVerify, env['REQUESTS_CA_BUNDLE'], env['CURL_CA_BUNDLE'], env['SSL_CERT_FILE']];
  const path = named.find((one) => one?.startsWith('/') === true);
  if (path === undefined) return {};
  // Node adds these to its own, but not to a list that it is given.
  const extra = await readOptional(env['NODE_EXTRA_CA_CERTS'] ?? '');
  try {
    return { ca: [...rootCertificates, extra, (await readRegularFile(path)).toString()] };
  } catch (cause) {
    throw new InvalidDataError(
      `the file of certificates ${quote(path)} cannot be read`,
      'correct ssl_verify in .condarc, PIP_CERT, REQUESTS_CA_BUNDLE or SSL_CERT_FILE',
      { cause },
    );
  }
}

async function readOptional(path: string): Promise<string> {
  return readRegularFile(path).then(String, () => '');
}

/** A percent sign may be one of the password's own. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A login in the address wins over the user's `.netrc`; no request takes it in its address. */
function takeLogin(address: string, netrc: string): [URL, { authorization?: string }] {
  const url = new URL(address);
  const login =
    url.username === '' && url.password === ''
      ? findLogin(netrc, url.hostname)
      : { user: decode(url.username), password: decode(url.password) };
  url.username = '';
  url.password = '';
  if (login === undefined) return [url, {}];
  const basic = Buffer.from(`${login.user}:${login.password}`).toString('base64');
  return [url, { authorization: `Basic ${basic}` }];
}
