import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdtemp,
  readdir,
  readFile,
  readlink,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import type { BundledProgram } from '../../test/support/bundle.ts';
import { bundleProgram } from '../../test/support/bundle.ts';
import { withRandom } from '../../test/support/random.ts';
import { isFileLocked, withFileLock } from './file-lock.ts';
import { createLockOwner, formatLockOwner } from './lock-owner.ts';

let folder = '';
let target = '';
let program: BundledProgram;

beforeAll(async () => {
  program = await bundleProgram('test/support/lock-program.ts');
});
afterAll(() => program.remove());
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'submarine-lock-')));
  target = join(folder, 'store.yaml');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const lockPath = (): string => join(folder, '.store.yaml.lock');
const start = (...args: string[]): ChildProcess =>
  spawn(process.execPath, [program.path, target, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
const started = async (...args: string[]): Promise<ChildProcess> => {
  const child = start(...args);
  if (child.stdout !== null) await once(child.stdout, 'data');
  return child;
};
const killed = async (child: ChildProcess): Promise<void> => {
  child.kill('SIGKILL');
  await once(child, 'exit');
};

describe('a lock', () => {
  test('that is a FIFO is not waited for, but taken away', async () => {
    spawnSync('mkfifo', [lockPath()]);

    expect(await withFileLock(target, { abandonedMs: 20 }, async () => 7)).toBe(7);
    expect(await readdir(folder)).toEqual([]);
  });

  test('is free again after the work, also after work that failed', async () => {
    expect(await withFileLock(target, {}, async () => 7)).toBe(7);
    const failing = withFileLock(target, {}, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(await readdir(folder)).toEqual([]);
  });

  test('is seen to be held, and to be free when its holder is dead', async () => {
    expect(await isFileLocked(target)).toBe(false);
    const holder = await started('hold');
    expect(await isFileLocked(target)).toBe(true);

    await killed(holder);

    expect(await isFileLocked(target)).toBe(false);
    expect(await readdir(folder)).toEqual(['.store.yaml.lock']);
  });

  test('lets one at a time work, within a process too', async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await sleep(5);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 8 }, () => withFileLock(target, {}, work)));
    expect(most).toBe(1);
  });

  test('that another process holds is waited for, which is said once, and then given up with its name', async () => {
    const child = await started('hold');
    const waits: (readonly string[])[] = [];
    const options = {
      waitMs: 400,
      tellAfterMs: 100,
      waiting: (...told: readonly string[]) => void waits.push(told),
    };
    try {
      await expect(withFileLock(target, options, async () => {})).rejects.toMatchObject({
        kind: 'busy',
        message: expect.stringMatching(new RegExp(`is being written by process ${child.pid} of "`)),
        remedy: expect.stringContaining(lockPath()),
      });
    } finally {
      await killed(child);
    }
    expect(waits).toEqual([[expect.stringMatching(`^process ${child.pid} of ".*"$`), target]]);
  });

  test('of a process that was killed is taken at once', async () => {
    await killed(await started('hold'));
    const begin = performance.now();
    await withFileLock(target, {}, async () => {});
    expect(performance.now() - begin).toBeLessThan(5000);
    expect(await readdir(folder)).toEqual([]);
  });

  test('of a process whose number was given to another is taken at once', async () => {
    const own = await createLockOwner();
    await symlink(
      formatLockOwner({ ...own, start: `${Number(own.start) + 1}`, id: 'a1' }),
      lockPath(),
    );
    await withFileLock(target, { waitMs: 500 }, async () => {});
  });

  test('is taken although another one died while it took that', async () => {
    const own = await createLockOwner();
    const dead = { ...own, pid: 2 ** 22 + 1, id: 'dead01' };
    await symlink(formatLockOwner(dead), lockPath());
    const nested = await lockNameSeen();
    await symlink(formatLockOwner({ ...dead, id: 'dead02' }), join(folder, nested));
    await withFileLock(target, { waitMs: 500 }, async () => {});
    expect(await readdir(folder)).toEqual([]);
  });

  test.each([
    [
      'on another machine',
      async () => formatLockOwner({ ...(await createLockOwner()), space: 'other', host: 'far' }),
      / on "far"$/,
    ],
    ['of another kind', async () => 'a text of another program', /another process$/],
  ])('of a holder %s is believed for a while', async (_, makeText, message) => {
    const text = await makeText();
    await symlink(text, lockPath());
    const early = withFileLock(target, { waitMs: 100, abandonedMs: 60_000 }, async () => {});
    await expect(early).rejects.toThrow(message);
    expect(await readlink(lockPath())).toBe(text);
    await withFileLock(target, { waitMs: 10_000, abandonedMs: 100 }, async () => {});
  });

  test('that was taken away is not given back, and its holder hears of it', async () => {
    const work = withFileLock(target, {}, async ({ assertHeld }) => {
      await assertHeld();
      await rm(lockPath());
      await symlink('another holder', lockPath());
      await assertHeld();
    });
    await expect(work).rejects.toMatchObject({ kind: 'busy' });
    expect(await readlink(lockPath())).toBe('another holder');
  });

  test('may be a plain file where the file system has no symbolic links', async () => {
    await writeFile(
      lockPath(),
      formatLockOwner({ ...(await createLockOwner()), pid: 2 ** 22 + 1 }),
    );
    await withFileLock(target, { waitMs: 500 }, async () => {});
  });

  test('has the name of a host with a colon without one', async () => {
    expect(formatLockOwner(await createLockOwner())).toContain(hostname().replaceAll(':', '_'));
  });
});

test('of processes that are killed at random moments no two ever hold the lock together', () =>
  withRandom(async (random) => {
    const log = join(folder, 'log');
    const worker = async (moments: readonly number[]): Promise<void> => {
      for (const moment of moments) {
        const child = await started('count', log);
        await sleep(moment * 60);
        await killed(child);
      }
    };
    const moments = () => Array.from({ length: 8 }, random);
    await Promise.all([moments(), moments(), moments(), moments()].map(worker));
    // Each holder writes `+` and its number, sleeps, and writes `-` and its number, unless it is killed in between.
    const lines = (await readFile(log, 'utf8')).trim().split('\n');
    const ends = lines.filter((line) => line.startsWith('-'));
    const bad = ends.filter((line) => lines[lines.indexOf(line) - 1] !== line.replace('-', '+'));
    expect(bad).toEqual([]);
    expect(ends.length).toBeGreaterThan(0);
  }));

/** The name of the right to take away the lock that is there now: a holder of it is met before it is asked for. */
async function lockNameSeen(): Promise<string> {
  const { createHash } = await import('node:crypto');
  const text = await readlink(lockPath());
  return `.store.yaml.lock.${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}
