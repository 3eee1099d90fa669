import { rm } from 'node:fs/promises';
import { beforeAll, beforeEach, expect, test } from '@jest/globals';
import { lockedSpecification, specification, start } from '../support/bootstrap.ts';
import {
  type ChannelServer,
  condaLines,
  makeWheel,
  serveChannel,
} from '../support/channel-server.ts';
import { newCache, prefixOf } from '../support/kernel-cache.ts';

const PYTHON = ['python-3.11.2-0_image.conda', 'pip-26.3-0.conda'];
const CAUSE = 'packages are missing that no build has downloaded yet, and it is offline';
const REMEDY = '  build it once with the network, here or by: submarine kernel build';
let server: ChannelServer;

beforeAll(async () => {
  server = await serveChannel();
});

beforeEach(() => {
  server.requests.length = 0;
});

/** A start with a server in reach, which only what heeds no wish would ask. */
function offline(cache: string, variables: Readonly<Record<string, string>>) {
  return start({
    ...{ cache, kernel: 'team', command: ['true'], options: ['--network=host'] },
    variables: { ...variables, SUBMARINE_OFFLINE: '1', NO_PROXY: '*' },
  });
}

test('each archive of a lock that is missing is named', async () => {
  const lines = await condaLines(server, [...PYTHON, 'hello-1.0-0.tar.bz2']);

  const { exitCode, stderr } = await offline(await newCache(), lockedSpecification(lines));

  expect(exitCode).toBe(65);
  expect(stderr.split('\n').slice(0, -1)).toEqual([
    `submarine: kernel "team" could not be built: ${CAUSE}`,
    ...[...PYTHON, 'hello-1.0-0.tar.bz2'].map((name) => `  | ${name}`),
    REMEDY,
  ]);
  expect(server.requests).toEqual([]);
});

test('each archive that pip was to install is named, and what has no hash', async () => {
  const cache = await newCache();
  const python = await condaLines(server, PYTHON);
  const variables = lockedSpecification(python);
  const options = ['--network=host'];
  await start({ cache, kernel: 'team', command: ['true'], options, variables });
  server.requests.length = 0;
  const wheel = await makeWheel(server, 'needed', '1.0');
  const noHash = wheel.replace(/ --hash.*/, '').replace(server.url, 'http://localhost');

  const [hashed, unhashed, open] = await Promise.all(
    [wheel, noHash, 'pip-open needed'].map((line) =>
      offline(cache, lockedSpecification([...python, line])),
    ),
  );

  for (const outcome of [hashed, unhashed, open]) {
    expect(outcome?.exitCode).toBe(65);
    expect(outcome?.stderr).toContain(CAUSE);
    expect(outcome?.stderr).toContain(REMEDY);
  }
  expect(hashed?.stderr).toContain('\n  | needed-1.0-py3-none-any.whl\n');
  expect(unhashed?.stderr).toContain('needed-1.0-py3-none-any.whl');
  expect(open?.stderr).toMatch(/\| ERROR: No matching distribution found for needed/);
  expect(server.requests).toEqual([]);
});

test('a specification is solved from what is there, and what conda misses is named', async () => {
  const cache = await newCache();
  const variables = specification(['hello', 'many<2'], [server.url]);
  const before = await offline(cache, variables);
  const asked = [...server.requests];
  const request = { cache, kernel: 'team', command: ['hello'], options: ['--network=host'] };
  await start({ ...request, variables });
  await rm(await prefixOf(cache, variables), { recursive: true });
  server.requests.length = 0;

  const after = await offline(cache, variables);
  const other = await offline(cache, specification(['hello', 'left'], [server.url]));

  expect(before.exitCode).toBe(65);
  expect(before.stderr).toContain(CAUSE);
  expect(before.stderr).toMatch(/\| +- hello/);
  expect(asked).toEqual([]);
  expect(after.exitCode).toBe(0);
  expect(other.stderr).toContain(CAUSE);
  expect(other.stderr).toMatch(/\| +- left/);
  expect(server.requests).toEqual([]);
});

test('pip lines of a specification do not reach the network either, addresses included', async () => {
  const cache = await newCache();
  const wheel = (await makeWheel(server, 'needed', '1.0')).replace(/^pip | --hash.*/g, '');
  const indexed = [`--index-url ${server.url}/wheels`, 'six==1.17.0'];

  const outcomes = await Promise.all(
    [[wheel], indexed].map((pip) => offline(cache, specification(['python', 'pip', { pip }]))),
  );

  for (const { exitCode, stderr } of outcomes) {
    expect(exitCode).toBe(65);
    expect(stderr).toContain(CAUSE);
  }
  expect(outcomes[0]?.stderr).toContain('needed-1.0-py3-none-any.whl');
  expect(outcomes[1]?.stderr).toContain('No matching distribution found for six==1.17.0');
  expect(server.requests).toEqual([]);
});
