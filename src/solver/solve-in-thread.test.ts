import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { afterEach, expect, test } from '@jest/globals';

import { temporaryDirectory } from '../../test/support/bed.ts';
import type { ListedPackage } from '../../test/support/channel.ts';
import { writeChannel } from '../../test/support/channel.ts';
import { poll } from '../../test/support/poll.ts';
import { InterruptedError } from '../errors.ts';
import { solveInThread } from './solve-in-thread.ts';
import { openSolver } from './solve-kernel.ts';
import type { SolveRequest } from './solve.ts';

const LINUX = { platform: 'linux-64', virtualPackages: {} };
/** The aim is 100 ms; a machine that is busy with other tests takes longer. */
const AT_ONCE_MS = 1000;

/** Solves for a user of its own whose files are in `home`. */
async function solve(
  channels: readonly string[],
  dependencies: readonly string[],
  more: { readonly home?: string; readonly signal?: AbortSignal } = {},
) {
  const { home = await temporaryDirectory(), signal } = more;
  const solver = await openSolver({
    ...{ env: {}, home, channelFolder: join(home, 'channels'), offline: false, signal },
    leftOut: (why) => {
      throw new Error(why);
    },
  });
  const packages = await solver({ channels: [...channels, 'nodefaults'], dependencies }, LINUX);
  return packages.map(({ name, version }) => `${name} ${version}`);
}

async function channelOf(...packages: readonly ListedPackage[]): Promise<string> {
  return writeChannel(await temporaryDirectory(), packages);
}

/** More pigeons than holes: each needs a hole of its own. No solver sees it before it has tried nearly all ways. */
function pigeons(count: number): readonly ListedPackage[] {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const holes = numbers.slice(1);
  return [
    ...numbers.flatMap((pigeon) =>
      holes.map((hole): ListedPackage => [
        `pigeon-${pigeon} ${hole} 0`,
        `hole-${hole} ==${pigeon}`,
      ]),
    ),
    ...holes.flatMap((hole) =>
      numbers.map((pigeon): ListedPackage => [`hole-${hole} ${pigeon} 0`]),
    ),
  ];
}

/** Solves what takes years, until the solver has had two seconds of processor time: its start takes less than one. */
async function solveForYears(signal: AbortSignal) {
  const count = 14;
  const channel = await channelOf(...pigeons(count));
  const names = Array.from({ length: count }, (_, index) => `pigeon-${index + 1}`);
  const start = process.cpuUsage();
  const solving = solve([channel], names, { signal });
  const ended = { yet: false };
  solving.catch(() => {}).finally(() => (ended.yet = true));
  await poll(() => process.cpuUsage(start).user >= 2_000_000 || ended.yet);
  return { solving, ended };
}

/** What others could notice of a solver in their process. */
function surroundings() {
  const { log, warn, error, debug, info } = console;
  const listeners = process.eventNames().map((name) => [name, process.listeners(name as 'exit')]);
  return { console: { log, warn, error, debug, info }, listeners, cwd: process.cwd() };
}

test('two solves at once know nothing of each other, and others notice neither', async () => {
  const [first, second] = [await channelOf(['a 1.0 0']), await channelOf(['a 2.0 0'])];
  const before = surroundings();

  const solving = [solve([first], ['a']), solve([second], ['a']), solve([first], ['a=3'])];
  const ended = { yet: false };
  const all = Promise.allSettled(solving).finally(() => (ended.yet = true));
  await poll(
    () => {
      expect(surroundings()).toEqual(before);
      return ended.yet;
    },
    () => 'not all have ended',
    1,
  );

  expect(await all).toMatchObject([
    { value: ['a 1.0'] },
    { value: ['a 2.0'] },
    { reason: { kind: 'invalid' } },
  ]);
  expect(surroundings()).toEqual(before);
});

test('a solver that breaks down is an error of the one who asked it, and of nobody else', async () => {
  const bad = await channelOf(['a 1.0 0', 'conda-forge::n']);
  const good = await channelOf(['b 1.0 0']);
  const before = surroundings();

  const [broken, whole] = await Promise.allSettled([solve([bad], ['a']), solve([good], ['b'])]);

  expect(broken).toMatchObject({
    reason: {
      kind: 'invalid',
      code: 'solver-broke-down',
      message: expect.stringMatching(/^the solver broke down: Could not get current directory/),
      remedy: expect.stringContaining('leave out one dependency'),
    },
  });
  expect(whole).toMatchObject({ value: ['b 1.0'] });
  expect(surroundings()).toEqual(before);
});

test('a fault in the thread is an error with its own words', async () => {
  const request = { ...LINUX, specs: ['a'], channels: [], pipWithPython: true };
  // Found out after the solver was asked for the first time, whether it can read the spec.
  const wrong = { ...request, locked: 3 } as unknown as SolveRequest;

  await expect(solveInThread(() => Promise.resolve(wrong), undefined)).rejects.toMatchObject({
    name: 'TypeError',
    message: expect.stringContaining('not iterable'),
  });
});

test('a solve is ended at once, and so is its thread', async () => {
  const abort = new AbortController();
  const { solving, ended } = await solveForYears(abort.signal);
  expect(ended.yet).toBe(false);

  const since = performance.now();
  abort.abort();
  await expect(solving).rejects.toBeInstanceOf(InterruptedError);
  expect(performance.now() - since).toBeLessThan(AT_ONCE_MS);

  await poll(() => !process.getActiveResourcesInfo().includes('MessagePort'));
});

test('a solve ends with the very error that it is ended by, and one that is late does not begin', async () => {
  const abort = new AbortController();
  const reason = new InterruptedError('SIGTERM');
  const { solving } = await solveForYears(abort.signal);
  abort.abort(reason);

  await expect(solving).rejects.toBe(reason);
  await expect(
    solveInThread(() => Promise.reject(new Error('was asked')), abort.signal),
  ).rejects.toBe(reason);
});

const servers: ReturnType<typeof createServer>[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

/** A channel that does not answer, or not to the end. */
async function silentChannel(answer: (response: ServerResponse) => void) {
  const server = createServer((_, response) => answer(response));
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { server, url: `http://127.0.0.1:${port}/silent` };
}

test.each([
  ['never answers', () => {}, 0],
  ['stops in the middle', (response: ServerResponse) => response.write('half of it'), 2],
  ['is always busy', (response: ServerResponse) => response.writeHead(503).end(), 0],
])('a channel that %s is left at once, and nothing of it is kept', async (_, answer, begun) => {
  const home = await temporaryDirectory();
  const { server, url } = await silentChannel(answer);
  const abort = new AbortController();
  const solving = solve([url], ['a'], { home, signal: abort.signal });
  solving.catch(() => {});
  await once(server, 'request');
  const kept = () => readdir(join(home, 'channels')).catch(() => []);
  await poll(async () => (await kept()).length >= begun);

  const since = performance.now();
  abort.abort();
  await expect(solving).rejects.toBeInstanceOf(InterruptedError);
  expect(performance.now() - since).toBeLessThan(AT_ONCE_MS);
  expect(await kept()).toEqual([]);
});

test('what is still fetched when another channel fails is ended with it', async () => {
  const home = await temporaryDirectory();
  const { server, url } = await silentChannel((response) => response.write('half of it'));
  const refusing = 'http://127.0.0.1:2/team';
  const closed = once(server, 'connection').then(([socket]) => once(socket, 'close'));

  await expect(solve([url, refusing], ['a'], { home })).rejects.toMatchObject({
    message: expect.stringContaining(refusing),
  });
  await closed;
  expect(await readdir(join(home, 'channels')).catch(() => [])).toEqual([]);
});
