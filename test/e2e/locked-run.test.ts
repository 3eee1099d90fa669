import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from '@jest/globals';

import { kernelDigest } from '../../src/kernel/kernel-digest.ts';
import { serializeLock } from '../../src/lock/lock-file.ts';
import type { Lock, LockedPackage } from '../../src/lock/lock.ts';
import { lockedSpecification } from '../../src/lock/locked-specification.ts';
import { FileStore } from '../../src/stores/file/file-store.ts';
import { dockerOutput, images, TEST_CHANNEL } from '../support/bed.ts';
import type { Outcome, User } from '../support/submarine.ts';
import { newUser } from '../support/submarine.ts';

interface ChannelRecord {
  readonly name: string;
  readonly version: string;
  readonly build: string;
  readonly depends: readonly string[];
  readonly md5: string;
  readonly sha256: string;
}

const VERSION = ['--', 'sh', '-c', 'cat "$CONDA_PREFIX/share/many/version"'];

let user: User;
let store: FileStore;
let imageId: string;
let records: Readonly<Record<string, ChannelRecord>>;

beforeAll(async () => {
  user = await newUser();
  store = new FileStore(join(user.home, '.local/share/submarine/environments.yaml'));
  imageId = (await dockerOutput('image', 'inspect', '--format', '{{.Id}}', images.test)).trim();
  const file = `${TEST_CHANNEL.replace('file://', '')}/noarch/repodata.json`;
  const text = await dockerOutput('run', '--rm', '--entrypoint', 'cat', images.test, file);
  ({ packages: records } = JSON.parse(text) as { packages: typeof records });
});

/** The package of an archive in the test channel. */
function locked(archive: string): LockedPackage {
  const record = records[archive];
  if (record === undefined) throw new Error(`no ${archive}`);
  const { name, version, build, depends, md5, sha256 } = record;
  return { name, version, build, url: `${TEST_CHANNEL}/noarch/${archive}`, sha256, md5, depends };
}

/** An environment that asks for any version of `many`, and a lock with these packages. */
async function addLocked(name: string, packages: readonly LockedPackage[]): Promise<Lock> {
  await addEnvironment(name, 'many');
  const lock = lockOf(packages);
  await store.writeLock(name, serializeLock(lock));
  return lock;
}

async function addEnvironment(name: string, dependency: string): Promise<void> {
  const kernel = ['--kernel', name, '--channel', TEST_CHANNEL, '--dependency', dependency];
  await user.run(['env', 'add', '--replace', '--name', name, '--image', images.test, ...kernel]);
}

function lockOf(packages: readonly LockedPackage[]): Lock {
  return {
    image: { reference: images.test, local: imageId },
    content: { channels: [TEST_CHANNEL], dependencies: ['many'] },
    platforms: { [linux()]: { virtualPackages: {}, packages } },
  };
}

function linux(): string {
  return process.arch === 'arm64' ? 'linux-aarch64' : 'linux-64';
}

function run(name: string, ...words: string[]): Promise<Outcome> {
  return user.run(['run', '--env', name, ...words]);
}

describe('a fresh lock', () => {
  test('is used without being asked for: its packages, in a folder of its own', async () => {
    const lock = await addLocked('fresh', [locked('many-1.1-0.tar.bz2')]);
    const platform = lock.platforms[linux()];
    if (platform === undefined) throw new Error('no platform');
    const digest = kernelDigest(lockedSpecification(platform, lock.content));

    const first = await run('fresh', ...VERSION);
    expect([first.code, first.stdout]).toEqual([0, '1.1']);
    const { stdout } = await run('fresh', '--', 'printenv', 'SUBMARINE_PREFIX');
    expect(stdout).toContain(digest.slice(0, 32));
  });

  test('is what a frozen start wants, by option or by variable', async () => {
    await addLocked('frozen', [locked('many-1.1-0.tar.bz2')]);

    expect(await run('frozen', '--frozen', ...VERSION)).toMatchObject({ code: 0, stdout: '1.1' });
    const env = { SUBMARINE_FROZEN: '1' };
    const argv = ['run', '--env', 'frozen', ...VERSION];
    expect(await user.run(argv, { env })).toMatchObject({ code: 0, stdout: '1.1' });
  });

  test('is left out by --no-lock, which a frozen start refuses', async () => {
    await addLocked('unlocked', [locked('many-1.1-0.tar.bz2')]);

    expect(await run('unlocked', '--no-lock', ...VERSION)).toMatchObject({ stdout: '2.0' });
    expect((await run('unlocked', '--no-lock', '--frozen', ...VERSION)).code).toBe(2);
  });

  test('for another platform alone is a warning, and an error for a frozen start', async () => {
    const { platforms, ...lock } = await addLocked('elsewhere', [locked('many-1.1-0.tar.bz2')]);
    const moved = { ...lock, platforms: { 'linux-s390x': Object.values(platforms)[0] ?? never() } };
    await store.writeLock('elsewhere', serializeLock(moved));

    const { code, stdout, stderr } = await run('elsewhere', ...VERSION);
    expect([code, stdout]).toEqual([0, '2.0']);
    expect(stderr).toContain(`has no ${linux()}`);
    expect((await run('elsewhere', '--frozen', ...VERSION)).code).toBe(65);
  });
});

