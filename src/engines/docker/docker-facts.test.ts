import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import type { ImageFacts } from '../../launch/launch-request.ts';
import type { Variables } from '../../variables.ts';
import { DOCKER } from './docker-dialect.ts';
import { askEngineFacts, forgetEngine } from './docker-facts.ts';

const IMAGE = { id: 'sha256:1' } as ImageFacts;
const image = async () => IMAGE;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'submarine-facts-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Facts of the engine that a client in `folder` tells of; each call of it is a line of `calls`. */
async function facts(engine: { readonly id: string; readonly sees: boolean }) {
  const client = [
    '#!/bin/sh',
    `echo "$*" >>'${folder}/calls'`,
    `case $1 in`,
    `context) echo ssh://elsewhere ;;`,
    `info) echo '1024 "${engine.id}" "/var/lib/docker" [] "Debian"' ;;`,
    `create) ${engine.sees ? 'echo made' : 'echo "bind source path does not exist: /x" >&2; exit 1'} ;;`,
    'esac',
  ];
  await writeFile(join(folder, 'docker'), client.join('\n'), { mode: 0o755 });
  await writeFile(join(folder, 'calls'), '');
  const asked = await askEngineFacts(asker(), image);
  const calls = (await readFile(join(folder, 'calls'), 'utf8')).split('\n').slice(0, -1);
  return { remote: asked.remote, calls: calls.map((line) => line.split(' ')[0]) };
}

function asker(variables: Variables = {}) {
  const env = {
    PATH: `${folder}${delimiter}${process.env['PATH']}`,
    DOCKER_HOST: 'unix:///run/engine.sock',
    ...variables,
  };
  return { client: { dialect: DOCKER, env }, hostFolder: folder };
}

/** As if what is remembered were so much older. */
async function age(hours: number): Promise<void> {
  const path = join(folder, 'engines.json');
  const text = await readFile(path, 'utf8');
  const older = (_: string, time: string) => `"askedAtMs": ${Number(time) - hours * 3_600_000}`;
  await writeFile(path, text.replace(/"askedAtMs": (\d+)/, older));
}

test('an engine that sees files is asked once, and a day later whether it is still the same', async () => {
  const asked = { remote: false, calls: ['info', 'create', 'rm'] };
  expect(await facts({ id: 'a', sees: true })).toEqual(asked);
  expect(await facts({ id: 'a', sees: true })).toEqual({ remote: false, calls: [] });

  await age(25);

  expect(await facts({ id: 'a', sees: true })).toEqual({ remote: false, calls: ['info'] });
  await age(25);
  expect(await facts({ id: 'b', sees: false })).toEqual({
    remote: true,
    calls: ['info', 'create'],
  });
});

test('one that sees none is asked each time whether another has taken its place', async () => {
  expect(await facts({ id: 'a', sees: false })).toMatchObject({ remote: true });
  expect(await facts({ id: 'a', sees: false })).toEqual({ remote: true, calls: ['info'] });
  expect(await facts({ id: 'b', sees: true })).toMatchObject({ remote: false });
});

test('while none answers, it is taken for what it was; one that never did is an error', async () => {
  await facts({ id: 'a', sees: false });
  const silent =
    '#!/bin/sh\necho "Cannot connect to the Docker daemon at unix:///x. Is" >&2; exit 1';
  await writeFile(join(folder, 'docker'), silent, { mode: 0o755 });

  expect(await askEngineFacts(asker(), image)).toMatchObject({ remote: true });
  await forgetEngine(asker());
  await expect(askEngineFacts(asker(), image)).rejects.toMatchObject({
    kind: 'unavailable',
    code: 'engine-unreachable',
  });
});

test('one that is forgotten is asked anew', async () => {
  await facts({ id: 'a', sees: true });
  await forgetEngine(asker());

  expect(await facts({ id: 'a', sees: false })).toMatchObject({ remote: true });
});

test('an engine at an address of another machine is elsewhere, and asked for no container', async () => {
  const elsewhere = asker({ DOCKER_HOST: 'tcp://elsewhere:2375' });
  await facts({ id: 'a', sees: true });

  expect(await askEngineFacts(elsewhere, image)).toMatchObject({ remote: true });
});

test('an empty DOCKER_HOST is none, as it is to the client', async () => {
  await facts({ id: 'a', sees: true });

  expect(await askEngineFacts(asker({ DOCKER_HOST: '' }), image)).toMatchObject({ remote: true });
});

test.each([
  ['["name=seccomp,profile=default"]', 'Debian', true],
  ['["name=rootless"]', 'Debian', true],
  ['["name=userns"]', 'Debian', false],
  ['[]', 'Docker Desktop', false],
])(
  'a pipe is the same one in a container of an engine with %s on %s: %j',
  async (options, system, shared) => {
    const info = `'1024 "a" "/var/lib/docker" ${options} "${system}"'`;
    const client = `#!/bin/sh\ncase $1 in info) echo ${info} ;; esac\n`;
    await writeFile(join(folder, 'docker'), client, { mode: 0o755 });

    expect((await askEngineFacts(asker())).sharesPipes).toBe(shared);
  },
);

test('an engine of which less is remembered than is to be known is asked again', async () => {
  await facts({ id: 'a', sees: true });
  const path = join(folder, 'engines.json');
  const text = await readFile(path, 'utf8');
  await writeFile(
    path,
    text.replace(/"sharesPipes": (true|false),?/, '').replace(/,(\s*})/g, '$1'),
  );

  expect(await facts({ id: 'a', sees: true })).toEqual({ remote: false, calls: ['info'] });
});
