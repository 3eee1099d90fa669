import { EventEmitter } from 'node:events';
import { constants } from 'node:os';

import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';

import type { Run, RunEnd } from '../../engines/engine.ts';
import type { FollowOptions } from './signals.ts';
import { Signals } from './signals.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** A process that is sent signals; those that it sends itself are kept. */
class Process extends EventEmitter {
  readonly pid = 42;
  readonly sent: string[] = [];

  kill(pid: number, signal: NodeJS.Signals): void {
    this.sent.push(`${pid} ${signal}`);
  }
}

/** A command that has not ended, and what it was given. */
function newCommand() {
  const given: NodeJS.Signals[] = [];
  let end: (end: RunEnd) => void = () => {};
  const run = {
    ended: new Promise<RunEnd>((resolve) => (end = resolve)),
    signal: async (signal: NodeJS.Signals) => void given.push(signal),
  } as Partial<Run> as Run;
  return { run, given, end };
}

/** What a command is given of signals that come so many milliseconds after each other. */
function relayed(
  signals: readonly (readonly [NodeJS.Signals, number])[],
  options?: FollowOptions,
): readonly NodeJS.Signals[] {
  const self = new Process();
  const { run, given } = newCommand();
  void new Signals(self).follow(run, options);
  for (const [signal, afterMs] of signals) {
    jest.advanceTimersByTime(afterMs);
    self.emit(signal, signal, constants.signals[signal]);
  }
  return given;
}

test.each<[NodeJS.Signals, NodeJS.Signals]>([
  ['SIGINT', 'SIGINT'],
  ['SIGTERM', 'SIGTERM'],
  ['SIGHUP', 'SIGTERM'],
  ['SIGQUIT', 'SIGQUIT'],
  ['SIGUSR1', 'SIGUSR1'],
  ['SIGUSR2', 'SIGUSR2'],
  ['SIGWINCH', 'SIGWINCH'],
])('%s reaches a command once, as %s', (signal, expected) => {
  expect(relayed([[signal, 0]])).toEqual([expected]);
});

test('an interactive shell is hung up as itself', () => {
  expect(relayed([['SIGHUP', 0]], { hangUpAs: 'SIGHUP' })).toEqual(['SIGHUP']);
});

test('a second HUP is the same event', () => {
  expect(
    relayed([
      ['SIGHUP', 0],
      ['SIGHUP', 10],
    ]),
  ).toEqual(['SIGTERM']);
});

test.each<NodeJS.Signals>(['SIGINT', 'SIGTERM'])(
  'a second %s within five seconds kills, and a later one is the first again',
  (signal) => {
    expect(
      relayed([
        [signal, 0],
        [signal, 4999],
      ]),
    ).toEqual([signal, 'SIGKILL']);
    expect(
      relayed([
        [signal, 0],
        [signal, 5000],
      ]),
    ).toEqual([signal, signal]);
  },
);

test('two different signals kill nothing, nor does a second of another kind', () => {
  expect(
    relayed([
      ['SIGINT', 0],
      ['SIGTERM', 10],
      ['SIGUSR1', 10],
      ['SIGUSR1', 10],
    ]),
  ).toEqual(['SIGINT', 'SIGTERM', 'SIGUSR1', 'SIGUSR1']);
});

test('what has not ended by the stop timeout is killed, unless it ends or was only told something', async () => {
  const self = new Process();
  const { run, given, end } = newCommand();
  const followed = new Signals(self).follow(run, { stopTimeoutMs: 1000 });
  self.emit('SIGUSR1', 'SIGUSR1');
  jest.advanceTimersByTime(2000);
  self.emit('SIGTERM', 'SIGTERM');
  jest.advanceTimersByTime(999);
  expect(given).toEqual(['SIGUSR1', 'SIGTERM']);
  jest.advanceTimersByTime(1);
  expect(given).toEqual(['SIGUSR1', 'SIGTERM', 'SIGKILL']);
  end({ exitCode: 137 });
  expect(await followed).toEqual({ exitCode: 137 });

  const other = newCommand();
  const ended = new Signals(self).follow(other.run, { stopTimeoutMs: 1000 });
  self.emit('SIGTERM', 'SIGTERM');
  other.end({ exitCode: 0 });
  await ended;
  jest.advanceTimersByTime(2000);
  expect(other.given).toEqual(['SIGTERM']);
});

test('a command that cannot be given a signal ends nothing', async () => {
  const self = new Process();
  const { run, end } = newCommand();
  const deaf = { ...run, signal: () => Promise.reject(new Error('gone')) };
  const followed = new Signals(self).follow(deaf);
  self.emit('SIGINT', 'SIGINT');
  end({ exitCode: 0 });

  expect(await followed).toEqual({ exitCode: 0 });
});

test('while an operation works the first signal aborts it, and the second ends the process', () => {
  const self = new Process();
  const { aborted } = new Signals(self);
  self.emit('SIGUSR1', 'SIGUSR1');
  expect(aborted.aborted).toBe(false);

  self.emit('SIGTERM', 'SIGTERM');
  expect(aborted.reason).toMatchObject({ kind: 'interrupted', signal: 'SIGTERM' });
  expect(self.sent).toEqual([]);
  self.emit('SIGINT', 'SIGINT');

  expect(self.sent).toEqual(['42 SIGINT']);
  expect(self.eventNames()).toEqual([]);
});

test('the signals of a command that is followed abort nothing', async () => {
  const self = new Process();
  const signals = new Signals(self);
  const { aborted } = signals;
  const { run, end } = newCommand();
  const followed = signals.follow(run);
  self.emit('SIGINT', 'SIGINT');
  end({ exitCode: 130 });
  await followed;
  expect(aborted.aborted).toBe(false);

  self.emit('SIGINT', 'SIGINT');
  expect(aborted.aborted).toBe(true);
  signals.stop();
  expect(self.eventNames()).toEqual([]);
});
