import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, lstat, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { readCacheScript } from '../../src/kernel-cache/cache-script.ts';
import { folderShell } from '../../src/kernel-cache/cache-shell.ts';
import { KernelCache } from '../../src/kernel-cache/kernel-cache.ts';
import { images, temporaryDirectory, TEST_CHANNEL } from '../support/bed.ts';
import { markPrefix } from '../support/kernel-mark.ts';
import type { User } from '../support/submarine.ts';
import { newUser } from '../support/submarine.ts';

const PLATFORM = 'linux-64-glibc2.36';
const DIGEST = 'a'.repeat(32);

let user: User;
let cache: string;
/** A folder of the user's that nothing was mounted of. */
let precious: string;

beforeEach(async () => {
  user = await newUser();
  cache = join(user.home, '.cache/submarine');
  precious = join(user.home, 'precious');
  // Whatever a name in the cache is joined with, there is something to be lost.
  for (const folder of ['.', PLATFORM, `${PLATFORM}/${DIGEST}`, DIGEST, 'conda-meta']) {
    await mkdir(join(precious, folder), { recursive: true });
    await writeFile(join(precious, folder, 'submarine-complete'), 'image=sha256:1\n');
    await writeFile(join(precious, folder, DIGEST.slice(1)), '');
    await writeFile(join(precious, folder, `${DIGEST}-${PLATFORM}.log`), '');
  }
});

/** All that lies in a folder, with what would change if it were touched. */
async function snapshot(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true });
  const lines = names.toSorted().map(async (name) => {
    const { mode, size, mtimeMs, ctimeMs } = await lstat(join(folder, name));
    return [name, mode, size, mtimeMs, ctimeMs].join(' ');
  });
  return Promise.all(lines);
}

/** A kernel as far as the cache can tell, long unused. */
async function makeKernel(): Promise<string> {
  const prefix = join(cache, 'kernels', PLATFORM, DIGEST);
  await mkdir(join(prefix, 'conda-meta'), { recursive: true });
  await writeFile(join(prefix, 'conda-meta/history'), '');
  await markPrefix(prefix);
  return prefix;
}

const COMMANDS = [
  ['kernel', 'list'],
  ['kernel', 'verify'],
  ['kernel', 'prune', '--unused', '0d', '--yes'],
  ['kernel', 'prune', '--packages', '--yes'],
  ['df'],
];

