import { expect, test } from '@jest/globals';

import { BuildOutput } from './build-output.ts';

function output(...pieces: readonly string[]) {
  const shown: string[] = [];
  const said = new BuildOutput((text) => shown.push(text));
  for (const piece of pieces) said.take(piece);
  return { said, shown: () => shown.join('') };
}

test('what a build says is passed on as it comes, whatever the pieces', () => {
  const { said, shown } = output('submarine: warning: a\nsub', 'marine: built\n', 'other\n');

  said.flush();

  expect(shown()).toBe('submarine: warning: a\nsubmarine: built\nother\n');
});

test('progress, which has no line end, is shown at once', () => {
  const { shown } = output('\rsubmarine: building (1 s)\u001B[K');

  expect(shown()).toBe('\rsubmarine: building (1 s)\u001B[K');
});

test('what a build that failed says last is its error, and not shown', () => {
  const { said, shown } = output(
    'submarine: warning: a\n',
    'submarine: kernel "x" could not be built: no space is left\n  | disk full\n  free some\n  log: /l\n',
  );

  expect(said.failure(73)).toMatchObject({
    kind: 'cannot-write',
    message: 'kernel "x" could not be built: no space is left\n  | disk full',
    remedy: 'free some\n  log: /l',
  });
  expect(shown()).toBe('submarine: warning: a\n');
});

test('a build that was killed says nothing, and keeps its exit code', () => {
  const { said, shown } = output('half a line');

  expect(said.failure(137)).toMatchObject({ kind: 'refused', data: { exitCode: 137 } });
  expect(shown()).toBe('half a line');
});
