import { withoutCredentials } from '../../kernel/credentials.ts';
import { resolveChannels } from '../../web/channels.ts';
import { readCondarc } from '../../web/read-condarc.ts';
import type { WebClient } from '../../web/web-client.ts';
import { causeOf, openWebClient } from '../../web/web-client.ts';
import { findChosenName } from '../environments/choose-environment.ts';
import type { Call } from '../events.ts';
import { lentVariables } from '../lent-variables.ts';
import type { Submarine } from '../submarine.ts';
import type { Finding } from './finding.ts';
import { ok, problem } from './finding.ts';

const PYPI = 'https://pypi.org/simple/';

/** Whether the channels of the chosen environment, and pip's index, answer: through the proxies and with the logins of a build. */
export async function checkNetwork(submarine: Submarine, call: Call): Promise<readonly Finding[]> {
  const { home } = submarine.caller.folders;
  const { variables: env } = await lentVariables(submarine);
  const condarc = await readCondarc(env, home);
  const channels = resolveChannels(await channelsOf(submarine), condarc)
    .map(({ address }) => `${address}/noarch/repodata.json`)
    .filter((address) => /^https?:/.test(address));
  const web = await openWebClient({ env, home, condarc });
  const addresses = [...channels, env['PIP_INDEX_URL'] || PYPI];
  return Promise.all(addresses.map((address) => ask(address, web, call)));
}

async function channelsOf(submarine: Submarine): Promise<readonly string[]> {
  const chosen = await findChosenName(submarine);
  if (chosen === undefined) return ['nodefaults'];
  const { environment } = await submarine.store.get(chosen.name);
  return environment.kernel?.channels ?? ['nodefaults'];
}

async function ask(address: string, web: WebClient, { signal }: Call): Promise<Finding> {
  const shown = withoutCredentials(address);
  const data = { address: shown };
  try {
    const { status, body } = await web.get(address, {}, signal);
    body.destroy();
    if (status < 400) return ok('network', `${shown} answers`, data);
    return unreachable(shown, `it answers with ${status}`);
  } catch (error) {
    return unreachable(
      shown,
      signal?.aborted === true ? 'it does not answer in time' : causeOf(error),
    );
  }
}

function unreachable(address: string, why: string): Finding {
  return problem('network', 'fail', {
    code: 'address-unreachable',
    message: `${address} cannot be reached: ${withoutCredentials(why)}`,
    remedy: 'check the network and the address, and set HTTPS_PROXY where there is a proxy',
    data: { address },
  });
}