describe('a link that a container laid into the cache', () => {
  test.each([
    'engines.json',
    'libcs.json',
    'channels',
    'archives',
    'archives/x',
    'builds',
    `builds/${PLATFORM}-${DIGEST}`,
    'pkgs',
    `pkgs/${PLATFORM}`,
    'pip',
    'wheels',
    'wheels/x',
    'images/x',
    'kernels',
    `kernels/${PLATFORM}`,
    `kernels/${PLATFORM}/${DIGEST}`,
    'logs',
    `logs/${DIGEST}-${PLATFORM}.log`,
    'locks',
    `locks/${PLATFORM}-${DIGEST}`,
    `used/${PLATFORM}`,
    `used/${PLATFORM}/${DIGEST}`,
  ])('as %s is refused by its name, and nothing outside is touched', async (name) => {
    if (!name.startsWith('kernels')) await makeKernel();
    await mkdir(dirname(join(cache, name)), { recursive: true });
    await symlink(precious, join(cache, name));
    const before = await snapshot(precious);

    for (const command of COMMANDS) {
      const { code, stderr } = await user.run(command);

      expect([code, stderr]).toEqual([
        65,
        `submarine: refusing to touch ${cache}: it holds links or special files, which no build makes: ${name}\n` +
          `  remove them: rm ${cache}/${name}\n`,
      ]);
    }
    expect(await snapshot(precious)).toEqual(before);
  });

  test('by a command that ran in a kernel does no harm', async () => {
    const kernel = `{name: k, channels: ["${TEST_CHANNEL}"], dependencies: [hello]}`;
    await user.run(['env', 'add', '-'], {
      stdin: `name: demo\ndocker-image: ${images.test}\nkernel: ${kernel}\n`,
    });
    const attack = `cd /submarine && rm -rf wheels && ln -s ${precious} wheels && ln -sf ${precious}/submarine-complete engines.json`;
    const before = await snapshot(precious);

    expect(await user.run(['run', '--env', 'demo', '--', 'sh', '-c', attack])).toMatchObject({
      code: 0,
    });
    await user.run(['run', '--env', 'demo', '--', 'true']);
    const { code, stderr } = await user.run(['kernel', 'prune', '--packages', '--yes']);

    // What it laid there went with its container.
    expect([code, stderr]).toEqual([0, expect.stringContaining('freed')]);
    expect(await snapshot(precious)).toEqual(before);
  });

  test('to a file that is not there makes none', async () => {
    await makeKernel();
    for (const name of ['locks/x', `locks/${PLATFORM}-${DIGEST}`, `used/${PLATFORM}/${DIGEST}`]) {
      await mkdir(dirname(join(cache, name)), { recursive: true });
      await symlink(join(precious, 'made'), join(cache, name));
    }

    for (const command of COMMANDS) await user.run(command);

    expect(existsSync(join(precious, 'made'))).toBe(false);
  });

  test('is no way to what the command keeps for itself', async () => {
    await makeKernel();
    for (const name of ['engines.json', 'libcs.json', `logs/${DIGEST}-bake.log`]) {
      await mkdir(dirname(join(cache, name)), { recursive: true });
      await symlink(join(precious, 'submarine-complete'), join(cache, name));
    }
    await symlink(precious, join(cache, 'channels'));
    const before = await snapshot(precious);
    const kernel = `{name: k, channels: ["file:///nowhere"], dependencies: [hello]}`;
    await user.run(['env', 'add', '-'], {
      stdin: `name: demo\ndocker-image: ${images.test}\nkernel: ${kernel}\n`,
    });

    const locked = await user.run(['env', 'lock', 'demo']);
    const started = await user.run(['run', '--env', 'demo', '--', 'true']);
    const baked = await user.run(['image', 'bake', 'demo', '--tag', 'submarine-test:never']);

    expect([locked.code, started.code, baked.code]).toEqual([65, 65, 65]);
    expect(await snapshot(precious)).toEqual(before);
    expect(await readdir(join(user.home, '.cache/submarine-host'))).toEqual(
      expect.arrayContaining(['engines.json', 'libcs.json', 'platforms.json']),
    );
  });

  test('deep in a kernel, in the place of its records, is not read, and goes with the kernel', async () => {
    const prefix = await makeKernel();
    await rm(join(prefix, 'conda-meta'), { recursive: true });
    await symlink(join(precious, 'conda-meta'), join(prefix, 'conda-meta'));
    const before = await snapshot(precious);

    const list = await user.run(['kernel', 'list', '-o', 'json']);
    const pruned = await user.run(['kernel', 'prune', '--yes']);

    expect(JSON.parse(list.stdout)).toMatchObject([{ digest: DIGEST, complete: false }]);
    expect(pruned).toMatchObject({ code: 0, stdout: expect.stringContaining(DIGEST) });
    expect(existsSync(prefix)).toBe(false);
    expect(await snapshot(precious)).toEqual(before);
  });

  test('that takes the place of a folder while a kernel is being removed leads nowhere', async () => {
    await makeKernel();
    const script = await readCacheScript(new URL('../../bootstrap/', import.meta.url));
    const kernels = new KernelCache(
      folderShell(cache, script, process.env),
      join(user.home, '.cache/submarine-host'),
    );
    const victim = join(precious, PLATFORM, DIGEST);

    const removal = await kernels.remove([`${PLATFORM}/${DIGEST}`], async () => {
      await rename(join(cache, 'kernels', PLATFORM), join(cache, 'kernels', 'aside'));
      await symlink(join(precious, PLATFORM), join(cache, 'kernels', PLATFORM));
      return true;
    });

    expect(removal).toMatchObject({ removed: [], failed: [`${PLATFORM}/${DIGEST}`] });
    expect(await readdir(victim)).toContain('submarine-complete');
  });
});

