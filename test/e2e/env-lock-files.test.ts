import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import type { Lock, LockedPackage } from '../../src/lock/lock.ts';
import { images } from '../support/bed.ts';
import { lockPath, writeLock } from '../support/stored-lock.ts';
import type { User } from '../support/submarine.ts';
import { newUser } from '../support/submarine.ts';

const MD5 = 'cd'.repeat(16);
const DIGEST = `sha256:${'ab'.repeat(32)}`;
const FORGE = 'https://conda.anaconda.org/conda-forge';

let user: User;

beforeEach(async () => {
  user = await newUser();
});

function packageOf(name: string, version: string): LockedPackage {
  const url = `${FORGE}/linux-64/${name}-${version}-0.conda`;
  return { name, version, build: '0', url, md5: MD5, depends: [] };
}

/** Adds an environment whose kernel asks for the packages by their names, and its lock. */
async function addLocked(
  name: string,
  packages: readonly LockedPackage[],
  lock: Partial<Lock> = {},
) {
  const dependencies = packages.map((item) => item.name);
  const argv = ['env', 'add', '--name', name, '--image', 'example.invalid/alpine:3.19'];
  await user.run([
    ...argv,
    '--channel',
    'conda-forge',
    ...dependencies.flatMap((spec) => ['--dependency', spec]),
  ]);
  await writeLock(user, name, {
    image: { reference: 'example.invalid/alpine:3.19', digest: DIGEST },
    content: { channels: ['conda-forge'], dependencies },
    platforms: { 'linux-64': { virtualPackages: {}, packages } },
    ...lock,
  });
}

describe('diff', () => {
  test('of two environments tells their locks apart, for people and programs', async () => {
    await addLocked('old', [packageOf('numpy', '1.26.4'), packageOf('pandas', '2.2.2')]);
    await addLocked('new', [packageOf('numpy', '2.0.1'), packageOf('scipy', '1.13.0')]);

    expect(await user.run(['env', 'diff', 'old', 'new'])).toEqual({
      code: 0,
      stdout: 'linux-64\n  numpy 1.26.4 → 2.0.1\n  − pandas 2.2.2\n  + scipy 1.13.0\n~1 +1 −1\n',
      stderr: '',
    });
    const json = await user.run([
      ...['env', 'diff', 'old', 'new', '--platform', 'linux-64', '--exit-code', '-o', 'json'],
    ]);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      platforms: {
        'linux-64': {
          in: 'both',
          changed: [
            {
              by: 'conda',
              name: 'numpy',
              before: { version: '1.26.4' },
              after: { version: '2.0.1' },
            },
          ],
          added: [{ name: 'scipy', version: '1.13.0' }],
          removed: [{ name: 'pandas' }],
        },
      },
      summary: { changed: 1, added: 1, removed: 1 },
    });
    expect(await user.run(['env', 'diff', 'old', 'old', '--exit-code'])).toEqual({
      code: 0,
      stdout: '',
      stderr: 'the locks of "old" and "old" are the same\n',
    });
  });

  test('of one environment tells what its profile says and its lock does not', async () => {
    await addLocked('demo', [packageOf('numpy', '1.26.4')]);

    expect(await user.run(['env', 'diff', 'demo', '--exit-code'])).toEqual({
      code: 0,
      stdout: '',
      stderr: 'the lock of "demo" is for what its profile says\n',
    });
    const argv = ['env', 'add', '--name', 'demo', '--image', 'example.invalid/alpine:3.20'];
    await user.run([...argv, '--channel', 'conda-forge', '--dependency', 'numpy=2.0', '--replace']);
    expect(await user.run(['env', 'diff', 'demo', '--exit-code'])).toEqual({
      code: 1,
      stdout: [
        `image example.invalid/alpine:3.19 ${DIGEST} → example.invalid/alpine:3.20 (no digest)`,
        'numpy → numpy=2.0 (locked 1.26.4)',
        '~1 +0 −0',
        '',
      ].join('\n'),
      stderr: '',
    });
    const json = await user.run(['env', 'diff', 'demo', '-o', 'json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      name: 'demo',
      state: 'stale',
      image: { after: { reference: 'example.invalid/alpine:3.20' } },
      dependencies: [{ before: 'numpy', after: 'numpy=2.0', locked: { 'linux-64': '1.26.4' } }],
    });
  });

  test('tells that a tag means another image to the engine than it did', async () => {
    await user.run(['env', 'add', '--name', 'demo', '--image', images.busybox]);
    const image = { reference: images.busybox, local: DIGEST };
    await writeLock(user, 'demo', { image, content: {}, platforms: {} });

    const { code, stdout } = await user.run(['env', 'diff', 'demo', '--exit-code']);

    expect(code).toBe(1);
    expect(stdout).toMatch(
      new RegExp(`^image ${images.busybox} ${DIGEST} \\(local\\) → ${images.busybox} sha256:`),
    );
  });

  test('needs the environments, their locks and a platform that is locked', async () => {
    await addLocked('demo', [packageOf('numpy', '1.26.4')]);
    await user.run(['env', 'add', '--name', 'bare', '--image', 'alpine']);

    expect(await user.run(['env', 'diff', 'demo', 'dem'])).toMatchObject({
      code: 66,
      stderr: expect.stringContaining('did you mean "demo"?'),
    });
    expect(await user.run(['env', 'diff', 'demo', 'bare'])).toEqual({
      code: 65,
      stdout: '',
      stderr: 'submarine: the environment "bare" has no lock\n  lock it: submarine env lock bare\n',
    });
    expect(await user.run(['env', 'diff', 'demo', 'demo', '--platform', 'x'])).toEqual({
      code: 65,
      stdout: '',
      stderr: 'submarine: neither of the locks has "x"\n  they have linux-64\n',
    });
    expect((await user.run(['env', 'diff', 'demo', '--platform', 'linux-64'])).code).toBe(2);
    await writeFile(lockPath(user, 'demo'), 'version: 9\n');
    expect(await user.run(['env', 'diff', 'demo'])).toMatchObject({
      code: 65,
      stderr: expect.stringContaining('demo.yaml:1:10: the lock has version "9"'),
    });
  });
});

