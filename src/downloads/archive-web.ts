import type { Variables } from '../variables.ts';
import { withSecretsOf } from '../web/channels.ts';
import { CONDA_DEFAULTS } from '../web/condarc.ts';
import { readCondarc } from '../web/read-condarc.ts';
import type { WebAnswer, WebClient } from '../web/web-client.ts';
import { openWebClient } from '../web/web-client.ts';
import type { PlannedArchive } from './archive.ts';

/** Asks for an archive with the login, the proxy and the certificates that conda or pip would have for it. */
export type ArchiveWeb = (
  archive: PlannedArchive,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
) => Promise<WebAnswer>;

interface Client {
  readonly web: WebClient;
  readonly addressOf: (url: string) => string;
}

/**
 * @param env - of the user, whose logins are used
 * @param home - where the user's `.condarc` and `.netrc` are looked for
 */
export function openArchiveWeb(env: Variables, home: string): ArchiveWeb {
  const clients = new Map<PlannedArchive['kind'], Promise<Client>>();
  const open = { conda: openForConda, pip: openForPip };
  return async ({ url, kind }, headers, signal) => {
    const client = clients.get(kind) ?? open[kind](env, home);
    clients.set(kind, client);
    const { web, addressOf } = await client;
    return web.get(addressOf(url), headers, signal);
  };
}

async function openForConda(env: Variables, home: string): Promise<Client> {
  const condarc = await readCondarc(env, home);
  return {
    web: await openWebClient({ env, home, condarc }),
    addressOf: (url) => withSecretsOf(url, condarc),
  };
}

/** pip reads nothing of conda's settings. */
async function openForPip(env: Variables, home: string): Promise<Client> {
  const condarc = { ...CONDA_DEFAULTS, sslVerify: env['PIP_CERT'] };
  return {
    web: await openWebClient({ env, home, condarc }),
    addressOf: (url) => withIndexLogin(url, env),
  };
}

/**
 * The address with the login of an index on the same server, since an index hands out addresses without it.
 *
 * @see https://pip.pypa.io/en/stable/topics/authentication/
 */
function withIndexLogin(text: string, env: Variables): string {
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return text;
  const indexes = [env['PIP_INDEX_URL'], ...(env['PIP_EXTRA_INDEX_URL'] ?? '').split(/\s+/)];
  for (const index of indexes) {
    const login = index === undefined ? undefined : parseUrl(index);
    if (login?.origin !== url.origin || (login.username === '' && login.password === '')) continue;
    return `${url.protocol}//${login.username}:${login.password}@${text.slice(text.indexOf('//') + 2)}`;
  }
  return text;
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