describe('a name that a container has chosen', () => {
  const refused = 'it holds links or special files, which no build makes';

  test('for a link leads what is to be typed nowhere else', async () => {
    // A line of this path is that of a file beside the cache, and another would be a command.
    const odd = join(cache, 'x\n..');
    await mkdir(join(odd), { recursive: true });
    await symlink(precious, join(odd, 'victim'));
    await symlink(precious, join(cache, '$(touch pwned)\x1b[2K'));
    await mkdir(join(cache, 'logs'));
    await symlink(precious, join(cache, "logs/it's"));

    for (const command of COMMANDS) {
      const { code, stderr } = await user.run(command);

      expect([code, stderr]).toEqual([
        65,
        `submarine: refusing to touch ${cache}: ${refused}: logs/it's, some whose names cannot be shown\n` +
          `  remove them: rm '${cache}/logs/it'\\''s'; look yourself for names with odd characters in ${cache}\n`,
      ]);
    }
  });

  test('for a folder or file of packages, archives or builds keeps nothing from being removed', async () => {
    const names = ['x\ncleared\t9', '-rf', '.hidden', `linux-${'a'.repeat(200)}`, 'linux-a\n', "'"];
    for (const folder of ['pkgs', 'archives', 'builds']) {
      for (const name of names) {
        await mkdir(join(cache, folder, name), { recursive: true });
        await writeFile(join(cache, folder, name, 'file'), '');
      }
      await writeFile(join(cache, folder, 'a file'), '');
    }
    await mkdir(join(cache, 'builds', `${PLATFORM}-${DIGEST}`));

    expect(await user.run(['kernel', 'prune', '--packages', '--yes'])).toMatchObject({ code: 0 });

    expect(existsSync(join(cache, 'pkgs'))).toBe(false);
    expect(await readdir(join(cache, 'archives'))).toEqual([]);
    expect((await readdir(join(cache, 'builds'))).toSorted()).toEqual(
      [...names, 'a file'].toSorted(),
    );
  });
});

test("what a container wrote into a kernel's mark forges no line, and has an end", async () => {
  const prefix = await makeKernel();
  const mark = join(prefix, 'conda-meta/submarine-complete');
  const images = async (): Promise<unknown> => {
    const { stdout } = await user.run(['kernel', 'list', '-o', 'json']);
    return (JSON.parse(stdout) as { image?: string }[]).map(({ image }) => image);
  };

  const forged = `image sha256:1\tx\nimage \n${PLATFORM}/${'b'.repeat(32)}\tcomplete\n`;
  await writeFile(mark, forged);
  expect(await images()).toEqual(['sha256:1']);
  await writeFile(mark, `submarine-kernel 2\n${forged}`);
  expect(await images()).toEqual(['sha256:1']);
  await writeFile(mark, `image=${'x'.repeat(1024 ** 2)}`);
  expect(await images()).toEqual(['x'.repeat(4096 - 'image='.length)]);
});

test('a pipe in the cache keeps nobody waiting', async () => {
  const prefix = await makeKernel();
  execFileSync('mkfifo', [join(prefix, 'conda-meta/evil.json')]);
  expect(await user.run(['kernel', 'verify'])).toMatchObject({ code: 0 });

  await mkdir(join(cache, 'logs'));
  execFileSync('mkfifo', [join(cache, 'logs/pipe')]);
  expect(await user.run(['df'])).toMatchObject({
    code: 65,
    stderr: expect.stringContaining('logs/pipe'),
  });
});

