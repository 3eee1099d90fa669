import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, expect, test } from '@jest/globals';

import { temporaryDirectory } from '../../../test/support/bed.ts';
import { writeChannel } from '../../../test/support/channel.ts';
import { lockPath as lockPathOf } from '../../../test/support/stored-lock.ts';
import type { User } from '../../../test/support/submarine.ts';
import { newUser } from '../../../test/support/submarine.ts';

let user: User;
let channel: string;
let folder: string;

/** A user without an engine, with an environment `demo`. */
beforeEach(async () => {
  user = await newUser();
  folder = await temporaryDirectory();
  channel = await writeChannel(folder, [
    ['numpy 1.26.4 0', 'libblas >=3'],
    ['numpy 2.0.1 0', 'libblas >=3'],
    ['libblas 3.1 0'],
    ['gpu 1.0 0', '__cuda >=12'],
  ]);
  await add('demo', 'numpy=1.26');
});

async function add(name: string, ...dependencies: string[]): Promise<void> {
  const items = dependencies.flatMap((one) => ['--dependency', one]);
  await run(
    'env',
    'add',
    '--name',
    name,
    '--replace',
    '--image',
    'alpine',
    ...items,
    ...channels(),
  );
}

const channels = () => ['--channel', channel, '--channel', 'nodefaults'];

const run = (...argv: string[]) => user.run(argv, { env: { PATH: '/nowhere' } });

const lockPath = (name: string) => lockPathOf(user, name);

test('a lock without an engine has exact packages for linux-64, and says that the image is open', async () => {
  const { code, stdout, stderr } = await run('env', 'lock', 'demo');

  expect({ code, stdout }).toEqual({ code: 0, stdout: `${lockPath('demo')}\n` });
  expect(stderr).toContain('there is no docker on this machine, so the image alpine stays open\n');
  expect(stderr).toContain('demo: 2 packages\n');
  const text = await readFile(lockPath('demo'), 'utf8');
  expect(text).toContain('image: {"reference": "alpine"}\n');
  expect(text).toContain(
    'virtual-packages: {"__archspec": "1=x86_64", "__glibc": "2.17", "__linux": "5.10", "__unix": "0"}\n',
  );
  expect(text).toContain('{"name": "numpy", "version": "1.26.4", "build": "0",');
  expect(text).toContain(`"url": "${channel}/linux-64/numpy-1.26.4-0.conda"`);

  await run('env', 'lock', 'demo');
  expect(await readFile(lockPath('demo'), 'utf8')).toBe(text);
});

