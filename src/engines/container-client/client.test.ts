import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { DOCKER } from '../docker/docker-dialect.ts';
import { callClient } from './client.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'submarine-client-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A client that is this script. */
async function clientOf(script: string) {
  await writeFile(join(folder, 'docker'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const PATH = `${folder}${delimiter}${process.env['PATH']}`;
  return { dialect: DOCKER, env: { PATH } };
}

test('a client that is not there, and a line that is too long for one, are told in a line each', async () => {
  const missing = callClient({ dialect: DOCKER, env: { PATH: '/nowhere' } }, ['version']);
  await expect(missing).rejects.toMatchObject({
    kind: 'unavailable',
    code: 'engine-not-installed',
    message: 'there is no docker on this machine',
  });

  const long = callClient(await clientOf('exit 0'), ['run', 'x'.repeat(2 ** 22)]);
  await expect(long).rejects.toMatchObject({
    kind: 'usage',
    code: 'arguments-too-long',
    message: 'the arguments and variables are too long to hand to docker',
  });
});

test('what a client prints, and how it ends, is given back', async () => {
  const client = await clientOf('echo "$1"; echo no >&2; exit 3');

  expect(await callClient(client, ['ps'])).toEqual({ exitCode: 3, stdout: 'ps', stderr: 'no' });
});

test('a client that was killed could be started, and is not said to be missing', async () => {
  await expect(callClient(await clientOf('kill -KILL $$'), ['ps'])).rejects.toMatchObject({
    kind: 'refused',
    code: 'client-killed',
    message: 'docker ps was killed by SIGKILL before it answered',
  });
});

test.each(['', '>&2'])('nor is one that prints more than 64 MiB (%j)', async (to) => {
  const client = await clientOf(`head -c ${2 ** 26 + 1} /dev/zero ${to}`);

  await expect(callClient(client, ['ps'])).rejects.toMatchObject({
    kind: 'refused',
    code: 'too-much-output',
    message: 'docker ps printed more than 64 MiB',
  });
});
