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
import { setTimeout as sleep } from 'node:timers/promises';

import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { readCacheScript } from '../../src/kernel-cache/cache-script.ts';
import type { CacheShell } from '../../src/kernel-cache/cache-shell.ts';
import { folderShell } from '../../src/kernel-cache/cache-shell.ts';
import { KernelCache } from '../../src/kernel-cache/kernel-cache.ts';
import { readKernelMark } from '../../src/kernel-cache/kernel-mark.ts';
import { kernelMutexPath, withKernelMutex } from '../../src/kernel-cache/kernel-mutex.ts';
import { lastUse, noteUse } from '../../src/kernel-cache/kernel-uses.ts';
import { openSubmarine } from '../../src/sdk.ts';
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
  const ownHost = () => join(user.home, '.cache/submarine-host');
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
    expect(await lastUse(ownHost(), cache, `${platform}/${OLD}`)).toBeUndefined();
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
      /^freed 1\d\d KiB\n {2}what earlier versions keep of them, too, stays: submarine kernel prune --packages\n$/,
    );
  });

  test('removes what no start takes any more: kernels of earlier versions', async () => {
    const mark = join(cache, 'kernels', platform, NEW, 'conda-meta/submarine-complete');
    await writeFile(mark, 'image=sha256:1\nbuilder=conda\n');
    await noteUse(ownHost(), cache, `${platform}/${NEW}`);

    const { stdout } = await prune('--dry-run');
    const { kernels } = await openSubmarine({ home: user.home, variables: process.env });
    await kernels.prune(await kernels.choosePrunable().then(({ chosen }) => ({ chosen })));

    expect(stdout).toMatch(new RegExp(`^${NEW}  \\d+ KiB  untrusted$`, 'm'));
    expect(await left()).toEqual([]);
  });

  test('leaves what was used in the last hour, unless it is named', async () => {
    await noteUse(ownHost(), cache, `${platform}/${OLD}`);

    await prune('--unused', '0d', '--yes');
    expect(await left()).toEqual([OLD]);

    await prune(OLD, '--yes');
    expect(await left()).toEqual([]);
    expect(await lastUse(ownHost(), cache, `${platform}/${OLD}`)).toBeUndefined();
  });

  test('leaves one that was used while it asked, also where it is named', async () => {
    const path = `${platform}/${OLD}`;
    const kernels = new KernelCache(folderShell(cache, script, process.env), ownHost());
    const chosen = (await kernels.list()).find((kernel) => kernel.path === path);
    await noteUse(ownHost(), cache, path);
    const submarine = await openSubmarine({ home: user.home, variables: process.env });

    const pruned = await submarine.kernels.prune({
      names: [OLD],
      chosen: chosen === undefined ? [] : [chosen],
    });

    expect(pruned).toMatchObject({ removed: [], staying: [{ digest: OLD, why: 'in-use' }] });
    expect(readKernelMark(cache, path)).toBeDefined();
  });

  test('removes the archives of builds that were killed, and not those of one that is going on', async () => {
    const names = [OLD, NEW].map((digest) => `${platform}-${digest}`);
    for (const name of names) {
      await mkdir(join(cache, 'builds', name, 'conda'), { recursive: true });
      await writeFile(join(cache, 'builds', name, 'conda/a.conda'), 'x'.repeat(200_000));
    }
    await mkdir(join(cache, 'archives/aa'), { recursive: true });
    await link(
      join(cache, 'builds', `${platform}-${OLD}`, 'conda/a.conda'),
      join(cache, 'archives/aa/a.conda'),
    );
    const mutex = kernelMutexPath(ownHost(), cache, `${platform}/${NEW}`);

    const [dry, pruned] = await withKernelMutex(mutex, {}, async () => [
      await prune('--keep', '9', '--dry-run'),
      await prune('--keep', '9', '--yes'),
    ]);

    expect(dry.stdout).toMatch(
      new RegExp(`^${HALF} .*\n${OLD}  \\d KiB +archives of a build that was killed\n$`),
    );
    expect(pruned.stdout).toBe(dry.stdout);
    expect(await readdir(join(cache, 'builds'))).toEqual([`${platform}-${NEW}`]);
    expect(await readdir(join(cache, 'archives/aa'))).toEqual(['a.conda']);
    expect((await prune(NEW, '--yes')).stdout).toContain('KiB  archives of a build');
    expect(await readdir(join(cache, 'builds'))).toEqual([]);
  });

  test('removes what a killed bake was to install, and not that of one that is going on', async () => {
    for (const name of ['bake-0123abcd', 'bake-4567cdef']) {
      await mkdir(join(cache, 'builds', name, 'conda'), { recursive: true });
      await writeFile(join(cache, 'builds', name, 'conda/a.conda'), 'x');
    }
    const mutex = kernelMutexPath(ownHost(), cache, 'bake-4567cdef');

    const pruned = await withKernelMutex(mutex, {}, () => prune('--keep', '9', '--yes'));

    expect(pruned.stdout).toMatch(/^bake-0123abcd .* archives of a build that was killed$/m);
    expect(await readdir(join(cache, 'builds'))).toEqual(['bake-4567cdef']);
  });

  test('removes the folders of runs that a killed command has left', async () => {
    const runs = join(ownHost(), 'runs');
    for (const name of ['0000aaaa', '1111bbbb', '2222cccc']) {
      await mkdir(join(runs, name, 'base'), { recursive: true });
      const days = name === '1111bbbb' ? 0 : 2;
      const time = Date.now() / 1000 - days * DAY;
      await utimes(join(runs, name), time, time);
    }
    const labels = ['submarine.run=2222cccc', 'submarine.kind=run', `${TEST_LABEL}=prune`];
    const options = labels.flatMap((label) => ['--label', label]);
    const id = await dockerOutput('create', ...options, images.busybox, 'true');

    await prune('--keep', '9', '--yes');
    await docker('rm', id);

    expect((await readdir(runs)).toSorted()).toEqual(['1111bbbb', '2222cccc']);
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
      stderr: expect.stringContaining('Write it as 90s, 30m, 2h or 7d'),
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

  test('leaves one of whose build only this machine knows, between two of its containers', async () => {
    const mutex = kernelMutexPath(ownHost(), cache, `${platform}/${HALF}`);

    const { stderr } = await withKernelMutex(mutex, {}, async () => {
      await prune('--yes');
      return prune(HALF, '--yes');
    });

    expect(await left()).toEqual([NEW, HALF]);
    expect(stderr).toContain(`kernel ${HALF} stays: it is being built\n`);
  });

  test('--packages removes archives and what earlier versions left, and disturbs no build', async () => {
    const files = [
      'archives/aa/a.conda',
      'pkgs/linux-64/many/a',
      'pip/a',
      'wheels/a',
      'channels/a',
    ];
    for (const file of [...files, 'images/a', 'used/x/a', `builds/${platform}-${HALF}/conda/a`]) {
      await mkdir(join(cache, file, '..'), { recursive: true });
      await writeFile(join(cache, file), 'x'.repeat(20_000));
    }
    const mutex = kernelMutexPath(ownHost(), cache, `${platform}/${HALF}`);

    const { code, stderr } = await withKernelMutex(mutex, {}, () => prune('--packages', '--yes'));

    expect([code, stderr]).toEqual([0, expect.stringMatching(/^freed 1\d\d KiB\n$/)]);
    expect((await readdir(cache)).toSorted()).toEqual(['archives', 'builds', 'kernels']);
    expect(await readdir(join(cache, 'archives'))).toEqual([]);
    expect(await readdir(join(cache, 'builds', `${platform}-${HALF}`, 'conda'))).toEqual(['a']);
    expect(await left()).toEqual([OLD, NEW, HALF]);

    await prune('--packages', '--yes');
    expect(await readdir(join(cache, 'builds'))).toEqual([]);
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

  test('waits, and finds the kernel as it was when that is put back', async () => {
    const { mtimeMs } = await mark();
    let started: ReturnType<typeof hello> | undefined;

    const removal = await cache.remove([path], async () => {
      started = hello();
      await expect(Promise.race([started, sleep(1000)])).resolves.toBeUndefined();
      return false;
    });

    expect(removal).toEqual({ removed: [], busy: [], kept: [path], failed: [] });
    expect(await started).toMatchObject({ code: 0, stdout: expect.stringContaining('hello from') });
    expect((await mark()).mtimeMs).toBe(mtimeMs);
  });

  test('waits, and builds it anew when it is gone', async () => {
    const { mtimeMs } = await mark();
    let started: ReturnType<typeof hello> | undefined;

    const removal = await cache.remove([path], async () => {
      started = hello();
      await sleep(500);
      return true;
    });

    expect(removal).toMatchObject({ removed: [{ path }], kept: [] });
    expect(await started).toMatchObject({ code: 0, stdout: expect.stringContaining('hello from') });
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
    const prefix = await makePrefix(folder, OLD, 31);
    await makePrefix(folder, HALF);
    await mkdir(join(prefix, 'bin'));
    await writeFile(join(prefix, 'bin/tool'), 'x');
    await link(join(prefix, 'bin/tool'), join(prefix, 'second-name'));
    await symlink('tool', join(prefix, 'bin/link'));
    await mkdir(join(folder, 'builds', `${platform}-${OLD}`, 'pip'), { recursive: true });
    const here = new KernelCache(folderShell(folder, script, process.env), host);
    const there = new KernelCache(containerShell(images[name], folder, '0:0'), host);
    const kernel = (await here.list()).find(({ digest }) => digest === OLD);
    if (kernel === undefined) throw new Error('no kernel is listed');
    // A second name within the kernel keeps nothing when it goes.
    expect(kernel.ownBytes).toBe(kernel.bytes);

    expect(await there.list()).toEqual(await here.list());
    expect(await there.parts()).toEqual(await here.parts());
    expect(await there.contents(kernel)).toEqual(await here.contents(kernel));
    const recorded = await here.recorded(kernel.path);
    expect(recorded.map(({ path }) => path)).toEqual(['bin/link', 'bin/tool']);
    expect(await there.recorded(kernel.path)).toEqual(recorded);
    const builds = await here.abandonedBuilds();
    expect(builds).toEqual([{ name: `${platform}-${OLD}`, bytes: expect.any(Number) }]);
    expect(await there.abandonedBuilds()).toEqual(builds);
    expect(await there.remove([kernel.path], async () => true)).toMatchObject({
      removed: [{ path: kernel.path }],
    });
    expect(await there.removeAbandoned(builds)).toMatchObject({ failed: [] });
    expect(await there.clearPackages()).toMatchObject({ failed: [] });
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
    await writeFile(lockFile(folder, HALF), '', { mode: 0o600 });
    const cache = new KernelCache(containerShell(images.test, folder, '1000:1000'), host);
    const path = `${platform}/${HALF}`;

    const [kernel] = await cache.list();
    const removal = await cache.remove([path], async () => true);
    const clearing = await cache.clearPackages();
    await chmod(join(folder, 'kernels'), 0o700);

    expect(kernel).toMatchObject({ path, state: 'unfinished' });
    expect(removal).toEqual({ removed: [], busy: [], kept: [], failed: [path] });
    expect(clearing).toEqual({ freedBytes: 0, failed: ['pkgs'] });
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
    const archive = join(folder, 'archives/aa');
    for (const path of [closed, kept, archive]) {
      await mkdir(path, { recursive: true });
      await writeFile(join(path, 'file'), '');
    }
    await dockerOutput(
      ...['run', '--rm', '-v', `${folder}:/c`, images.busybox, 'sh', '-c'],
      'chown -R 1000:1000 /c && chmod 555 /c/pkgs/linux-64/many/info /c/archives/aa && cd /c/kernels && chmod 0 */*/closed/deep . ',
    );
    const cache = new KernelCache(containerShell(images.test, folder, '1000:1000'), host);

    expect((await cache.list()).map(({ digest }) => digest)).toEqual([OLD]);
    expect(await cache.remove([`${platform}/${OLD}`], async () => true)).toMatchObject({
      removed: [{ path: `${platform}/${OLD}` }],
      failed: [],
    });
    expect(await cache.clearPackages()).toMatchObject({ failed: [] });
    expect(existsSync(join(folder, 'pkgs'))).toBe(false);
    expect(await readdir(join(folder, 'archives'))).toEqual([]);
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
