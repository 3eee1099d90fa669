import { once } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';

import { expect, jest, test } from '@jest/globals';

import { HeldMessages } from './held-messages.ts';

const PREFIXES = ['docker: ', 'unknown flag: ', 'invalid argument "'];
/** Long enough for a test that waits for nothing. */
const NEVER_MS = 60_000;

function collect(patienceMs = NEVER_MS) {
  const messages = new HeldMessages(PREFIXES, patienceMs);
  return {
    messages,
    push: (text: string) => void messages.write(text),
    /** What has been passed on so far. */
    passed: () => {
      const chunk: Buffer | null = messages.read();
      return chunk === null ? '' : chunk.toString();
    },
  };
}

test.each([
  ['out of band'],
  ['a progress bar\r 10 %'],
  ['two\nlines\n'],
  ['a docker: inside a line'],
])('passes on %j at once', (text) => {
  const { passed, push } = collect();

  push(text);

  expect(passed()).toBe(text);
});

test('holds the message of the client, to be explained', () => {
  const { passed, push, messages } = collect();

  push('WARNING: slow\ndocker: Error response');
  push(' from daemon.\n\nRun it again.\n');

  expect(passed()).toBe('WARNING: slow\n');
  expect(messages.takeMessage()).toBe('docker: Error response from daemon.\n\nRun it again.\n');
});

test('knows a message that comes in two pieces', () => {
  const { passed, push, messages } = collect();

  push('doc');
  push('ker: no\n');

  expect([passed(), messages.takeMessage()]).toEqual(['', 'docker: no\n']);
});

test('passes on a line that only began like one', () => {
  const { passed, push } = collect();

  push('doc');
  push('tor\n');

  expect(passed()).toBe('doctor\n');
});

test('lets go of what the client would have ended with by then', async () => {
  const { passed, push, messages } = collect(20);

  push('docker: is what I teach\n');
  await once(messages, 'readable');

  expect([passed(), messages.takeMessage()]).toEqual(['docker: is what I teach\n', '']);
});

test.each(['docker: is what I teach', 'unknown flag: of a pirate', 'invalid argument "because"'])(
  'is kept waiting by the first byte that is held, and by none that follows: %s',
  (line) => {
    jest.useFakeTimers();
    try {
      const { passed, push } = collect(500);
      push(`${line}\n`);
      for (let spentMs = 0; spentMs < 400; spentMs += 100) {
        jest.advanceTimersByTime(100);
        push('and I go on\n');
      }

      jest.advanceTimersByTime(99);
      expect(passed()).toBe('');
      jest.advanceTimersByTime(1);
      expect(passed()).toBe(`${line}\n${'and I go on\n'.repeat(4)}`);
    } finally {
      jest.useRealTimers();
    }
  },
);

test('waits anew for what begins like a message after another line did', () => {
  jest.useFakeTimers();
  try {
    const { passed, push } = collect(500);
    push('doc');
    jest.advanceTimersByTime(400);
    push('tor\ndocker: no\n');
    jest.advanceTimersByTime(400);

    expect(passed()).toBe('doctor\n');
  } finally {
    jest.useRealTimers();
  }
});

test('holds 64 KiB and no more', () => {
  const { passed, push } = collect();
  const most = `docker: ${'x'.repeat(64 * 1024 - 'docker: '.length)}`;

  push(most);
  expect(passed()).toBe('');
  push('x');
  expect(passed()).toBe(`${most}x`);
});

test('a line that a prompt began is not held', () => {
  const { passed, push } = collect();

  push('which? ');
  push('docker: that one\n');

  expect(passed()).toBe('which? docker: that one\n');
});

/** Turns of the event loop, in which whatever can go on does. */
const TURNS = 20_000;
const CHUNK = Buffer.from(`${'x'.repeat(1023)}\n`);

/** How much is taken from a source of 16 MiB by a reader that takes as many chunks and then waits. */
async function takenOf(first: string, readerTakes: number): Promise<number> {
  let taken = 0;
  const source = Readable.from(
    (function* chunks() {
      yield Buffer.from(first);
      for (; taken < 16 * 1024; taken += 1) yield CHUNK;
    })(),
    { objectMode: false },
  );
  let left = readerTakes;
  const reader = new Writable({
    write: (_chunk, _encoding, done) => {
      left -= 1;
      if (left >= 0) done();
    },
  });
  source.pipe(new HeldMessages(PREFIXES, NEVER_MS)).pipe(reader);
  for (let turn = 0; turn < TURNS; turn += 1) await setImmediate();
  source.destroy();
  return taken;
}

test.each(['said\n', 'docker: is what I teach\n'])(
  'takes no more than it can hand on, with a reader that waits (first %j)',
  async (first) => {
    // The buffers of the three streams, and what is held.
    expect(await takenOf(first, 0)).toBeLessThan(256);
    expect(await takenOf(first, Infinity)).toBe(16 * 1024);
  },
);
