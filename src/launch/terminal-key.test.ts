import { describe, expect, test } from '@jest/globals';

import { checkDetachKeys, isInteractiveShell } from './terminal-key.ts';

describe('an interactive shell', () => {
  test.each([
    ['bash'],
    ['/bin/sh'],
    ['bash --norc -i'],
    ['zsh -l'],
    ['tmux'],
    ['/submarine-bootstrap.sh --shell'],
  ])('is %s', (line) => {
    expect(isInteractiveShell(line.split(' '))).toBe(true);
  });

  test.each([
    ['bash -c true'],
    ['bash -lc true'],
    ['sh train.sh'],
    ['python'],
    ['python -i'],
    ['sleep 60'],
    ['/submarine-bootstrap.sh --enter'],
  ])('is not %s', (line) => {
    expect(isInteractiveShell(line.split(' '))).toBe(false);
  });
});

test.each(['ctrl-p,ctrl-q', 'a', 'ctrl-@', 'ctrl-\\', 'ctrl-],X'])('%s are keys', (keys) => {
  expect(() => checkDetachKeys(keys)).not.toThrow();
});

test.each(['', ',', 'ctrl-', 'ctrl-1', 'ab', 'a,,b', 'ctrl-P'])('%j are no keys', (keys) => {
  expect(() => checkDetachKeys(keys)).toThrow('invalid keys');
});
