import { describe, expect, test } from '@jest/globals';

import {
  appendDocuments,
  deleteDocuments,
  documentsOf,
  parseStream,
  replaceDocuments,
  serializeStream,
} from './document-stream.ts';

const add = (stream: string, ...texts: string[]): string =>
  serializeStream(appendDocuments(parseStream(stream), texts));

const remove = (text: string, ...numbers: number[]): string => {
  const stream = parseStream(text);
  const gone = documentsOf(stream).filter((_, index) => numbers.includes(index));
  return serializeStream(deleteDocuments(stream, new Set(gone)));
};

const replace = (text: string, number: number, by: string): string => {
  const stream = parseStream(text);
  const old = documentsOf(stream).slice(number, number + 1);
  return serializeStream(replaceDocuments(stream, new Map(old.map((part) => [part, by]))));
};

const textsOf = (stream: string): string[] =>
  documentsOf(parseStream(stream)).map(({ text }) => text);

describe('adding', () => {
  test.each([
    ['an empty file', '', 'a: 1\n', 'a: 1\n'],
    ['a file with a byte order mark', '\uFEFF', 'a: 1\n', '\uFEFFa: 1\n'],
    ['a file of comments', '# the team\n', 'a: 1\n', '# the team\n---\na: 1\n'],
    ['a document', 'a: 1\n', 'b: 1\n', 'a: 1\n---\nb: 1\n'],
    ['a file without a last line end', 'a: 1', 'b: 1', 'a: 1\n---\nb: 1\n'],
    ['a file with CRLF', 'a: 1\r\n', 'b: 1\n', 'a: 1\r\n---\r\nb: 1\n'],
    [
      'a file that ends with CRLF missing',
      'a: 1\r\nb: 2',
      'c: 1',
      'a: 1\r\nb: 2\r\n---\r\nc: 1\r\n',
    ],
    ['a marker with nothing behind it', 'a: 1\n---\n', 'b: 1\n', 'a: 1\n---\nb: 1\n'],
    ['a marker without a line end', 'a: 1\n---', 'b: 1\n', 'a: 1\n---\nb: 1\n'],
    ['an end marker', 'a: 1\n...\n', 'b: 1\n', 'a: 1\n...\n---\nb: 1\n'],
    [
      'a document, with directives',
      'a: 1\n',
      '# c\n%YAML 1.2\n---\nb: 1\n',
      'a: 1\n...\n# c\n%YAML 1.2\n---\nb: 1\n',
    ],
  ])('to %s keeps every byte of it', (_, stream, text, expected) => {
    expect(add(stream, text)).toBe(expected);
  });

  test('several documents keeps their order', () => {
    expect(add('', 'a: 1', 'b: 1', 'c: 1')).toBe('a: 1\n---\nb: 1\n---\nc: 1\n');
  });
});

describe('deleting', () => {
  const three = '# of a\na: 1\n---\n# of b\nb: 1\n--- # of c\nc: 1\n';

  test.each([
    ['the first', three, [0], '# of b\nb: 1\n--- # of c\nc: 1\n'],
    ['the second', three, [1], '# of a\na: 1\n--- # of c\nc: 1\n'],
    ['the last', three, [2], '# of a\na: 1\n---\n# of b\nb: 1\n'],
    ['the first two', three, [0, 1], '--- # of c\nc: 1\n'],
    ['all', three, [0, 1, 2], ''],
    ['one above a missing line end', 'a: 1\n---\nb: 1', [0], 'b: 1'],
    [
      'one below a comment on the file',
      '# the team\n\na: 1\n---\nb: 1\n',
      [0],
      '# the team\n\n---\nb: 1\n',
    ],
    [
      'one below a comment with a marker',
      '# the team\n---\na: 1\n---\nb: 1\n',
      [0],
      '# the team\n---\nb: 1\n',
    ],
    ['one above a comment alone', 'a: 1\n---\n# b: 1\n---\nc: 1\n', [0], '# b: 1\n---\nc: 1\n'],
    ['one behind a byte order mark', '\uFEFFa: 1\r\n---\r\nb: 1\r\n', [0], '\uFEFFb: 1\r\n'],
    ['one with an end marker', 'a: 1\n---\nb: 1\n...\n---\nc: 1\n', [1], 'a: 1\n---\nc: 1\n'],
    ['one above directives', 'a: 1\n...\n%YAML 1.2\n---\nb: 1\n', [0], '%YAML 1.2\n---\nb: 1\n'],
    [
      'one between directives',
      'a: 1\n---\nb: 1\n...\n%YAML 1.2\n---\nc: 1\n',
      [1],
      'a: 1\n...\n%YAML 1.2\n---\nc: 1\n',
    ],
  ])('%s leaves every byte of the others', (_, stream, numbers, expected) => {
    expect(remove(stream, ...numbers)).toBe(expected);
  });
});

