import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { engineKey, engineVariables, findSocket } from './docker-socket.ts';

let config: string;

beforeEach(async () => {
  config = await mkdtemp(join(tmpdir(), 'submarine-socket-'));
});

afterEach(() => rm(config, { recursive: true }));

test.each([
  [{}, '/var/run/docker.sock'],
  [{ DOCKER_HOST: 'unix:///run/user/1000/docker.sock' }, '/run/user/1000/docker.sock'],
  [{ DOCKER_HOST: 'unix:///a.sock', DOCKER_CONTEXT: 'other' }, '/a.sock'],
  [{ DOCKER_HOST: 'ssh://me@elsewhere' }, undefined],
  [{ DOCKER_HOST: '', DOCKER_CONTEXT: '' }, '/var/run/docker.sock'],
  [{ DOCKER_HOST: '', DOCKER_CONTEXT: 'other' }, undefined],
  [{ DOCKER_CONTEXT: 'other' }, undefined],
])('with the variables %j the socket is %s', async (env, socket) => {
  expect(findSocket({ DOCKER_CONFIG: config, ...env })).toBe(socket);
});

test.each([
  ['{"currentContext": "other"}', undefined],
  ['{"auths": {}}', '/var/run/docker.sock'],
  ['no JSON', '/var/run/docker.sock'],
])('with the configuration %j the socket is %s', async (text, socket) => {
  await writeFile(join(config, 'config.json'), text);

  expect(findSocket({ DOCKER_CONFIG: config })).toBe(socket);
});

test.each([
  ['default', 'context default'],
  ['context other', 'context other'],
  ['unix:///a.sock', 'unix:///a.sock'],
  ['ssh://me@elsewhere', 'ssh://me@elsewhere'],
])('the variables for %j choose that engine, whatever was chosen before', (key, chosen) => {
  const env = { DOCKER_HOST: 'unix:///b.sock', DOCKER_CONTEXT: 'this', PATH: '/bin' };

  const variables = engineVariables(key, env);

  expect(engineKey(variables)).toBe(chosen);
  expect(variables['PATH']).toBe('/bin');
});

test('the engine of this machine has its socket also where another context is the current one', async () => {
  await writeFile(join(config, 'config.json'), '{"currentContext": "other"}');

  expect(findSocket(engineVariables('default', { DOCKER_CONFIG: config }))).toBe(
    '/var/run/docker.sock',
  );
});
