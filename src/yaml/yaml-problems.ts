import type { YAMLError } from 'yaml';

import { excerpt } from '../text/excerpt.ts';
import { escapeControls } from '../text/quote.ts';
import type { Refusal } from '../text/refusal.ts';

/** What is wrong with a text as YAML, and where: an offset in the text. */
export interface TextProblem extends Refusal {
  readonly offset: number;
}

export const NO_ANCHOR: Refusal = {
  message: 'the alias has no anchor',
  remedy: 'put a text that begins with * in quotes',
};
export const TOO_MANY_ALIASES: Refusal = {
  message: 'the aliases of the document stand for too many values',
  remedy: 'write the values out',
};
export const TOO_DEEP: Refusal = {
  message: 'the document is nested too deeply',
  remedy: 'write it as the examples do',
};

const WRONG_COLUMN: Refusal = {
  message: 'the line begins in a column that fits no line above',
  remedy: 'indent it like its neighbours',
};
const NO_COLON: Refusal = {
  message: 'the line has no colon',
  remedy: 'write it as key: value, or indent it',
};
const LIST_BEHIND_KEY: Refusal = {
  message: 'a list begins on the line of its key',
  remedy: 'put it on a line of its own, or the text in quotes',
};
const TWO_COLONS: Refusal = {
  message: 'there are two colons on the line',
  remedy: 'put the text in quotes, or begin a new line',
};

/** How to mend what the reader found; for the rest the line is enough. */
const BY_CODE: Readonly<Record<string, Refusal>> = {
  TAB_AS_INDENT: { message: 'a tab stands where the line is indented', remedy: 'use spaces' },
  BAD_SCALAR_START: { message: 'a text cannot begin like this', remedy: 'put it in quotes' },
  BAD_DQ_ESCAPE: {
    message: 'a \\ in double quotes is not followed by what YAML knows',
    remedy: 'use single quotes',
  },
  MULTILINE_IMPLICIT_KEY: NO_COLON,
  BAD_INDENT: WRONG_COLUMN,
  MISSING_CHAR: { message: 'a quote, bracket or colon is missing', remedy: 'close what is open' },
};

/** What a reader of YAML says only in words. */
const BY_WORDS: readonly (readonly [string, Refusal])[] = [
  ['call stack', TOO_DEEP],
  ['must start at the same column', WRONG_COLUMN],
  ['Implicit map keys need to be followed by map values', NO_COLON],
  ['block-seq-ind on same line with key', LIST_BEHIND_KEY],
  [
    'Unexpected scalar at node end',
    {
      message: 'there is text behind the end of the value',
      remedy: 'put the whole value in quotes, or remove what is behind it',
    },
  ],
];

/**
 * Says in words what a reader of YAML has found. It goes on reading behind a mistake, and is confused by it: the first
 * problem of each line counts, and where something is left open, that alone.
 */
export function explainErrors(errors: readonly YAMLError[], text: string): readonly TextProblem[] {
  // Of the lines that were taken for one key the reader says the same in two ways.
  const columns = errors.filter(({ code }) => code === 'BLOCK_AS_IMPLICIT_KEY');
  const syntax = errors.filter(
    ({ code, pos }) =>
      code !== 'MULTILINE_IMPLICIT_KEY' || columns.every((error) => error.pos[0] !== pos[0]),
  );
  const open = findOpen(text, Math.max(...syntax.map(({ pos }) => pos[1])));
  if (open !== undefined) return [open];
  const problems = syntax.map((error) => explain(error, text));
  const lineOf = ({ offset }: TextProblem): number => text.slice(0, offset).split('\n').length;
  const lines = problems.map(lineOf);
  return problems.filter((_, index) => lines.indexOf(lines[index] ?? 0) === index);
}

export function twinProblem(key: string, offset: number): TextProblem {
  return key === '' || key === 'null'
    ? { offset, message: 'there is no key in front of the colon', remedy: 'write one' }
    : {
        offset,
        message: `the key ${excerpt(key)} is here a second time`,
        remedy: 'keep one of the two',
      };
}

