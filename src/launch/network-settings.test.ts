import { expect, test } from '@jest/globals';

import type { LaunchFacts } from './launch-request.ts';
import { hasLogins } from './network-settings.ts';

const REMOTE = { id: 'e', remote: true, mapsUsers: false, memoryBytes: 1 };

function facts(
  env: LaunchFacts['env'],
  settingsFiles: LaunchFacts['settingsFiles'] = {},
  remote = false,
): Pick<LaunchFacts, 'env' | 'engine' | 'settingsFiles'> {
  return { env, engine: { ...REMOTE, remote }, settingsFiles };
}

test.each([
  [true, 'a proxy with a password', facts({ https_proxy: 'http://me:secret@proxy:3128' })],
  [true, 'a proxy with a password and no scheme', facts({ HTTPS_PROXY: 'me:secret@proxy:3128' })],
  [true, 'an index with a token', facts({ PIP_EXTRA_INDEX_URL: 'https://a https://t@b' })],
  [true, '.netrc', facts({}, { NETRC: '/home/me/.netrc' })],
  [false, '.netrc, which another machine does not see', facts({}, { NETRC: '/n' }, true)],
  [false, 'certificates', facts({}, { SSL_CERT_FILE: '/etc/ca.pem' })],
  [false, 'a proxy', facts({ https_proxy: 'http://proxy' })],
])('there are logins: %s, in %s', (expected, _where, given) => {
  expect(hasLogins(given)).toBe(expected);
});