test('a program that a kernel brings is not run on this machine', async () => {
  const prefix = await makeKernel();
  const marker = join(user.home, 'it-ran');
  for (const program of ['find', 'du', 'awk', 'sed', 'rm', 'flock', 'stat', 'mv']) {
    for (const folder of [prefix, cache, dirname(prefix)]) {
      await writeFile(join(folder, program), `#!/bin/sh\ntouch ${marker}\n`);
      await chmod(join(folder, program), 0o755);
    }
  }

  for (const command of COMMANDS) {
    await user.run(command, { env: { PATH: `.::${process.env['PATH']}` } });
  }

  expect(existsSync(marker)).toBe(false);
});

describe('what is made for kernels is for its user alone', () => {
  const modeOf = async (...path: string[]) =>
    ((await lstat(join(user.home, '.cache', ...path))).mode & 0o777).toString(8);

  const KERNEL = `{name: k, channels: ["${TEST_CHANNEL}"], dependencies: [hello]}`;
  const DEMO = `name: demo\ndocker-image: ${images.test}\nkernel: ${KERNEL}\n`;

  async function startAndLock(): Promise<void> {
    await user.run(['env', 'add', '-'], { stdin: DEMO });
    expect(await user.run(['run', '--env', 'demo', '--', 'true'])).toMatchObject({ code: 0 });
    // The channel lies in the image, so only what is asked of the image is kept.
    await user.run(['env', 'lock', 'demo']);
  }

  test.each([0o000, 0o077, 0o377])('whatever the umask is: %o', async (umask) => {
    const before = process.umask(umask);
    try {
      await startAndLock();
    } finally {
      process.umask(before);
    }

    expect(await modeOf('submarine')).toBe('700');
    expect(await modeOf('submarine-host')).toBe('700');
    const host = await readdir(join(user.home, '.cache/submarine-host'), { withFileTypes: true });
    for (const entry of host) {
      const mode = entry.isDirectory() ? '700' : '600';
      expect([entry.name, await modeOf('submarine-host', entry.name)]).toEqual([entry.name, mode]);
    }
  });

  test('also where a folder is there already that others could look into', async () => {
    await mkdir(cache, { recursive: true, mode: 0o777 });
    await chmod(cache, 0o777);

    await startAndLock();

    expect(await modeOf('submarine')).toBe('700');
  });

  test.each([
    [
      'with files of something else',
      0o755,
      ['data'],
      'is used for something else: it holds "data"',
    ],
    ['that is shared, as /tmp is', 0o1777, [], 'it is shared with them'],
  ])('but not a folder %s', async (_, mode, names, words) => {
    await mkdir(cache, { recursive: true });
    for (const name of names) await writeFile(join(cache, name), '');
    await chmod(cache, mode);

    await user.run(['env', 'add', '-'], { stdin: DEMO });
    const { code, stderr } = await user.run(['run', '--env', 'demo', '--', 'true']);

    expect([code, stderr]).toEqual([65, expect.stringContaining(words)]);
    expect((await lstat(cache)).mode & 0o7777).toBe(mode);
    expect(await readdir(cache)).toEqual(names);
  });

  test.each([
    ['a folder of the user', 0o755],
    ['a folder like /tmp', 0o1777],
  ])('nor %s that is mounted in its place', async (_, mode) => {
    const shared = join(user.home, 'shared');
    await mkdir(shared);
    await chmod(shared, mode);
    await user.run(['env', 'add', '--name', 'plain', '--image', images.busybox]);

    const { code } = await user.run([
      'run',
      '-v',
      `${shared}:/submarine`,
      '--env',
      'plain',
      'true',
    ]);

    expect(code).toBe(0);
    expect((await lstat(shared)).mode & 0o7777).toBe(mode);
  });
});

test('a folder for kernels that would hand the configuration to containers is refused', async () => {
  const config = join(user.home, '.config/submarine');
  await mkdir(config, { recursive: true });
  await writeFile(join(config, 'config.yaml'), 'cache: ~/\n');
  const folder = await temporaryDirectory();

  const { code, stderr } = await user.run(['df'], { cwd: folder });

  expect(code).toBe(65);
  expect(stderr).toContain(`holds "${user.home}/.cache/submarine-host"`);
});
