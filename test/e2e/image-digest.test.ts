import { join } from 'node:path';

import { beforeAll, beforeEach, expect, test } from '@jest/globals';

import { findDigest } from '../../src/launch/bake-labels.ts';
import { serializeLock } from '../../src/lock/lock-file.ts';
import type { LockedImage } from '../../src/lock/lock.ts';
import { FileStore } from '../../src/stores/file/file-store.ts';
import { derivedImage, docker, dockerOutput, images } from '../support/bed.ts';
import type { Registry } from '../support/registry.ts';
import { startRegistry } from '../support/registry.ts';
import type { Outcome, User } from '../support/submarine.ts';
import { newUser } from '../support/submarine.ts';

/** Two images that say which they are. */
let older: string;
let newer: string;
let registry: Registry;
let user: User;
let reference: string;
let number = 0;

beforeAll(async () => {
  registry = await startRegistry();
  user = await newUser();
  older = await derivedImage(images.busybox, ['ENV WHICH=older']);
  newer = await derivedImage(images.busybox, ['ENV WHICH=newer']);
});

beforeEach(() => {
  number += 1;
  reference = `${registry.host}/team/base-${number}:1`;
});

/** Gives an image the name that the environment says, here and in the registry. */
async function publish(image: string): Promise<string> {
  await dockerOutput('tag', image, reference);
  await dockerOutput('push', reference);
  const digests = await dockerOutput('inspect', '--format', '{{json .RepoDigests}}', reference);
  const digest = findDigest(reference, JSON.parse(digests) as string[]);
  if (digest === undefined) throw new Error(`no digest: ${digests}`);
  return digest;
}

/** Takes from the engine what the registry has; the image of the test goes on having its own name. */
async function forget(digest: string): Promise<void> {
  const repository = reference.replace(/:1$/, '');
  await docker('image', 'rm', reference, `${repository}@${digest}`);
}

async function lock(image: Omit<LockedImage, 'reference'>): Promise<void> {
  await user.run(['env', 'add', '--replace', '--name', 'abc', '--image', reference]);
  const store = new FileStore(join(user.home, '.local/share/submarine/environments.yaml'));
  const content = { channels: [], dependencies: [] };
  const text = serializeLock({ image: { reference, ...image }, content, platforms: {} });
  await store.writeLock('abc', text);
}

function which(...options: string[]): Promise<Outcome> {
  return user.run(['run', '--env', 'abc', ...options, '--', 'sh', '-c', 'echo $WHICH']);
}

test('an image is started by the digest that was locked', async () => {
  const digest = await publish(older);
  await lock({ digest });

  expect(await which()).toEqual({ code: 0, stdout: 'older\n', stderr: '' });
  expect((await which('--dry-run')).stdout).toContain(
    ` ${reference.replace(/:1$/, '')}@${digest} -- `,
  );
});

test('one that the engine does not have is fetched by its digest, also when its tag is gone', async () => {
  const digest = await publish(older);
  await forget(digest);
  await lock({ digest });

  expect(await which('--pull', 'never')).toMatchObject({ code: 125, stdout: '' });
  expect(await which()).toEqual({ code: 0, stdout: 'older\n', stderr: '' });
  expect((await docker('image', 'inspect', reference)).exitCode).not.toBe(0);
});

test('when the tag has moved since, the locked one runs all the same, and a line says so', async () => {
  const digest = await publish(older);
  await lock({ digest });
  await publish(newer);

  const { code, stdout, stderr } = await which();

  expect([code, stdout]).toEqual([0, 'older\n']);
  expect(stderr).toContain(`${reference} is another image than when it was locked`);
});

test('when the tag has moved and the locked one is nowhere, nothing else is started', async () => {
  const digest = await publish(newer);
  await lock({ digest: digest.replace(/.{8}$/, '00000000') });

  const { code, stdout } = await which();

  expect([code, stdout]).toEqual([125, '']);
});

test('without the lock it is the tag that counts', async () => {
  await lock({ digest: await publish(older) });
  await publish(newer);

  expect(await which('--no-lock')).toEqual({ code: 0, stdout: 'newer\n', stderr: '' });
});

test('an image that was never pushed is started by its id, also when its name has moved', async () => {
  await dockerOutput('tag', older, reference);
  await lock({ local: await dockerOutput('inspect', '--format', '{{.Id}}', reference) });

  expect(await which('--frozen')).toEqual({ code: 0, stdout: 'older\n', stderr: '' });

  await dockerOutput('tag', newer, reference);
  const moved = await which();
  expect([moved.code, moved.stdout]).toEqual([0, 'older\n']);
  expect(moved.stderr).toContain(`${reference} is another image than when it was locked`);
});

test('an id that another engine gave is told of, and the image of the name runs', async () => {
  await dockerOutput('tag', newer, reference);
  await lock({ local: `sha256:${'0'.repeat(64)}` });

  const { code, stdout, stderr } = await which();

  expect([code, stdout]).toEqual([0, 'newer\n']);
  expect(stderr).toContain('was never pushed and is not on this engine');
});