describe('export', () => {
  test('writes each form from the lock', async () => {
    await addLocked('demo', [packageOf('numpy', '1.26.4')]);
    const exported = (...argv: string[]) => user.run(['env', 'export', 'demo', ...argv]);

    expect(await exported('--format', 'explicit', '--platform', 'linux-64')).toEqual({
      code: 0,
      stdout: `# platform: linux-64\n@EXPLICIT\n${FORGE}/linux-64/numpy-1.26.4-0.conda#${MD5}\n`,
      stderr: '',
    });
    expect(await exported()).toEqual({
      code: 0,
      stdout: 'name: demo\nchannels: [conda-forge]\ndependencies:\n  - numpy=1.26.4=0\n',
      stderr: '',
    });
    expect((await exported('--format', 'conda-lock')).stdout).toContain(
      '- name: "numpy"\n  version: "1.26.4"\n  manager: conda\n  platform: linux-64\n',
    );
  });

  test('of a stale lock warns, and of a profile without one writes what it says', async () => {
    await addLocked('demo', [packageOf('numpy', '1.26.4')]);
    const change = ['env', 'add', '--name', 'demo', '--image', 'alpine', '--dependency', 'numpy=2'];
    await user.run([...change, '--replace']);

    expect(await user.run(['env', 'export', 'demo'])).toEqual({
      code: 0,
      stdout: 'name: demo\ndependencies:\n  - numpy=2\n',
      stderr:
        'submarine: warning: the lock of "demo" is stale, so its profile is printed\n' +
        '  lock it again: submarine env lock demo\n',
    });
    const explicit = await user.run(['env', 'export', 'demo', '--format', 'explicit']);
    expect(explicit.code).toBe(0);
    expect(explicit.stderr).toContain('is stale: the image is now alpine');
  });

  test('leaves out what a form cannot hold, and says so', async () => {
    const platform = { virtualPackages: {}, packages: [packageOf('pip', '24')] };
    const content = { channels: ['conda-forge'], dependencies: ['pip', { pip: ['requests'] }] };
    const pip = [{ name: 'requests', version: '2.31.0', url: 'https://x/r.whl' }];
    await addLocked('demo', [packageOf('pip', '24')], {
      content,
      platforms: {
        'linux-64': { ...platform, pip },
        'linux-aarch64': { ...platform, pip: 'open' },
      },
    });
    const exported = (...argv: string[]) => user.run(['env', 'export', 'demo', ...argv]);

    expect((await exported('--format', 'explicit')).code).toBe(2);
    expect((await exported('--format', 'explicit', '--platform', 'linux-64')).stderr).toContain(
      'an @EXPLICIT list has no pip packages: left out for linux-64',
    );
    expect((await exported('--format', 'conda-lock')).stderr).toContain(
      'the pip packages of linux-aarch64 have no exact versions: left out',
    );
    expect(await exported('--format', 'conda-lock', '--platform', 'linux-s390x')).toMatchObject({
      code: 65,
      stderr: expect.stringMatching(/submarine env lock demo .*--platform linux-s390x$/m),
    });
  });

  test('needs a kernel, and for some forms a lock', async () => {
    await user.run(['env', 'add', '--name', 'bare', '--image', 'alpine']);
    await user.run(['env', 'add', '--name', 'demo', '--image', 'alpine', '--dependency', 'numpy']);

    expect(await user.run(['env', 'export', 'bare'])).toEqual({
      code: 65,
      stdout: '',
      stderr:
        'submarine: the environment "bare" has no kernel to export\n' +
        '  its profile lists no dependencies\n',
    });
    expect(await user.run(['env', 'export', 'demo', '--format', 'conda-lock'])).toMatchObject({
      code: 65,
      stderr: expect.stringContaining('submarine env lock demo'),
    });
  });
});

