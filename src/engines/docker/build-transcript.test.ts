import { expect, test } from '@jest/globals';

import { BuildTranscript } from './build-transcript.ts';

const ESCAPE = '\u001B';
const red = (text: string): string => `${ESCAPE}[91m${text}${ESCAPE}[0m`;

const PRINTED = [
  'Step 1/2 : FROM alpine\n',
  red(`\rbuilding (1 s)${ESCAPE}[K`),
  red(`\rbuilding (2 s)${ESCAPE}[K`),
  red(`\r${ESCAPE}[K`),
  red('submarine: it failed\n  | because\n'),
  'said on stdout\n',
].join('');

function read(size: number) {
  const shown: string[] = [];
  const transcript = new BuildTranscript((text) => shown.push(text));
  for (let at = 0; at < PRINTED.length; at += size) transcript.push(PRINTED.slice(at, at + size));
  return { errors: transcript.errors, plain: transcript.plain, shown };
}

test.each([1, 2, 3, 7, 10_000])(
  'what the steps said on stderr is told apart from all else, in chunks of %d characters',
  (size) => {
    expect(read(size)).toMatchObject({
      errors: 'submarine: it failed\n  | because\n',
      plain: 'Step 1/2 : FROM alpine\nsaid on stdout\n',
    });
  },
);

test('progress is shown as it comes, and nothing else is', () => {
  expect(read(10_000).shown).toEqual(['building (1 s)', 'building (2 s)']);
});
