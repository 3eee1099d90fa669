import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  link,
  chmod,
  cp,
  mkdir,
  readdir,
  readFile,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { readCacheScript } from '../../src/kernel-cache/cache-script.ts';
import type { CacheShell } from '../../src/kernel-cache/cache-shell.ts';
import { folderShell } from '../../src/kernel-cache/cache-shell.ts';
import { KernelCache } from '../../src/kernel-cache/kernel-cache.ts';
import { converse } from '../../src/engines/dialogue.ts';
import {
  docker,
  dockerOutput,
  images,
  temporaryDirectory,
  TEST_CHANNEL,
  TEST_LABEL,
} from '../support/bed.ts';
import { markText } from '../support/kernel-mark.ts';
import { poll } from '../support/poll.ts';
import { endWithTest } from '../support/started.ts';
import type { User } from '../support/submarine.ts';
import { newUser } from '../support/submarine.ts';

const DAY = 24 * 60 * 60;
/** A kernel that is complete, and asked for by nobody. */
const OLD = 'a'.repeat(32);
const NEW = 'b'.repeat(32);
const HALF = 'c'.repeat(32);

let script: string;
let platform: string;
/** What no container sees. */
let host: string;

beforeAll(async () => {
  host = await temporaryDirectory();
  script = await readCacheScript(new URL('../../bootstrap/', import.meta.url));
  platform = 'linux-64-glibc2.36';
});

/** A kernel as far as the cache can tell; `days` ago a start found it last. */
async function makePrefix(cache: string, digest: string, days?: number): Promise<string> {
  const prefix = join(cache, 'kernels', platform, digest);
  await mkdir(join(prefix, 'conda-meta'), { recursive: true });
  await writeFile(join(prefix, 'file'), 'x'.repeat(50_000));
  if (days === undefined) return prefix;
  const mark = join(prefix, 'conda-meta/submarine-complete');
  const used = join(cache, 'used', platform, digest);
  await mkdir(join(used, '..'), { recursive: true });
  const time = Date.now() / 1000 - days * DAY;
  for (const file of [mark, used]) {
    await writeFile(file, file === mark ? markText(digest) : '');
    await utimes(file, time, time);
  }
  return prefix;
}

function lockFile(cache: string, digest: string): string {
  return join(cache, 'locks', `${platform}-${digest}`);
}