test('a dry run prints the lock and writes none', async () => {
  const { code, stdout } = await run('env', 'lock', 'demo', '--dry-run', '--glibc', '2.28');

  expect(code).toBe(0);
  expect(stdout).toMatch(/^# The exact packages of this environment/);
  expect(stdout).toContain('"__glibc": "2.28"');
  expect(await run('env', 'lock', 'demo', '--check')).toMatchObject({
    code: 65,
    stdout: '',
    stderr: expect.stringContaining('the environment "demo" has no lock\n'),
  });
});

test('a check names what has changed since', async () => {
  await run('env', 'lock', 'demo');
  const open = await run('env', 'lock', 'demo', '--check');
  expect(open.code).toBe(65);
  expect(open.stderr).toContain('is open: the digest of the image alpine is not known');

  await add('demo', 'numpy=2.0');
  const stale = await run('env', 'lock', 'demo', '--check');
  expect(stale.code).toBe(65);
  expect(stale.stderr).toContain('the lock of "demo" is stale: numpy=1.26 → numpy=2.0');

  await run('env', 'lock', 'demo');
  const other = await run('env', 'lock', 'demo', '--check', '--platform', 'linux-aarch64');
  expect(other.stderr).toContain(
    'it has no linux-aarch64\n  lock it: submarine env lock demo --platform linux-64 --platform linux-aarch64\n',
  );
});

test('an update changes the package that is named, and says how', async () => {
  await add('demo', 'numpy');
  await run('env', 'lock', 'demo');
  await writeChannel(folder, [
    ['numpy 2.0.1 0', 'libblas >=3'],
    ['numpy 2.1.0 0', 'libblas >=3'],
    ['libblas 3.1 0'],
    ['libblas 3.2 0'],
  ]);

  const { code, stderr } = await run('env', 'lock', 'demo', '--update', 'NumPy');
  expect(code).toBe(0);
  expect(stderr).toContain(
    'linux-64\n  numpy 2.0.1 → 2.1.0\n~1 +0 −0\ndemo: 2 packages (1 changed)\n',
  );

  expect(await run('env', 'lock', 'demo', '--update', 'nunpy')).toMatchObject({
    code: 65,
    stderr: expect.stringContaining('did you mean "numpy"?'),
  });
  expect((await run('env', 'lock', 'demo')).stderr).toContain('libblas 3.1 → 3.2\n');
});

test('an update leaves the image and the machine as they were locked', async () => {
  await add('demo', 'gpu', 'numpy');
  await run('env', 'lock', 'demo', '--cuda', '12.4', '--glibc', '2.28');
  const digest = `sha256:${'0'.repeat(64)}`;
  const text = (await readFile(lockPath('demo'), 'utf8')).replace(
    '{"reference": "alpine"}',
    `{"reference": "alpine", "digest": "${digest}"}`,
  );
  await writeFile(lockPath('demo'), text);

  const { code, stderr } = await run('env', 'lock', 'demo', '--update', 'numpy');

  expect({ code, stderr }).toEqual({ code: 0, stderr: 'demo: 3 packages, as before\n' });
  expect(await readFile(lockPath('demo'), 'utf8')).toBe(text);
  await run('env', 'lock', 'demo', '--update', 'numpy', '--glibc', '2.31');
  expect(await readFile(lockPath('demo'), 'utf8')).toContain('"__cuda": "12.4", "__glibc": "2.31"');
});

test('an update leaves other platforms as they are, and keeps nothing of channels that are gone', async () => {
  await writeChannel(folder, [['numpy 1.26.4 0']], 'linux-aarch64');
  await run('env', 'lock', 'demo', '--platform', 'linux-64', '--platform', 'linux-aarch64');
  const before = await readFile(lockPath('demo'), 'utf8');

  await run('env', 'lock', 'demo', '--platform', 'linux-64', '--update', 'numpy');
  expect(await readFile(lockPath('demo'), 'utf8')).toBe(before);

  channel = await writeChannel(await temporaryDirectory(), [
    ['numpy 1.26.4 0', 'libblas'],
    ['libblas 2.0 0'],
  ]);
  await add('demo', 'numpy=1.26');
  await run('env', 'lock', 'demo', '--platform', 'linux-64', '--update', 'numpy');
  const after = await readFile(lockPath('demo'), 'utf8');
  expect(after).toContain(`"url": "${channel}/linux-64/libblas-2.0-0.conda"`);
  expect(after).not.toContain('linux-aarch64');
});

test('an update finds a package by any way of writing its name', async () => {
  await writeChannel(folder, [['ruamel.yaml 0.1 0']]);
  await add('yaml', 'ruamel.yaml');
  await run('env', 'lock', 'yaml');
  await writeChannel(folder, [['ruamel.yaml 0.1 0'], ['ruamel.yaml 0.2 0']]);

  expect((await run('env', 'lock', 'yaml', '--update', 'ruamel-yaml')).stderr).toContain(
    'ruamel.yaml 0.1 → 0.2\n',
  );
});

test('platforms that are named are locked, and those of the old lock stay', async () => {
  await writeChannel(folder, [['numpy 1.26.4 0']], 'linux-aarch64');
  await run('env', 'lock', 'demo', '--platform', 'linux-aarch64');
  await run('env', 'lock', 'demo');

  const text = await readFile(lockPath('demo'), 'utf8');
  expect(text).toContain('\n  linux-64:\n');
  expect(text).toContain('\n  linux-aarch64:\n    virtual-packages: {"__archspec": "1=aarch64",');
  expect(await run('env', 'export', 'demo', '--platform', 'linux-s390x')).toMatchObject({
    code: 65,
    stderr: expect.stringContaining(
      'lock for more: submarine env lock demo --platform linux-64 --platform linux-aarch64 --platform linux-s390x\n',
    ),
  });
});

test('packages without a checksum are named', async () => {
  const list = join(folder, 'linux-64/repodata.json');
  const text = await readFile(list, 'utf8');
  await writeFile(list, text.replace(/"md5":"[^"]*","sha256":"[^"]*",/, ''));

  expect((await run('env', 'lock', 'demo')).stderr).toContain(
    'submarine: warning: no checksum is known for linux-64 of numpy: whatever bytes come',
  );
  expect(await readFile(lockPath('demo'), 'utf8')).toContain('.conda", "checksum": "none", "dep');
  const { stderr } = await run('env', 'lock', 'demo', '--check');
  expect(stderr).toContain('is open: the digest of the image alpine is not known\n');
});

test('checksums that were lost are told by a check, and found by locking anew, not by an update', async () => {
  await run('env', 'lock', 'demo');
  const text = await readFile(lockPath('demo'), 'utf8');
  const lost = text.replace(/("name": "libblas".*)"sha256": "[^"]*", "md5": "[^"]*", /, '$1');
  await writeFile(lockPath('demo'), lost);

  expect(await run('env', 'lock', 'demo', '--check')).toMatchObject({
    code: 65,
    stderr: expect.stringMatching(
      /, linux-64 lacks checksums for libblas\n {2}lock it: submarine env lock demo\n$/,
    ),
  });
  await run('env', 'lock', 'demo', '--update', 'numpy');
  expect(await readFile(lockPath('demo'), 'utf8')).not.toContain('"checksum": "none"');
  await writeFile(lockPath('demo'), lost);
  expect((await run('env', 'lock', 'demo')).stderr).toMatch(
    /linux-64\n {2}libblas 3\.1 checksum missing → sha256 [0-9a-f]{64}\n/,
  );
  expect(await readFile(lockPath('demo'), 'utf8')).toBe(text);
});

test('one that cannot be solved is reported, the others are locked all the same', async () => {
  await add('cuda', 'gpu');
  const { code, stdout, stderr } = await run('env', 'lock', '--all');

  expect(code).toBe(65);
  expect(stderr).toContain('submarine: no packages for linux-64 meet all dependencies at once\n');
  expect(stderr).toMatch(
    /__cuda >=12, for which no candidates were found\.\n {2}if the machine that it is for has such a CUDA, say so: --cuda VERSION\n/,
  );
  expect(stdout).toBe(`${lockPath('demo')}\n`);
  expect((await run('env', 'lock', 'cuda', '--cuda', '12.4')).code).toBe(0);
});

test('an environment without a kernel to build is locked to its image', async () => {
  await run('env', 'add', '--name', 'bare', '--image', `alpine@sha256:${'0'.repeat(64)}`);

  expect(await run('env', 'lock', 'bare')).toMatchObject({
    code: 0,
    stderr: 'bare: 0 packages\n',
  });
  expect(await readFile(lockPath('bare'), 'utf8')).toContain('platforms: {}\n');
  expect((await run('env', 'lock', 'bare', '--check')).code).toBe(0);
});

test('an old lock that cannot be read is replaced', async () => {
  await run('env', 'lock', 'demo');
  await writeFile(lockPath('demo'), 'version: 1\n');

  expect(await run('env', 'lock', 'demo')).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('the old lock of "demo" cannot be read; it is replaced'),
  });
});

test.each([
  [['demo', '--platform', 'linux64'], 2, 'did you mean "linux-64"?'],
  [['demo', '--platform', 'osx-arm64'], 2, 'the platforms are: linux-64'],
  [['demo', '--cuda', 'new'], 2, 'invalid version "new" for cuda'],
  [['demo', '--all'], 2, '--all is all of them'],
  [['demo', '--check', '--update', 'x'], 2, 'leave one of them out'],
  [[], 2, 'no environment is named'],
  [['demo', '--update', 'numpy'], 65, 'lock it first: submarine env lock demo'],
  [['dmo'], 66, 'did you mean "demo"?'],
])('env lock %j ends with %d: %s', async (argv, exitCode, words) => {
  const { code, stdout, stderr } = await run('env', 'lock', ...argv);

  expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' });
  expect(stderr).toContain(words);
});