describe('a lock that has lost a checksum', () => {
  test('is a warning when its kernel is built, and an error for a frozen start', async () => {
    const { sha256: _sha256, md5: _md5, ...many } = locked('many-1.1-0.tar.bz2');
    await addLocked('lost', [many]);

    const frozen = await run('lost', '--frozen', ...VERSION);
    expect([frozen.code, frozen.stdout]).toEqual([65, '']);
    expect(frozen.stderr).toMatch(
      /lacks checksums for many\n {2}lock it: submarine env lock lost,/,
    );
    const first = await run('lost', ...VERSION);
    expect([first.code, first.stdout]).toEqual([0, '1.1']);
    expect(first.stderr).toContain('warning: the lock of kernel "lost" lacks checksums for many');
    expect(await run('lost', ...VERSION)).toEqual({ code: 0, stdout: '1.1', stderr: '' });
  });

  test('is one like any other where it says that there was none', async () => {
    const { sha256: _sha256, md5: _md5, ...many } = locked('many-1.0-0.tar.bz2');
    await addLocked('none', [{ ...many, checksum: 'none' }]);

    const { code, stdout, stderr } = await run('none', '--frozen', ...VERSION);

    expect([code, stdout]).toEqual([0, '1.0']);
    expect(stderr).not.toContain('warning');
  });
});

describe('a stale lock', () => {
  test('is a warning that names the change, and is not used', async () => {
    await addLocked('stale', [locked('many-1.1-0.tar.bz2')]);
    await addEnvironment('stale', 'many=1.0');

    const { code, stdout, stderr } = await run('stale', ...VERSION);

    expect([code, stdout]).toEqual([0, '1.0']);
    expect(stderr).toMatch(/warning: the lock of "stale" is stale.*many=1\.0/);
    expect(stderr).toContain('submarine env lock stale');
  });

  test('ends a frozen start with 65 and the change', async () => {
    await addLocked('refused', [locked('many-1.1-0.tar.bz2')]);
    await addEnvironment('refused', 'many=1.0');

    const { code, stderr } = await run('refused', '--frozen', ...VERSION);

    expect(code).toBe(65);
    expect(stderr).toMatch(/many=1\.0.*\n {2}.*submarine env lock refused/);
  });
});

test('a frozen start without any lock is refused', async () => {
  await addEnvironment('bare', 'many');

  const { code, stderr } = await run('bare', '--frozen', ...VERSION);

  expect(code).toBe(65);
  expect(stderr).toContain('"bare" has no lock');
});

test('an archive whose bytes differ from the lock stops the build with both hashes', async () => {
  const wrong = 'f'.repeat(64);
  const right = locked('many-1.0-0.tar.bz2');
  await addLocked('differs', [{ ...right, sha256: wrong }]);

  const { code, stderr } = await run('differs', ...VERSION);

  expect(code).toBe(65);
  expect(stderr).toContain(wrong);
  expect(stderr).toContain(right.sha256);
});

test('a lock that is no lock is refused with its place', async () => {
  await addEnvironment('broken', 'many');
  const path = store.lockLocation('broken');
  await store.writeLock('broken', 'version: 1\n');
  await writeFile(path, 'version: 1\ndigest: [\n');

  const { code, stderr } = await run('broken', ...VERSION);

  expect(code).toBe(65);
  expect(stderr).toContain(path);
});

describe('kernel build', () => {
  test('builds a kernel ahead and prints the name of its folder', async () => {
    await addLocked('ahead', [locked('many-1.1-0.tar.bz2'), locked('hello-1.0-0.tar.bz2')]);

    const built = await user.run(['kernel', 'build', 'ahead']);
    expect(built.code).toBe(0);
    expect(built.stdout).toMatch(/^[0-9a-f]{32}\n$/);

    // Whoever runs it now has nothing to build, so needs no network.
    const { code, stdout, stderr } = await run('ahead', '--offline', '--', 'hello');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(built.stdout.trim());
  });

  test('of an environment without dependencies is refused', async () => {
    await user.run(['env', 'add', '--name', 'plain', '--image', images.plain]);

    expect(await user.run(['kernel', 'build', 'plain'])).toMatchObject({ code: 65, stdout: '' });
  });

  test('prints the command of a dry run and builds nothing', async () => {
    await addLocked('dry', [locked('many-1.0-0.tar.bz2')]);

    const { code, stdout } = await user.run(['kernel', 'build', 'dry', '--dry-run']);

    expect(code).toBe(0);
    expect(stdout).toMatch(/^docker run [^]*--kernel dry --install\n$/);
    expect(stdout).toContain('submarine-lock 1');
    const other = linux() === 'linux-64' ? 'linux/arm64' : 'linux/amd64';
    const elsewhere = await user.run(['kernel', 'build', 'dry', '--dry-run', '--platform', other]);
    expect(elsewhere.stderr).toMatch(
      /the lock of "dry" has no linux-\w+, so its kernel is not locked/,
    );
    expect(elsewhere.stdout).toMatch(/^docker run [^]*--kernel dry --solve\n$/);
  });
});

function never(): never {
  throw new Error('it has a platform');
}
