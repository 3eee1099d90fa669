import { execFile } from 'node:child_process';
import { appendFile, cp, mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

import { MARK } from '../../src/kernel-cache/kernel-mark.ts';
import { kernelDigest } from '../../src/kernel/kernel-digest.ts';
import type { LockedPackage, PlatformLock } from '../../src/lock/lock.ts';
import { lockedSpecification } from '../../src/lock/locked-specification.ts';
import { serializeLock } from '../../src/lock/lock-file.ts';
import { FileStore } from '../../src/stores/file/file-store.ts';
import { CHANNEL, images, TEST_CHANNEL } from '../support/bed.ts';
import type { User } from '../support/submarine.ts';
import { newUser } from '../support/submarine.ts';

const CONTENT = {
  channels: [TEST_CHANNEL, CHANNEL],
  dependencies: ['python', 'hello', 'made-by-pip', { pip: ['six==1.16.0'] }],
};

let user: User;
let folder: string;
let digest: string;

beforeAll(async () => {
  user = await newUser();
  await user.run(['env', 'add', '-'], {
    stdin: `name: demo\ndocker-image: ${images.test}\nkernel: ${JSON.stringify({ name: 'k', ...CONTENT })}\n`,
  });
  await user.run(['run', '--env', 'demo', '--', 'hello']);
  const [platform = ''] = await readdir(kernels());
  folder = kernels(platform);
  [digest = ''] = await readdir(folder);
});

function kernels(...path: string[]): string {
  return join(user.home, '.cache/submarine/kernels', ...path);
}

function verify(...argv: string[]) {
  return user.run(['kernel', 'verify', '--no-headers', ...argv]);
}

test('a kernel that lies as it was built is well, its links and what pip had a part in included', async () => {
  const well = { code: 0, stdout: `${digest}  demo  ok\n`, stderr: '' };

  expect(await verify('demo')).toEqual(well);
  expect(await verify(digest.slice(0, 8))).toEqual(well);
  expect(await verify()).toEqual(well);
});

test('the result is a table, JSON or YAML', async () => {
  const { stdout } = await user.run(['kernel', 'verify']);
  expect(stdout.split('\n')).toEqual([
    expect.stringMatching(/^DIGEST +ENVIRONMENTS +RESULT$/),
    expect.stringMatching(/ {2}demo +ok$/),
    '',
  ]);

  const value = [{ digest, environments: ['demo'], ok: true, differences: [] }];
  expect(JSON.parse((await verify('-o', 'json')).stdout)).toEqual(value);
  expect(parse((await verify('-o', 'yaml')).stdout)).toEqual(value);
});

test('where nothing was built yet, that is said', async () => {
  const other = await newUser();

  expect(await other.run(['kernel', 'verify'])).toMatchObject({
    ...{ code: 0, stdout: '' },
    stderr: expect.stringMatching(/^no kernel has been built in .* yet\n$/),
  });
  expect((await other.run(['kernel', 'verify', '-o', 'json'])).stdout).toBe('[]\n');
});

test('one that is not built, held by the image, or not known is an error of its own', async () => {
  const stdin = (name: string, kernel: string) => ({
    stdin: `name: ${name}\ndocker-image: ${images.test}\nkernel: ${kernel}\n`,
  });
  await user.run(['env', 'add', '-'], stdin('other', '{name: k, dependencies: [many]}'));
  await user.run(['env', 'add', '-'], stdin('held', '{name: plain}'));

  expect(await verify('other')).toMatchObject({
    code: 66,
    stderr: expect.stringMatching(/"other" is not built\n {2}.*submarine kernel build other/),
  });
  expect(await verify('held')).toMatchObject({ code: 65 });
  expect(await verify('deno')).toMatchObject({
    code: 66,
    stderr: expect.stringContaining('did you mean "demo"?'),
  });
});

test('one that was built by its lock is as that says', async () => {
  const packages = await lockedPackages();
  await writeLock({ virtualPackages: {}, packages, pip: 'open' });
  expect(await verify('demo')).toMatchObject({ code: 66, stdout: '' });

  const { code, stderr } = await user.run(['run', '--env', 'demo', '--', 'hello']);

  // One line tells of the build, and none of a lock that is stale.
  expect([code, stderr]).toEqual([0, expect.stringMatching(/^submarine: kernel .*was built.*\n$/)]);
  expect(await verify('demo')).toEqual({
    ...{ code: 0, stderr: '' },
    stdout: expect.stringMatching(/^[0-9a-f]{32} {2}demo {2}ok\n$/),
  });
  expect(await readdir(folder)).toHaveLength(2);
});

describe('a kernel that was changed', () => {
  const backup = () => join(user.home, 'backup');

  beforeEach(() => copy(folder, backup()));
  afterEach(async () => {
    await rm(folder, { recursive: true });
    await copy(backup(), folder);
    await rm(backup(), { recursive: true });
  });

  test('is named with each file that is missing or another one', async () => {
    const prefix = join(folder, digest);
    await appendFile(join(prefix, 'bin/hello'), '# changed\n');
    await rm(join(prefix, 'bin/python3'));
    await appendFile(join(prefix, 'lib/python3.11/site-packages/six.py'), '\n');
    await writeFile(join(prefix, 'lib/of-my-own'), '');

    const { code, stdout, stderr } = await verify(digest);

    expect(code).toBe(65);
    expect(stdout.split('\n')).toEqual([
      `${digest}  demo  changed file bin/hello of hello 1.0`,
      expect.stringMatching(/ {2}missing file bin\/python3 of python 3\.11\.\d+$/),
      `${digest}  demo  changed file lib/python3.11/site-packages/six.py of six 1.16.0 (pip)`,
      '',
    ]);
    expect(stderr).toMatch(/not as it was built\n {2}.*submarine kernel prune [0-9a-f]{32}\n$/);
  });

  test('is named with what nobody has recorded and changes what runs', async () => {
    const prefix = join(folder, digest);
    const site = 'lib/python3.11/site-packages';
    const made = ['bin/evil', `${site}/evil.pth`, `${site}/sitecustomize.py`, `${site}/plain.py`];
    for (const path of made) await writeFile(join(prefix, path), '');
    await mkdir(join(prefix, 'etc/conda/activate.d'), { recursive: true });
    await writeFile(join(prefix, 'etc/conda/activate.d/evil.sh'), '');
    // As pip installs a package.
    const record = join(prefix, site, 'late-1.0.dist-info');
    await cp(join(prefix, site, 'six-1.16.0.dist-info'), record, { recursive: true });
    await writeFile(join(record, 'RECORD'), 'late-1.0.dist-info/METADATA,,\n');
    await utimes(join(prefix, 'bin/pip'), 1, 1);

    const { code, stdout } = await verify(digest, '-o', 'json');

    expect(code).toBe(65);
    expect(JSON.parse(stdout)[0].differences).toEqual([
      'unknown program bin/evil: nobody has recorded it',
      'unknown script etc/conda/activate.d/evil.sh: nobody has recorded it',
      `unknown path file ${site}/evil.pth: nobody has recorded it`,
      `unknown distribution ${site}/late-1.0.dist-info: the build did not leave it`,
      `unknown module ${site}/sitecustomize: nobody has recorded it`,
      expect.stringMatching(/^changed file bin\/pip: it is of 1970-01-01T00:00:01.000Z, and was/),
    ]);
  });

  test('is missed a record that is gone, without which its files cannot be compared', async () => {
    const meta = join(folder, digest, 'conda-meta');
    await rm(join(meta, 'hello-1.0-0.json'));
    const one = await verify(digest);
    for (const name of await readdir(meta)) {
      if (!name.includes('complete')) await rm(join(meta, name));
    }
    const all = await verify(digest);

    expect(one).toMatchObject({
      code: 65,
      stdout: `${digest}  demo  missing record conda-meta/hello-1.0-0.json\n`,
    });
    expect(all.code).toBe(65);
    expect(all.stdout).toMatch(/ {2}missing record conda-meta\/history$/m);
  });

  test('is compared with the lock of its environment', async () => {
    const packages = await lockedPackages();
    const right = { virtualPackages: {}, packages, pip: [SIX] };
    const others = packages
      .filter(({ name }) => name !== 'pip')
      .map((item) => (item.name === 'hello' ? Object.assign(item, { version: '2.0' }) : item));
    const name = await lockAs({ ...right, packages: others, pip: [{ ...SIX, version: '1.17.0' }] });

    const { code, stdout } = await verify('demo');

    expect(code).toBe(65);
    expect(stdout.split('\n')).toEqual([
      expect.stringContaining(`${name}  demo  package hello is 1.0 0; the lock has 2.0 0`),
      expect.stringContaining(`${name}  demo  unknown package pip `),
      expect.stringContaining(`${name}  demo  package six is 1.16.0 (pip); the lock has 1.17.0`),
      '',
    ]);
  });
});

const SIX = {
  name: 'six',
  version: '1.16.0',
  url: 'https://index/six.whl',
  sha256: 'a'.repeat(64),
};

/** What conda has recorded, as a lock has it. */
async function lockedPackages(): Promise<readonly LockedPackage[]> {
  const meta = join(folder, digest, 'conda-meta');
  const names = (await readdir(meta)).filter((name) => name.endsWith('.json')).toSorted();
  const packages = names.map(async (name) => {
    const { version, build, url, sha256, md5, ...record } = JSON.parse(
      await readFile(join(meta, name), 'utf8'),
    );
    return { name: record.name, version, build, url, sha256, md5 };
  });
  return Promise.all(packages);
}

async function writeLock(platform: PlatformLock): Promise<void> {
  const path = join(user.home, '.local/share/submarine/environments.yaml');
  const lock = {
    image: { reference: images.test },
    content: CONTENT,
    platforms: { 'linux-64': platform },
  };
  await new FileStore(path).writeLock('demo', serializeLock(lock));
}

/** Locks the environment, and puts the kernel that was built where the lock's would be. */
async function lockAs(platform: PlatformLock): Promise<string> {
  await writeLock(platform);
  const locked = kernelDigest(lockedSpecification(platform, CONTENT));
  const name = locked.slice(0, 32);
  await copy(join(folder, digest), join(folder, name));
  const mark = join(folder, name, MARK);
  const text = await readFile(mark, 'utf8');
  await writeFile(mark, text.replace(/^digest .*$/m, `digest ${locked}`));
  return name;
}

/** With the times of files and links. */
async function copy(from: string, to: string): Promise<void> {
  await promisify(execFile)('cp', ['-a', from, to]);
}
