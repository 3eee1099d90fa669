import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect, test } from '@jest/globals';

import { HeldMessages } from './held-messages.ts';

const PREFIXES = ['docker: ', 'unknown flag: '];
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

test('is kept waiting by the first byte that is held, and by none that follows', async () => {
  const { passed, push, messages } = collect(100);
  const released = once(messages, 'readable');

  push('docker: is what I teach\n');
  const talk = setInterval(() => push('and I go on\n'), 10);
  await released;
  clearInterval(talk);

  expect(passed()).toMatch(/^docker: is what I teach\n(?:and I go on\n)+$/);
});

test('holds no more than 64 KiB', () => {
  const { passed, push } = collect();
  const long = `docker: ${'x'.repeat(64 * 1024)}`;

  push(long);

  expect(passed()).toBe(long);
});

test('a line that a prompt began is not held', () => {
  const { passed, push } = collect();

  push('which? ');
  push('docker: that one\n');

  expect(passed()).toBe('which? docker: that one\n');
});

test('keeps back who writes faster than is read', async () => {
  const { messages } = collect();
  let isFull = false;
  for (let count = 0; count < 100 && !isFull; count += 1) {
    isFull = !messages.write('x'.repeat(1024));
    await sleep(0);
  }

  expect(isFull).toBe(true);
});
