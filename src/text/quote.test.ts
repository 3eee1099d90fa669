import { execFileSync } from 'node:child_process';

import { describe, expect, test } from '@jest/globals';

import { escapeControls, quote, shellQuote } from './quote.ts';

describe('quote', () => {
  test.each([
    ['plain', '"plain"'],
    ['say "hi"', String.raw`"say \"hi\""`],
    ['a\\b', String.raw`"a\\b"`],
    ['two\nlines', String.raw`"two\nlines"`],
    ['\u001b[2Jgone', String.raw`"\u{1b}[2Jgone"`],
    ['right\u202Eto left', String.raw`"right\u{202e}to left"`],
    ['grün 環境', '"grün 環境"'],
  ])('shows %j as %s', (text, shown) => {
    expect(quote(text)).toBe(shown);
  });

  test('leaves no character that a terminal obeys', () => {
    const all = Array.from({ length: 0x3000 }, (_, code) => String.fromCodePoint(code)).join('');

    expect(escapeControls(all)).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
  });
});

describe('shellQuote', () => {
  test.each([
    'plain',
    '',
    'two words',
    "it's",
    '"double"',
    '$(reboot)',
    '`reboot`',
    '$HOME',
    'a\nb',
    '-n',
    '*',
    '~',
    'a\\b',
    '!!',
    'A=b c',
  ])('gives %j back through a shell', (argument) => {
    const script = `printf %s ${shellQuote(argument)}`;

    expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(argument);
  });

  test('leaves bare what needs no quotes', () => {
    expect(shellQuote('--mount=type=bind')).toBe('--mount=type=bind');
  });
});
