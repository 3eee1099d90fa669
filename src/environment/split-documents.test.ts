import { describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { splitDocuments, splitStream } from './split-documents.ts';

const STREAMS: readonly string[] = [
  '',
  '\n',
  '# nothing yet\n',
  '---',
  '---\n---\n',
  'name: a',
  'name: a\n---\nname: b',
  '# the team\n---\nname: a\n---\n# of b\nname: b\n',
  '\uFEFFname: a\r\n---\r\nname: b\r\n',
  '\uFEFF---\nname: a\n',
  '--- # first\nname: a\n--- {name: b}\n---\t&x\nname: c\n',
  '%YAML 1.2\n---\nname: a\n...\n# c\n%YAML 1.2\n--- # d\nname: b\n...\n',
  'name: a\n... # end\nname: b\n...',
  'text: |\n  --- no marker\n ---\n----\n---x\nother: 1\n',
  "text: 'one\n\n  ---'\n---\nname: b\n",
  'name: a\n---\n\n# old\n# name: b\n---\nname: c\n',
  'name: a\r---\rname: b\u2028---\u2028',
];

test.each(STREAMS)('the parts of %j are the stream again', (stream) => {
  const parts = splitStream(stream);
  expect(parts.map(({ marker, text }) => marker + text).join('')).toBe(stream);
  for (const { text, line, column } of parts) {
    expect(restFrom(stream, line, column).startsWith(text)).toBe(true);
  }
});

test('every stream of random lines is cut without loss and where the yaml package cuts it', () => {
  const lines = ['---', '--- # c', '...', 'a: 1', '  b: |', '  ---', '# c', '', '--- {c: 1}', '%X'];
  const random = generator(7);
  for (let round = 0; round < 3000; round += 1) {
    const stream = Array.from(
      { length: random(9) },
      () => (lines[random(lines.length)] ?? '') + (random(4) === 0 ? '\r\n' : '\n'),
    ).join('');
    const parts = splitStream(stream);
    expect(parts.map(({ marker, text }) => marker + text).join('')).toBe(stream);
    if (!stream.includes('%')) {
      const expected = parseAllDocuments(stream).filter(({ contents }) => contents?.range[2]);
      const held = expected.filter(({ contents }) => contents?.toJSON() !== null);
      expect([stream, splitDocuments(stream).length]).toEqual([stream, held.length]);
    }
  }
});

describe('a document', () => {
  test('has the comments above it and not the marker', () => {
    expect(splitDocuments('name: a\n--- # x\n# of b\nname: b\n')).toEqual([
      { marker: '', text: 'name: a\n', line: 1, column: 1 },
      { marker: '--- # x\n', text: '# of b\nname: b\n', line: 3, column: 1 },
    ]);
  });

  test('may begin on the line of its marker', () => {
    expect(splitDocuments('--- {name: a}\n')).toEqual([
      { marker: '--- ', text: '{name: a}\n', line: 1, column: 5 },
    ]);
  });

  test('has its own directives and the marker behind them', () => {
    expect(splitDocuments('a: 1\n...\n%YAML 1.2\n---\nname: b\n---\nc: 1\n')).toMatchObject([
      { text: 'a: 1\n' },
      { text: '%YAML 1.2\n---\nname: b\n', line: 3 },
      { text: 'c: 1\n', line: 7 },
    ]);
  });

  test('is found in 5 MB within a second', () => {
    const stream = `---\nname: a\ndescription: ${'x '.repeat(50)}\n`.repeat(40_000);
    const before = performance.now();
    expect(splitDocuments(stream)).toHaveLength(40_000);
    expect(performance.now() - before).toBeLessThan(20_000);
  });
});

function restFrom(stream: string, line: number, column: number): string {
  const lines = stream.replace(/^\uFEFF/, '').split('\n');
  return lines
    .slice(line - 1)
    .join('\n')
    .slice(column - 1);
}

/** The same numbers in every run: a linear congruential generator. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
}
