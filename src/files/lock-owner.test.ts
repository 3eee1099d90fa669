import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { describe, expect, test } from '@jest/globals';

import { createLockOwner, formatLockOwner, isAlive, parseLockOwner } from './lock-owner.ts';

describe('the owner of a lock', () => {
  test('is this process, which runs', async () => {
    const own = await createLockOwner();

    expect(own.pid).toBe(process.pid);
    expect(parseLockOwner(formatLockOwner(own))).toEqual(own);
    expect(await isAlive(own, own)).toBe(true);
  });

  test('no longer runs once its process has ended', async () => {
    const own = await createLockOwner();
    const child = spawn('sleep', ['60']);
    child.kill('SIGKILL');
    await once(child, 'exit');

    expect(await isAlive({ ...own, pid: child.pid ?? 0 }, own)).toBe(false);
  });

  test('cannot be asked where its system has not said which process it is', async () => {
    const own = await createLockOwner();

    expect(await isAlive({ ...own, pid: 0 }, own)).toBeUndefined();
  });

  test('cannot be asked on another machine', async () => {
    const own = await createLockOwner();

    expect(await isAlive({ ...own, space: 'other' }, own)).toBeUndefined();
  });
});
