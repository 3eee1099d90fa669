import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { temporaryDirectory } from '../../test/support/bed.ts';
import type { Variables } from '../variables.ts';
import type { LentVariables } from './lent-variables.ts';
import { lentVariables } from './lent-variables.ts';
import type { Submarine } from './submarine.ts';

interface Given {
  readonly variables?: Variables;
  readonly condarc?: string;
  readonly netrc?: string;
  readonly project?: string;
}

async function lend(given: Given): Promise<LentVariables & { readonly home: string }> {
  const home = await temporaryDirectory();
  if (given.condarc !== undefined) await writeFile(join(home, '.condarc'), given.condarc);
  if (given.netrc !== undefined) await writeFile(join(home, '.netrc'), given.netrc);
  const submarine = {
    caller: { variables: given.variables ?? {}, folders: { home } },
    untrustedProject: async () => given.project,
  } as Pick<Submarine, 'caller' | 'untrustedProject'>;
  return { ...(await lentVariables(submarine)), home };
}

const LOGINS: Given = {
  variables: { https_proxy: 'http://me:pw@proxy:1', PIP_INDEX_URL: 'https://t@i/', HOME: '/h' },
  condarc: 'channel_alias: https://me:pw@h.example\n',
  netrc: 'machine h.example login me password pw\n',
};

test('a user of their own store lends everything', async () => {
  expect(await lend(LOGINS)).toMatchObject({
    variables: LOGINS.variables,
    withheldLogins: [],
  });
});

test('a project that is not trusted is lent no login', async () => {
  const { variables, withheldLogins, home } = await lend({
    ...LOGINS,
    project: '/projects/theirs',
  });

  expect(variables).toEqual({
    ...{ https_proxy: 'http://proxy:1', PIP_INDEX_URL: 'https://i/', HOME: '/h' },
    ...{ NETRC: '/dev/null', CONDARC: '/dev/null' },
  });
  expect(withheldLogins).toEqual([
    ...['https_proxy', 'PIP_INDEX_URL', `${home}/.netrc`, `${home}/.condarc`],
  ]);
});

test.each([
  [{ condarc: 'channel_alias: https://mirror.example\nssl_verify: /etc/ca.pem\n' }, []],
  [{ condarc: 'custom_channels: {team: https://h.example/t/tk-12/}\n' }, ['.condarc']],
  [{ condarc: 'proxy_servers: {https: me:pw@proxy:1}\n' }, ['.condarc']],
  [{ netrc: '\n' }, []],
  [{ variables: { https_proxy: 'http://proxy:1' } }, []],
])('of %j it is not lent %j', async (given, withheld) => {
  const { variables, withheldLogins, home } = await lend({ ...given, project: '/projects/theirs' });

  expect(withheldLogins).toEqual(withheld.map((name) => join(home, name)));
  if (withheld.length === 0) expect(variables).toEqual('variables' in given ? given.variables : {});
});