describe('prune', () => {
  let user: User;
  let cache: string;

  beforeEach(async () => {
    user = await newUser();
    cache = join(user.home, '.cache/submarine');
    await makePrefix(cache, OLD, 31);
    await makePrefix(cache, NEW, 29);
    await makePrefix(cache, HALF);
  });

  const prune = (...argv: string[]) => user.run(['kernel', 'prune', ...argv]);
  const left = async () => (await readdir(join(cache, 'kernels', platform))).toSorted();

  test('removes what is unfinished, and what nobody asks for and used for 30 days', async () => {
    const dry = await prune('--dry-run');
    expect(await left()).toEqual([OLD, NEW, HALF]);

    const { code, stdout, stderr } = await prune('--yes');

    expect(dry.stdout.split('\n')).toEqual([
      expect.stringMatching(new RegExp(`^${HALF}  \\d+ KiB  unfinished$`)),
      expect.stringMatching(new RegExp(`^${OLD}  \\d+ KiB  used 1 month ago$`)),
      '',
    ]);
    expect(dry.stderr).toMatch(/^that would free 1\d\d KiB\n$/);
    expect(code).toBe(0);
    expect(stdout).toBe(dry.stdout);
    expect(stderr).toMatch(/^freed 1\d\d KiB\n$/);
    expect(await left()).toEqual([NEW]);
    expect(existsSync(join(cache, 'used', platform, OLD))).toBe(false);
    expect(await prune('--yes')).toMatchObject({ stderr: 'nothing to remove\n' });
  });

  test('removes what was not used for as long as is said, but for those used last', async () => {
    await prune('--unused', '1d', '--keep', '1', '--yes');
    expect(await left()).toEqual([NEW]);

    await prune('--unused', '0d', '--yes');
    expect(await left()).toEqual([]);
  });

  test('tells what was freed without what the package cache shares, and that this stays', async () => {
    await mkdir(join(cache, 'pkgs/linux-64/big-1.0-0'), { recursive: true });
    await writeFile(join(cache, 'pkgs/linux-64/big-1.0-0/big'), 'x'.repeat(500_000));
    for (const digest of [OLD, NEW]) {
      await link(
        join(cache, 'pkgs/linux-64/big-1.0-0/big'),
        join(cache, 'kernels', platform, digest, 'big'),
      );
    }

    expect((await prune('--unused', '0d', '--yes')).stderr).toMatch(
      /^freed 1\d\d KiB\n {2}what the package cache has of them, too, stays: submarine kernel prune --packages\n$/,
    );
  });

  test('removes one that is named by its digest or its environment', async () => {
    expect(await prune(NEW.slice(0, 8), '--yes')).toMatchObject({ code: 0 });

    expect(await left()).toEqual([OLD, HALF]);
    expect(await prune('dddddd', '--yes')).toMatchObject({ code: 66 });
    expect(await prune(OLD, '--unused', '1d', '--yes')).toMatchObject({ code: 2 });
  });

  test('asks, and without a terminal wants to be told', async () => {
    expect(await prune()).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
    expect(await prune('--unused', 'soon')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Write a time as 30d'),
    });
    expect(await left()).toEqual([OLD, NEW, HALF]);
  });

  test.each(['created', 'running', 'paused'])(
    'leaves a kernel of a container that is %s',
    async (state) => {
      const labels = [
        ...['--label', `submarine.digest=${OLD}${'0'.repeat(32)}`],
        ...['--label', 'submarine.run=prune', '--label', `${TEST_LABEL}=prune`],
      ];
      const verb = state === 'created' ? ['create'] : ['run', '--detach', '--init'];
      const id = await dockerOutput(...verb, ...labels, images.busybox, 'sleep', '60');
      if (state === 'paused') await dockerOutput('pause', id);

      await prune('--yes');
      const named = await prune(OLD, '--yes');
      await docker('rm', '--force', id);

      expect(await left()).toEqual([OLD, NEW]);
      expect(named.stderr).toContain(`kernel ${OLD} stays: a container uses it\n`);
    },
  );

  test('leaves one that is being built', async () => {
    await mkdir(join(cache, 'locks'));
    await writeFile(lockFile(cache, HALF), '');
    const holder = spawn('flock', [lockFile(cache, HALF), 'sleep', '60'], { detached: true });
    endWithTest(holder);
    const list = async () => (await user.run(['kernel', 'list', '--no-headers'])).stdout;
    await poll(async () => /building/.test(await list()));
    const labels = [`submarine.digest=${HALF}`, 'submarine.run=building', `${TEST_LABEL}=prune`];
    const given = labels.flatMap((label) => ['--label', label]);
    const builder = await dockerOutput('run', '-d', ...given, images.busybox, 'sleep', '60');

    const { stderr } = await prune(HALF, '--yes');
    await prune('--yes');
    process.kill(-(holder.pid ?? 0));
    await docker('rm', '--force', builder);

    expect(await left()).toEqual([NEW, HALF]);
    expect(stderr).toContain(`kernel ${HALF} stays: it is being built\n`);
  });

  test('empties the package caches, and not while a build uses them', async () => {
    await mkdir(join(cache, 'pkgs/linux-64/many-1.0-0'), { recursive: true });
    await writeFile(join(cache, 'pkgs/linux-64/many-1.0-0/file'), 'x'.repeat(100_000));
    await mkdir(join(cache, 'locks'));
    const lock = join(cache, 'locks/pkgs-linux-64');
    await writeFile(lock, '');
    const holder = spawn('flock', [lock, 'sh', '-c', 'echo; exec sleep 60'], { detached: true });
    endWithTest(holder);
    await new Promise((resolve) => holder.stdout.once('data', resolve));

    expect(await prune('--packages', '--yes')).toMatchObject({
      code: 75,
      stderr: expect.stringContaining('a build is using the package cache'),
    });
    process.kill(-(holder.pid ?? 0));
    await poll(async () => (await prune('--packages', '--yes')).code === 0);

    expect(await readdir(join(cache, 'pkgs/linux-64'))).toEqual([]);
    expect(await left()).toEqual([OLD, NEW, HALF]);
  });
});

