import { setTimeout as sleep } from 'node:timers/promises';

import { expect } from '@jest/globals';

/** A `submarine` whose command says `ready` and stays. */
interface Running {
  /** What it has written so far. */
  readonly output: () => string;
  readonly until: (text: string) => Promise<void>;
  readonly kill: (signal: NodeJS.Signals) => unknown;
  readonly end: () => Promise<{ readonly code: number | null }>;
}

const MOMENTS = 24;

/**
 * Sends TERM once when the command is there, and then at moments over as long as that start took.
 *
 * @param ended - asked after each: what is to be true then
 */
export async function terminateAtEachMoment(
  start: () => Running,
  ended: () => Promise<void>,
): Promise<void> {
  const begin = performance.now();
  const terminate = async (moment: (running: Running) => Promise<unknown>) => {
    const running = start();
    const whenMs = await moment(running);
    const isReady = running.output().includes('ready');
    running.kill('SIGTERM');
    const { code } = await running.end();
    await ended();
    return { whenMs, isReady, code };
  };
  let startMs = 0;
  const last = await terminate(async ({ until }) => {
    await until('ready');
    startMs = performance.now() - begin;
  });
  expect(last).toMatchObject({ isReady: true, code: 143 });
  const outcomes = [];
  for (let index = 0; index < MOMENTS; index += 1) {
    const whenMs = (startMs * index) / (MOMENTS - 1);
    outcomes.push(await terminate(() => sleep(whenMs, whenMs)));
  }
  // 143 of the command, or the signal's own where nothing had been started yet.
  expect(outcomes.filter(({ code }) => code !== 143 && code !== null)).toEqual([]);
  // Some came while the start was on its way.
  expect(outcomes).toContainEqual({ whenMs: expect.any(Number), isReady: false, code: 143 });
}