describe('add --lock-file', () => {
  const LIST = `@EXPLICIT\n${FORGE}/linux-64/b-1-0.conda#${MD5}\n${FORGE}/noarch/a-1-0.conda#${MD5}\n`;

  test('takes a list as the lock, and its packages for the profile that names none', async () => {
    const argv = ['env', 'add', '--name', 'demo', '--image', 'alpine', '--lock-file', '-'];

    const dry = await user.run([...argv, '--dry-run'], { stdin: LIST });
    expect(dry.stdout).toContain('dependencies:\n    - b=1=0\n    - a=1=0\n');
    expect(dry.stderr).toBe('its lock would have 2 packages for linux-64\n');
    const [head, first] = LIST.split('\n');
    expect(await user.run([...argv, '--dry-run'], { stdin: `${head}\n${first}\n` })).toMatchObject({
      stderr: 'its lock would have 1 package for linux-64\n',
    });
    expect((await user.run(['env', 'list'])).stdout).toBe('');

    expect(await user.run(argv, { stdin: LIST })).toEqual({
      code: 0,
      stdout: 'demo\n',
      stderr: '',
    });
    expect((await user.run(['env', 'show', 'demo'])).stdout).toBe(dry.stdout);
    expect((await user.run(['env', 'export', 'demo', '--format', 'explicit'])).stdout).toBe(
      `# platform: linux-64\n${LIST}`,
    );
    expect((await user.run(['env', 'diff', 'demo'])).stderr).toContain(
      'open: the digest of the image alpine is not known',
    );
  });

  test('names the packages whose bytes nobody will be able to compare', async () => {
    const argv = ['env', 'add', '--name', 'demo', '--image', 'alpine', '--lock-file', '-'];

    expect(await user.run(argv, { stdin: LIST.replaceAll(`#${MD5}`, '') })).toEqual({
      code: 0,
      stdout: 'demo\n',
      stderr:
        '<stdin>: warning: no checksum for b, a: whatever bytes come will be installed\n' +
        '  give a list with checksums (conda list --explicit --md5), or lock it: submarine env lock demo\n',
    });
    expect((await user.run(['env', 'lock', 'demo', '--check'])).stderr).toContain(
      'linux-64 lacks checksums for b, a\n',
    );
  });

  test('leaves the profile as it is where it names dependencies', async () => {
    const profile =
      'name: demo # ours\ndocker-image: alpine\nkernel: {name: k, dependencies: [a]}\n';
    await writeFile(join(user.project, 'demo.yaml'), profile);
    await writeFile(join(user.project, 'list.txt'), LIST);

    const added = await user.run(['env', 'add', 'demo.yaml', '--lock-file', 'list.txt']);

    expect(added).toEqual({ code: 0, stdout: 'demo\n', stderr: '' });
    expect((await user.run(['env', 'show', 'demo'])).stdout).toBe(profile);
    expect(await readFile(lockPath(user, 'demo'), 'utf8')).toContain('dependencies:\n  - "a"\n');
  });

  test('refuses what is no lock file, two environments, and a name that is taken', async () => {
    const profile = 'name: demo\ndocker-image: alpine\n';
    await writeFile(join(user.project, 'two.yaml'), `${profile}---\nname: b\ndocker-image: c\n`);
    await writeFile(join(user.project, 'list.txt'), LIST);
    await writeFile(join(user.project, 'demo.yaml'), profile);
    const add = (...argv: string[]) => user.run(['env', 'add', ...argv]);

    expect(await add('demo.yaml', '--lock-file', 'none.txt')).toMatchObject({ code: 65 });
    expect(await add('demo.yaml', '--lock-file', 'demo.yaml')).toMatchObject({
      code: 65,
      stderr: expect.stringContaining('neither an @EXPLICIT list nor a conda-lock.yml'),
    });
    expect(await add('two.yaml', '--lock-file', 'list.txt')).toMatchObject({ code: 2 });
    await add('demo.yaml', '--lock-file', 'list.txt');
    const lock = await readFile(lockPath(user, 'demo'), 'utf8');
    await writeFile(join(user.project, 'list.txt'), LIST.replace('b-1', 'b-2'));
    expect(await add('demo.yaml', '--lock-file', 'list.txt')).toMatchObject({ code: 65 });
    expect(await readFile(lockPath(user, 'demo'), 'utf8')).toBe(lock);
    expect(await add('demo.yaml', '--lock-file', 'list.txt', '--replace')).toMatchObject({
      code: 0,
    });
    expect(await readFile(lockPath(user, 'demo'), 'utf8')).toContain('"b", "version": "2"');
  });
});