describe('the package caches of more platforms than a shell has descriptors', () => {
  let cache: string;
  let packages: KernelCache;
  const platforms = Array.from({ length: 12 }, (_, index) => `linux-${index}`);

  beforeEach(async () => {
    cache = await temporaryDirectory();
    packages = new KernelCache(folderShell(cache, script, process.env), host);
    for (const name of platforms) await mkdir(join(cache, 'pkgs', name, 'a'), { recursive: true });
  });

  test('are emptied', async () => {
    expect(await packages.clearPackages()).toMatchObject({ busy: undefined, failed: [] });

    expect(await readdir(join(cache, 'pkgs'), { recursive: true })).toEqual(platforms.toSorted());
  });

  test('are all kept while a build uses the last of them', async () => {
    const lock = join(cache, 'locks/pkgs-linux-9');
    await mkdir(join(cache, 'locks'));
    await writeFile(lock, '');
    const holder = spawn('flock', [lock, 'sh', '-c', 'echo; exec sleep 60'], { detached: true });
    endWithTest(holder);
    await new Promise((resolve) => holder.stdout.once('data', resolve));

    expect(await packages.clearPackages()).toMatchObject({ busy: 'pkgs/linux-9', freedBytes: 0 });

    process.kill(-(holder.pid ?? 0));
    expect(await readdir(join(cache, 'pkgs/linux-1'))).toEqual(['a']);
  });
});

describe('a start while its kernel is being removed', () => {
  let user: User;
  let cache: KernelCache;
  let path: string;

  beforeAll(async () => {
    user = await newUser();
    const kernel = `{name: k, channels: ["${TEST_CHANNEL}"], dependencies: [hello]}`;
    await user.run(['env', 'add', '-'], {
      stdin: `name: demo\ndocker-image: ${images.test}\nkernel: ${kernel}\n`,
    });
    await hello();
    cache = new KernelCache(
      folderShell(join(user.home, '.cache/submarine'), script, process.env),
      join(user.home, '.cache/submarine-host'),
    );
    path = (await cache.list())[0]?.path ?? '';
  });

  const hello = () => user.run(['run', '--env', 'demo', '--', 'hello']);
  const markPath = () =>
    join(user.home, '.cache/submarine/kernels', path, 'conda-meta/submarine-complete');
  const mark = () => stat(markPath());

  const used = () => join(user.home, '.cache/submarine/used', path);
  /** So that the next use is in a later second than the last one and the build, of which the later counts. */
  async function useLongAgo(): Promise<void> {
    for (const file of [used(), markPath()]) await utimes(file, 1, 1);
  }

  /** Waits until the start has noted its use, behind which it looks for the mark. */
  async function startDuring(answer: boolean) {
    let started: ReturnType<typeof hello> | undefined;
    const removal = await cache.remove([path], async (_path, lastUsed) => {
      started = hello();
      await poll(async () => (await stat(used())).mtimeMs >= lastUsed.getTime() + 1000);
      return answer;
    });
    return { removal, started: await started };
  }

  test('waits, and finds the kernel as it was when that is put back', async () => {
    await useLongAgo();
    const { mtimeMs } = await mark();

    const { removal, started } = await startDuring(false);

    expect(removal).toEqual({ removed: [], busy: [], kept: [path], failed: [] });
    expect(started).toMatchObject({ code: 0, stdout: expect.stringContaining('hello from') });
    expect((await mark()).mtimeMs).toBe(mtimeMs);
  });

  test('waits, and builds it anew when it is gone', async () => {
    await useLongAgo();
    const { mtimeMs } = await mark();

    const { removal, started } = await startDuring(true);

    expect(removal).toMatchObject({ removed: [{ path }], kept: [] });
    expect(started).toMatchObject({ code: 0, stdout: expect.stringContaining('hello from') });
    expect((await mark()).mtimeMs).toBeGreaterThan(mtimeMs);
  });

  test('which the engine tells of has the kernel put back', async () => {
    const name = `prune-${process.pid}`;
    const running = user.run(['run', '--env', 'demo', '--name', name, '--', 'sleep', '60']);
    await poll(async () => (await docker('top', name)).exitCode === 0);

    const { stderr } = await user.run(['kernel', 'prune', 'demo', '--yes']);
    await docker('kill', name);
    await running;

    expect(stderr).toMatch(/stays: a container uses it\n/);
    expect(await mark()).toBeDefined();
  });
});

