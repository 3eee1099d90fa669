import { setTimeout as sleep } from 'node:timers/promises';

import { expect, test } from '@jest/globals';

import { HeldMessages } from './held-messages.ts';

function collect(patienceMs = 20) {
  const passed: string[] = [];
  const messages = new HeldMessages((bytes) => passed.push(bytes.toString()), patienceMs);
  return { passed, push: (text: string) => messages.push(Buffer.from(text)), messages };
}

test.each([
  ['out of band'],
  ['a progress bar\r 10 %'],
  ['two\nlines\n'],
  ['a docker: inside a line'],
])('passes on %j at once', (text) => {
  const { passed, push } = collect();

  push(text);

  expect(passed).toEqual([text]);
});

test('holds the message of the client, to be explained', () => {
  const { passed, push, messages } = collect();

  push('WARNING: slow\ndocker: Error response');
  push(' from daemon.\n\nRun it again.\n');

  expect(passed).toEqual(['WARNING: slow\n']);
  expect(messages.take()).toBe('docker: Error response from daemon.\n\nRun it again.\n');
});

test('knows a message that comes in two pieces', () => {
  const { passed, push, messages } = collect();

  push('doc');
  push('ker: no\n');

  expect([passed, messages.take()]).toEqual([[], 'docker: no\n']);
});

test('passes on a line that only began like one', () => {
  const { passed, push } = collect();

  push('doc');
  push('tor\n');

  expect(passed.join('')).toBe('doctor\n');
});

test('lets go of what the client would have ended with by then', async () => {
  const { passed, push, messages } = collect();

  push('docker: is what I teach\n');
  await sleep(60);

  expect([passed, messages.take()]).toEqual([['docker: is what I teach\n'], '']);
});

test('a line that a prompt began is not held', () => {
  const { passed, push } = collect();

  push('which? ');
  push('docker: that one\n');

  expect(passed.join('')).toBe('which? docker: that one\n');
});
