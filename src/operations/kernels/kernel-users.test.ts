import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { temporaryDirectory } from '../../../test/support/bed.ts';
import { userFolders } from '../../config/paths.ts';
import { writePrivateJson } from '../../files/private-json.ts';
import type { Engine, RunInfo } from '../../engines/engine.ts';
import { SubmarineError } from '../../errors.ts';
import type { Caller } from '../submarine.ts';
import { digestsInUse } from './kernel-users.ts';

const servers: Server[] = [];
let home: string;
let caller: Caller;

beforeEach(async () => {
  home = await temporaryDirectory();
  caller = {
    // A client that could answer for the sockets below is not to be found.
    ...{ variables: { HOME: home, PATH: home }, cwd: home, user: undefined },
    ...{ folders: userFolders({ HOME: home }), bootstrap: new URL('file:///') },
  };
});

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** An engine at a socket of this machine, as far as it is asked for containers. */
async function listen(name: string, containers: readonly object[] | undefined): Promise<string> {
  const server = createServer((_, response) => {
    if (containers !== undefined) response.end(JSON.stringify(containers));
  });
  servers.push(server);
  const path = join(home, `${name}.sock`);
  await once(server.listen(path), 'listening');
  return `unix://${path}`;
}

function remember(engines: Readonly<Record<string, object | null>>): Promise<void> {
  return writePrivateJson(join(caller.folders.host, 'engines.json'), engines);
}

function container(digit: string, state: string) {
  const Labels = { 'submarine.digest': digit.repeat(64) };
  const rest = { Image: 'x', Created: 1, Command: 'x' };
  return { Id: digit, Names: [`/${digit}`], State: state, Labels, ...rest };
}

/** The engine that is asked for. */
function engineWith(list: () => Promise<readonly RunInfo[]>): Engine {
  return { name: 'docker', runs: { list } } as unknown as Engine;
}

const own = engineWith(async () => [
  {
    ...{ id: 'own', name: 'own', state: 'created', image: 'x' },
    labels: { 'submarine.digest': 'a'.repeat(64) },
    ...{ createdAt: new Date(0), commandLine: 'x' },
  },
]);

test('a kernel is in use on the engine itself, and on any that was used on this machine', async () => {
  const [second, third] = [
    await listen('second', [container('b', 'running'), container('c', 'exited')]),
    await listen('third', [container('d', 'paused')]),
  ];
  const elsewhere = await listen('elsewhere', [container('e', 'running')]);
  await remember({
    ...{ [second]: { isLocal: true }, [third]: { isLocal: true }, broken: null },
    [elsewhere]: { isLocal: false },
  });

  expect([...(await digestsInUse({ caller }, own))].toSorted()).toEqual(
    ['a', 'b', 'd'].map((digit) => digit.repeat(32)),
  );
});

test('one that does not answer is left out, after a moment', async () => {
  const silent = await listen('silent', undefined);
  await remember({ [silent]: { isLocal: true }, 'unix:///nowhere.sock': { isLocal: true } });
  const begin = performance.now();

  expect([...(await digestsInUse({ caller }, own))]).toEqual(['a'.repeat(32)]);

  expect(performance.now() - begin).toBeLessThan(10_000);
});

test('what is remembered need not be there, nor readable', async () => {
  expect((await digestsInUse({ caller }, own)).size).toBe(1);
  await remember({});
  await writeFile(join(caller.folders.host, 'engines.json'), 'no JSON');

  expect((await digestsInUse({ caller }, own)).size).toBe(1);
});

test('the engine itself must answer, and an aborted call ends at once', async () => {
  const error = new SubmarineError({ kind: 'unavailable', code: 'x', message: 'no engine' });
  const dead = engineWith(() => Promise.reject(error));
  await expect(digestsInUse({ caller }, dead)).rejects.toBe(error);

  await remember({ [await listen('silent', undefined)]: { isLocal: true } });
  const abort = new AbortController();
  const asked = digestsInUse({ caller }, own, { signal: abort.signal });
  setTimeout(() => abort.abort(), 50);
  await expect(asked).rejects.toMatchObject({ kind: 'interrupted' });
});
