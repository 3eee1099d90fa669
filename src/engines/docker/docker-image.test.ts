import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import type { Client } from '../container-client/client.ts';
import { DOCKER } from './docker-dialect.ts';
import { findImage } from './docker-image.ts';

let folder: string;
let engine: Server;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'submarine-image-'));
});

afterEach(async () => {
  engine.close();
  await rm(folder, { recursive: true });
});

/** An engine with one image, and no client that could be asked instead. */
async function startEngine(status: number, body: string) {
  const socket = join(folder, 'engine.sock');
  engine = createServer(({ url }, response) => {
    response.writeHead(url === '/images/registry.example:5000/ml/cuda:12.4/json' ? status : 404);
    response.write(body.slice(0, 9));
    response.end(body.slice(9));
  });
  await new Promise<void>((listening) => engine.listen(socket, listening));
  return clientOf(socket);
}

function clientOf(socket: string): Client {
  return { dialect: DOCKER, env: { DOCKER_HOST: `unix://${socket}`, PATH: '/nowhere' } };
}

const CUDA = 'registry.example:5000/ml/cuda:12.4';

test('an image is asked for over the socket, without the client', async () => {
  const client = await startEngine(
    200,
    JSON.stringify({
      Id: 'sha256:1234',
      RepoDigests: ['registry.example:5000/ml/cuda@sha256:5678'],
      Os: 'linux',
      Architecture: 'amd64',
      Config: { Entrypoint: ['tini', '--'], Cmd: ['bash'], Labels: { maintainer: 'Zoë' } },
    }),
  );

  expect(await findImage(CUDA, client)).toEqual({
    id: 'sha256:1234',
    entrypoint: ['tini', '--'],
    command: ['bash'],
    platform: 'linux/amd64',
    digests: ['registry.example:5000/ml/cuda@sha256:5678'],
    labels: { maintainer: 'Zoë' },
  });
});

test('an image may have nothing but an id', async () => {
  const client = await startEngine(
    200,
    '{"Id": "sha256:1", "Os": "linux", "Architecture": "arm64"}',
  );

  expect(await findImage(CUDA, client)).toEqual({
    id: 'sha256:1',
    entrypoint: [],
    platform: 'linux/arm64',
    digests: [],
    labels: {},
  });
});

test.each([
  ['no such image', CUDA, 404, '{"message": "No such image"}'],
  ['a refusal', CUDA, 403, '{"message": "authorization denied by plugin"}'],
  ['no JSON', CUDA, 200, 'hello'],
  ['a name that no URL has', 'no name', 200, '{}'],
])('with %s the client has the word', async (_what, image, status, body) => {
  const client = await startEngine(status, body);

  await expect(findImage(image, client)).rejects.toThrow('there is no docker on this machine');
});

test('where nobody listens the client has the word', async () => {
  await startEngine(200, '{}');

  await expect(findImage(CUDA, clientOf(join(folder, 'nobody.sock')))).rejects.toThrow(
    'there is no docker on this machine',
  );
});