describe('replacing', () => {
  test.each([
    ['the first', 'a: 1\n---\nb: 1\n', 0, 'x: 1\n', 'x: 1\n---\nb: 1\n'],
    ['the last', 'a: 1\n--- # of b\nb: 1', 1, 'x: 1', 'a: 1\n--- # of b\nx: 1\n'],
    [
      'one on the line of its marker',
      '--- {a: 1}\n---\nb: 1\n',
      0,
      'x: 1\n',
      '---\nx: 1\n---\nb: 1\n',
    ],
    [
      'one by one with directives',
      'a: 1\n---\nb: 1\n',
      1,
      '%YAML 1.2\n---\nx: 1\n',
      'a: 1\n...\n%YAML 1.2\n---\nx: 1\n',
    ],
    [
      'one below a comment on the file',
      '# the team\n\na: 1\n',
      0,
      'x: 1\n',
      '# the team\n\nx: 1\n',
    ],
    [
      'one by one with that comment',
      '# the team\n\na: 1\n',
      0,
      '# the team\n\nx: 1\n',
      '# the team\n\nx: 1\n',
    ],
  ])('%s leaves every byte of the others', (_, stream, number, text, expected) => {
    expect(replace(stream, number, text)).toBe(expected);
  });
});

test('in random streams each change touches its own document alone', () => {
  const lines = [
    '---',
    '---',
    '--- # c',
    '...',
    'a: 1',
    'b: |',
    '  ---',
    '# c',
    '',
    '--- {c: 1}',
    '...\n%X 1\n---',
  ];
  const random = generator(11);
  for (let round = 0; round < 5000; round += 1) {
    const count = random(12);
    const stream = Array.from(
      { length: count },
      (_, index) =>
        (lines[random(lines.length)] ?? '') +
        (index === count - 1 && random(3) === 0 ? '' : random(4) === 0 ? '\r\n' : '\n'),
    ).join('');
    const texts = textsOf(stream);
    const number = random(texts.length + 1);
    const others = texts.filter((_, index) => index !== number).map(lastLineClosed);
    expect(serializeStream(parseStream(stream))).toBe(stream);

    const added = add(stream, 'new: 1\n');
    expect(added.startsWith(stream)).toBe(true);
    expect(textsOf(added).map(lastLineClosed)).toEqual([...texts.map(lastLineClosed), 'new: 1\n']);

    expect([stream, textsOf(remove(stream, number)).map(lastLineClosed)]).toEqual([stream, others]);
    if (number < texts.length) {
      const replaced = textsOf(replace(stream, number, 'new: 1\n')).map(lastLineClosed);
      expect(replaced[number]).toMatch(/new: 1\n$/);
      expect(replaced.filter((_, index) => index !== number)).toEqual(others);
    }
  }
});

function lastLineClosed(text: string): string {
  return text.replace(/\r?\n?$/, '\n');
}

/** The same numbers in every run: a linear congruential generator. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
}
