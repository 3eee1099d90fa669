import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { expect, test } from '@jest/globals';

import { serve } from '../../test/support/archive-server.ts';
import { temporaryDirectory } from '../../test/support/bed.ts';
import { openArchiveWeb } from './archive-web.ts';
import { planArchives } from './archive.ts';

/** What a server was asked by conda and by pip: the path, and the login in clear. */
async function askedFor(
  path: string,
  settings: (host: string) => {
    readonly condarc?: string;
    readonly netrc?: string;
    readonly env?: Record<string, string>;
  },
): Promise<Record<'conda' | 'pip', readonly [path: string | undefined, login: string]>> {
  const { url, requests } = await serve((_, response) => void response.end('x'));
  const home = await temporaryDirectory();
  const { condarc = '', netrc = '', env = {} } = settings(new URL(url).host);
  await writeFile(join(home, '.condarc'), condarc);
  await writeFile(join(home, '.netrc'), netrc);
  const web = openArchiveWeb(env, home);
  const asked: (readonly [path: string | undefined, login: string])[] = [];
  for (const kind of ['conda', 'pip'] as const) {
    for (const archive of planArchives([{ url: `${url}${path}`, kind }])) {
      await text((await web(archive, {}, undefined)).body);
    }
    const { url: asPath, headers } = requests.at(-1) ?? { headers: {} };
    const [, login = ''] = headers.authorization?.split(' ') ?? [];
    asked.push([asPath, atob(login)]);
  }
  const [conda = ['', ''], pip = ['', '']] = asked;
  return { conda, pip };
}

test.each([
  ['custom_channels: {team: "http://ann:pw@HOST/x"}', '/x/team/noarch/a-1-0.conda', 'ann:pw'],
  ['custom_channels: {team: "http://HOST/t/tk-1/"}', '/t/tk-1/team/noarch/a-1-0.conda', ''],
  ['channel_alias: "http://ann:pw@HOST/"', '/team/noarch/a-1-0.conda', 'ann:pw'],
  ['channels: ["http://ann:pw@HOST/team", other]', '/team/noarch/a-1-0.conda', 'ann:pw'],
  ['default_channels: ["http://HOST/t/tk-1/team/"]', '/t/tk-1/team/noarch/a-1-0.conda', ''],
  ['custom_multichannels: {m: ["http://ann:pw@HOST/team"]}', '/team/noarch/a-1-0.conda', 'ann:pw'],
  ['channels: ["http://ann:pw@HOST/tea"]', '/team/noarch/a-1-0.conda', ''],
])('with %s conda asks for %s as %j, and pip knows nothing of it', async (condarc, path, login) => {
  const plain = path.replace('/t/tk-1', '');
  const asked = await askedFor(plain, (host) => ({ condarc: condarc.replace('HOST', host) }));

  expect(asked).toEqual({ conda: [path, login], pip: [plain, ''] });
});

test.each([
  [{ PIP_INDEX_URL: 'http://ann:p%40w@HOST/simple' }, 'ann:p@w'],
  [{ PIP_EXTRA_INDEX_URL: 'http://h.example/x  http://token@HOST/simple/' }, 'token:'],
  [{ PIP_INDEX_URL: 'http://ann:pw@127.0.0.1:1/simple' }, 'bob:secret'],
  [{ PIP_INDEX_URL: 'https://ann:pw@HOST/simple' }, 'bob:secret'],
  [{ PIP_INDEX_URL: 'http://HOST/simple' }, 'bob:secret'],
  [{ PIP_INDEX_URL: 'none' }, 'bob:secret'],
])('with %j pip asks as %j', async (env, login) => {
  const asked = await askedFor('/packages/a-1.whl', (host) => ({
    netrc: 'machine 127.0.0.1 login bob password secret',
    env: Object.fromEntries(
      Object.entries(env).map(([name, value]) => [name, value.replace('HOST', host)]),
    ),
  }));

  expect(asked.pip).toEqual(['/packages/a-1.whl', login]);
  expect(asked.conda).toEqual(['/packages/a-1.whl', 'bob:secret']);
});

test.each(['conda', 'pip'] as const)(
  'a login of %s does not go where its server sends on to',
  async (kind) => {
    const other = await serve((_, response) => void response.end('x'));
    const { url, requests } = await serve((_, response) => {
      response.writeHead(302, { location: `${other.url}/y` }).end();
    });
    const home = await temporaryDirectory();
    const address = url.replace('http://', 'http://ann:secret@');
    await writeFile(join(home, '.condarc'), `channel_alias: "${address}"`);
    const web = openArchiveWeb({ PIP_INDEX_URL: address }, home);
    for (const archive of planArchives([{ url: `${url}/x/a-1-0.conda`, kind }])) {
      await text((await web(archive, {}, undefined)).body);
    }

    expect(requests[0]?.headers.authorization).toBe(`Basic ${btoa('ann:secret')}`);
    expect(other.requests.map(({ headers }) => [headers.authorization, headers.referer])).toEqual([
      [undefined, undefined],
    ]);
  },
);

test('settings of conda that cannot be read are told, for its own archives alone', async () => {
  const home = await temporaryDirectory();
  await writeFile(join(home, '.condarc'), 'a: [');
  const { url } = await serve((_, response) => void response.end('x'));
  const web = openArchiveWeb({}, home);
  const ask = async (kind: 'conda' | 'pip') => {
    const [archive] = planArchives([{ url: `${url}/a-1.whl`, kind }]);
    if (archive === undefined) throw new Error('nothing is planned');
    return web(archive, {}, undefined);
  };

  await expect(ask('conda')).rejects.toMatchObject({ kind: 'invalid' });
  expect((await ask('pip')).status).toBe(200);
});
