import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { expect, test } from '@jest/globals';

import { repodata } from '../../../test/support/channel.ts';
import { newUser } from '../../../test/support/submarine.ts';
import { openStore } from '../../stores/open-store.ts';

test.each([
  ['changed', 75, 'the environment "demo" was changed in the meantime\n  try again\n'],
  ['deleted', 66, 'no environment "demo" in the store\n'],
])('an environment that is %s while it is being locked gets no lock', async (how, code, words) => {
  const user = await newUser();
  const run = (...argv: string[]) => user.run(argv, { env: { PATH: '/nowhere' } });
  const add = (channel: string, version: string) =>
    run(
      ...['env', 'add', '--replace', '--name', 'demo', '--image', 'alpine'],
      ...['--channel', channel, '--channel', 'nodefaults', '--dependency', `numpy=${version}`],
    );
  // What a lock asks the channel for comes after somebody else's change.
  const server = createServer((request, response) => {
    void (how === 'changed' ? add(url, '2') : run('env', 'delete', 'demo', '--yes')).then(() => {
      const isIndex = request.url?.endsWith('/repodata.json') === true;
      response.statusCode = isIndex ? 200 : 404;
      response.end(isIndex ? repodata([['numpy 1 0'], ['numpy 2 0']], 'linux-64') : '');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await add(url, '1');

  const outcome = await run('env', 'lock', 'demo');

  expect(outcome).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(words) });
  const store = await openStore(`${user.home}/.local/share/submarine/environments.yaml`, {
    cwd: '/',
  });
  expect(existsSync(store.lockLocation('demo'))).toBe(false);
  server.close();
});