function explain({ code, message, pos }: YAMLError, text: string): TextProblem {
  const [offset] = pos;
  const byWords = BY_WORDS.find(([words]) => message.includes(words))?.[1];
  if (byWords !== undefined) return { offset, ...byWords };
  if (code === 'BLOCK_AS_IMPLICIT_KEY') return explainColumn(offset, text);
  const other = {
    message: `this is no YAML (${escapeControls(message).slice(0, 120)})`,
    remedy: 'mend the line',
  };
  return { offset, ...(BY_CODE[code] ?? other) };
}

/** The reader has taken what stands on several lines for one value: the lines as they were written decide. */
function explainColumn(offset: number, text: string): TextProblem {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const line = lineAt(text, start);
  const plain = line.replaceAll(/"[^"]*"|'[^']*'|#.*$/g, '');
  if (/:[ \t]+-[ \t]/.test(plain)) return { offset, ...LIST_BEHIND_KEY };
  if ((plain.match(/:(?=[ \t]|$)/g) ?? []).length > 1) return { offset, ...TWO_COLONS };
  const own = indentOf(line);
  // Behind the beginning of its own line it is the next one that goes wrong.
  const next = offset - start > own ? nextLine(text, start + line.length + 1) : undefined;
  return { offset: next ?? start + own, ...WRONG_COLUMN };
}

function lineAt(text: string, start: number): string {
  const end = text.indexOf('\n', start);
  return text.slice(start, end === -1 ? undefined : end);
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** Where the next line begins that holds something. */
function nextLine(text: string, start: number): number | undefined {
  for (let at = start; at < text.length; at += lineAt(text, at).length + 1) {
    const line = lineAt(text, at);
    if (line.trim() !== '' && !line.trim().startsWith('#')) return at + indentOf(line);
  }
  return undefined;
}

const CLOSING: Readonly<Record<string, string>> = { '[': ']', '{': '}', '"': '"', "'": "'" };

/** The first bracket or quote that is not closed before the reader gave up. */
function findOpen(text: string, end: number): TextProblem | undefined {
  const open: number[] = [];
  for (let at = 0; at < end; at++) {
    const char = text[at] ?? '';
    const isStart = open.length > 0 || /[\s:,[{-]/.test(text[at - 1] ?? '\n');
    if (char === '#' && /\s/.test(text[at - 1] ?? '\n')) at += lineAt(text, at).length;
    else if ((char === '"' || char === "'") && isStart && /[\s:,[{-]/.test(text[at - 1] ?? '\n')) {
      const closing = closingQuote(text, at);
      if (closing === undefined) return notClosed(text, at);
      at = closing;
    } else if ((char === '[' || char === '{') && isStart) open.push(at);
    else if (char === ']' || char === '}') open.pop();
  }
  const [first] = open;
  return first === undefined ? undefined : notClosed(text, first);
}

function closingQuote(text: string, at: number): number | undefined {
  const pattern = text[at] === '"' ? /(?:[^"\\]|\\[^])*"/y : /(?:[^']|'')*'/y;
  pattern.lastIndex = at + 1;
  return pattern.test(text) ? pattern.lastIndex - 1 : undefined;
}

function notClosed(text: string, offset: number): TextProblem {
  const char = text[offset] ?? '';
  return {
    offset,
    message: `the ${char} is not closed`,
    remedy: `write the ${CLOSING[char]} that belongs to it, or the text in quotes`,
  };
}

export function explainTag({ message }: YAMLError): Refusal {
  const tag = /: (?:tag:yaml\.org,2002:)?(.*)/.exec(message)?.[1] ?? '';
  return {
    message: `the tag ${excerpt(`!!${tag.replace(/^!+/, '')}`)} belongs to another program`,
    remedy: 'remove it',
  };
}