describe('the script', () => {
  /** As in a container of an image, where the cache is a volume. */
  function containerShell(image: string, folder: string, user: string): CacheShell {
    return {
      location: folder,
      isFolder: false,
      run: (argv, answer) =>
        converse(
          [
            ...['docker', 'run', '--rm', '-i', '--user', user, '-v', `${folder}:/submarine`],
            ...['--entrypoint', '/bin/sh', image, '-c', script, 'submarine', '/submarine', ...argv],
          ],
          { env: process.env },
          answer,
        ),
    };
  }

  test.each(['test', 'shBusybox'] as const)('works in %s as on this machine', async (name) => {
    const folder = await temporaryDirectory();
    await makePrefix(folder, OLD, 31);
    await makePrefix(folder, HALF);
    const here = new KernelCache(folderShell(folder, script, process.env), host);
    const there = new KernelCache(containerShell(images[name], folder, '0:0'), host);
    const kernel = (await here.list()).find(({ digest }) => digest === OLD);
    if (kernel === undefined) throw new Error('no kernel is listed');

    expect(await there.list()).toEqual(await here.list());
    expect(await there.parts()).toEqual(await here.parts());
    expect(await there.contents(kernel)).toEqual(await here.contents(kernel));
    expect(await there.remove([kernel.path], async () => true)).toMatchObject({
      removed: [{ path: kernel.path }],
    });
    expect(await there.clearPackages()).toMatchObject({ busy: undefined, failed: [] });
    expect(existsSync(join(folder, 'kernels', kernel.path))).toBe(false);
  });

  test('can look, and remove nothing, in an image that cannot lock', async () => {
    const folder = await temporaryDirectory();
    await makePrefix(folder, OLD, 31);
    const here = new KernelCache(folderShell(folder, script, process.env), host);
    const there = new KernelCache(containerShell(images.busybox, folder, '0:0'), host);

    const kernels = await there.list();

    expect(kernels).toEqual(await here.list());
    await expect(there.remove([`${platform}/${OLD}`], async () => true)).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining('neither flock, python3 nor perl'),
    });
    expect(await there.list()).toEqual(kernels);
  });

  test("leaves another user's kernel whole, and says that it could not be removed", async () => {
    const folder = await temporaryDirectory();
    await chmod(folder, 0o755);
    const prefix = await makePrefix(folder, OLD, 31);
    await mkdir(join(folder, 'locks'));
    await writeFile(lockFile(folder, OLD), '');
    const cache = new KernelCache(containerShell(images.test, folder, '1000:1000'), host);

    const removal = await cache.remove([`${platform}/${OLD}`], async () => true);

    expect(removal).toEqual({ removed: [], busy: [], kept: [], failed: [`${platform}/${OLD}`] });
    expect(await readFile(join(prefix, 'conda-meta/submarine-complete'), 'utf8')).toBe(
      markText(OLD),
    );
  });

  test("names a folder and a lock of another user's that it may not read, and takes neither for empty or held", async () => {
    const folder = await temporaryDirectory();
    await chmod(folder, 0o755);
    await makePrefix(folder, HALF);
    await mkdir(join(folder, 'locks'));
    await mkdir(join(folder, 'pkgs/linux-64'), { recursive: true });
    const locks = [lockFile(folder, HALF), join(folder, 'locks/pkgs-linux-64')];
    for (const lock of locks) await writeFile(lock, '', { mode: 0o600 });
    const cache = new KernelCache(containerShell(images.test, folder, '1000:1000'), host);
    const path = `${platform}/${HALF}`;

    const [kernel] = await cache.list();
    const removal = await cache.remove([path], async () => true);
    const clearing = await cache.clearPackages();
    await chmod(join(folder, 'kernels'), 0o700);

    expect(kernel).toMatchObject({ path, state: 'unfinished' });
    expect(removal).toEqual({ removed: [], busy: [], kept: [], failed: [path] });
    expect(clearing).toEqual({ freedBytes: 0, busy: undefined, failed: ['pkgs/linux-64'] });
    for (const look of [() => cache.list(), () => cache.parts()]) {
      await expect(look()).rejects.toMatchObject({
        kind: 'cannot-write',
        message: 'user 1000 cannot look into /submarine/kernels',
        remedy: expect.stringContaining('sudo chown -R 1000 /submarine'),
      });
    }
  });

  test("opens and removes what is the user's own and closed", async () => {
    const folder = await temporaryDirectory();
    const closed = join(await makePrefix(folder, OLD, 31), 'closed/deep');
    const kept = join(folder, 'pkgs/linux-64/many/info');
    for (const path of [closed, kept]) {
      await mkdir(path, { recursive: true });
      await writeFile(join(path, 'file'), '');
    }
    await dockerOutput(
      ...['run', '--rm', '-v', `${folder}:/c`, images.busybox, 'sh', '-c'],
      'chown -R 1000:1000 /c && chmod 555 /c/pkgs/linux-64/many/info && cd /c/kernels && chmod 0 */*/closed/deep . ',
    );
    const cache = new KernelCache(containerShell(images.test, folder, '1000:1000'), host);

    expect((await cache.list()).map(({ digest }) => digest)).toEqual([OLD]);
    expect(await cache.remove([`${platform}/${OLD}`], async () => true)).toMatchObject({
      removed: [{ path: `${platform}/${OLD}` }],
      failed: [],
    });
    expect(await cache.clearPackages()).toMatchObject({ busy: undefined, failed: [] });
    expect(await readdir(join(folder, 'pkgs/linux-64'))).toEqual([]);
  });

  test.each(['kernels', 'kernels/x'])(
    'looks through no link in the place of %s, and names it',
    async (name) => {
      const folder = await temporaryDirectory();
      await mkdir(join(folder, name, '..'), { recursive: true });
      await symlink('/root', join(folder, name));
      await chmod(folder, 0o755);
      const cache = new KernelCache(containerShell(images.test, folder, '1000:1000'), host);

      await expect(cache.list()).rejects.toMatchObject({
        kind: 'invalid',
        message: expect.stringContaining(`which no build makes: ${name}`),
      });
    },
  );

  test('puts a kernel back whose removal nobody confirms any more', async () => {
    const folder = await temporaryDirectory();
    const prefix = await makePrefix(folder, OLD, 31);
    const copy = await temporaryDirectory();
    await cp(prefix, copy, { recursive: true });
    const cache = new KernelCache(folderShell(folder, script, process.env), host);

    const asked = cache.remove([`${platform}/${OLD}`], async () => {
      throw new Error('gone');
    });

    await expect(asked).rejects.toThrow('gone');
    expect(await readdir(join(prefix, 'conda-meta'))).toEqual(
      await readdir(join(copy, 'conda-meta')),
    );
  });
});
