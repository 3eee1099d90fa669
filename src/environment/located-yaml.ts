import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, YAMLError } from 'yaml';
import type { Problem } from '../errors.ts';
import { excerpt } from '../text/excerpt.ts';
import { escapeControls } from '../text/quote.ts';
import type { Refusal } from '../text/refusal.ts';
import type { Finding, Path } from './finding.ts';

/** A place in a file, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A YAML document whose values know where they stand. */
export interface LocatedYaml {
  /** Undefined where the text is no YAML. */
  readonly value: unknown;
  /** What is wrong with the text as YAML. */
  readonly problems: readonly Problem[];
  /** Tags of other languages, which are not followed. */
  readonly warnings: readonly Problem[];
  readonly locate: (finding: Pick<Finding, 'path' | 'part'>) => Position;
  /** A scalar as it is written, without its quotes: `3.10` where the value is the number 3.1. */
  readonly sourceOf: (path: Path) => string | undefined;
}

const MOST_SYNTAX_ERRORS = 10;

/** How to mend what the reader found; for the rest the line is enough. */
const REMEDIES: Readonly<Record<string, Refusal>> = {
  TAB_AS_INDENT: { message: 'a tab stands where the line is indented', remedy: 'use spaces' },
  BAD_SCALAR_START: { message: 'a text cannot begin like this', remedy: 'put it in quotes' },
  BAD_DQ_ESCAPE: {
    message: 'a \\ in double quotes is not followed by what YAML knows',
    remedy: 'use single quotes',
  },
  MULTILINE_IMPLICIT_KEY: {
    message: 'a line has no colon',
    remedy: 'write it as key: value, or indent it',
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'there are two colons or a list on one line',
    remedy: 'put the text in quotes, or begin a new line',
  },
  BAD_INDENT: {
    message: 'the line begins in a column that fits no line above',
    remedy: 'indent it like its neighbours',
  },
  MISSING_CHAR: { message: 'a quote, bracket or colon is missing', remedy: 'close what is open' },
};

/** What a reader of YAML says only in words. */
const REMEDIES_BY_WORDS: readonly (readonly [string, Refusal])[] = [
  [
    'must start at the same column',
    {
      message: 'the line begins in a column that fits no line above',
      remedy: 'indent it like its neighbours',
    },
  ],
  [
    'Unexpected scalar at node end',
    {
      message: 'there is text behind the end of the value',
      remedy: 'put the whole value in quotes, or remove what is behind it',
    },
  ],
];

/**
 * Reads one YAML document with the position of every value.
 *
 * @param start - where the text begins in its file
 */
export function readLocatedYaml(text: string, start: Position): LocatedYaml {
  const lines = new LineCounter();
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return {
      line: line + start.line - 1,
      column: line === 1 ? col + start.column - 1 : Math.max(col, 1),
    };
  };
  const failed = (problems: readonly Problem[]): LocatedYaml => {
    return {
      value: undefined,
      problems,
      warnings: [],
      locate: () => start,
      sourceOf: () => undefined,
    };
  };
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      logLevel: 'silent',
    });
    const problems = document.errors.map((error) => ({
      ...position(error.pos[0]),
      ...explain(error, text),
    }));
    const warnings = document.warnings.map((warning) => ({
      ...position(warning.pos[0]),
      ...explainTag(warning),
    }));
    if (document.errors.some(({ code }) => code !== 'DUPLICATE_KEY'))
      return failed(firstOfEachLine(problems));
    return {
      value: document.toJS({ maxAliasCount: 100 }),
      problems,
      warnings,
      locate: ({ path, part }) => position(offsetOf(document, path, part)),
      sourceOf: (path) => {
        const node = document.getIn(path, true);
        return isScalar(node) ? node.source : undefined;
      },
    };
  } catch (error) {
    // What the reader throws instead of reporting; the other is running out of stack in thousands of brackets.
    if (error instanceof ReferenceError) {
      const isUnresolved = error.message.startsWith('Unresolved alias');
      const at = Math.max(text.search(isUnresolved ? /\*/ : /[&*]/), 0);
      return failed([{ ...position(at), ...(isUnresolved ? NO_ANCHOR : TOO_MANY_ALIASES) }]);
    }
    if (error instanceof RangeError) return failed([{ ...start, ...TOO_DEEP }]);
    throw error;
  }
}

const NO_ANCHOR = {
  message: 'the alias has no anchor',
  remedy: 'put a text that begins with * in quotes',
};
const TOO_MANY_ALIASES = {
  message: 'the aliases of the document stand for too many values',
  remedy: 'write the values out',
};
const TOO_DEEP = {
  message: 'the document is nested too deeply',
  remedy: 'write it as the examples do',
};

function explain({ code, message, pos }: YAMLError, text: string): Refusal {
  if (code === 'DUPLICATE_KEY') {
    const key = /^[^:\r\n]*/.exec(text.slice(pos[0], pos[0] + 100))?.[0] ?? '';
    return {
      message: `the key ${excerpt(key)} is here a second time`,
      remedy: 'keep one of the two',
    };
  }
  if (message.includes('call stack')) return TOO_DEEP;
  const byWords = REMEDIES_BY_WORDS.find(([words]) => message.includes(words))?.[1];
  const other = {
    message: `this is no YAML (${escapeControls(message).slice(0, 120)})`,
    remedy: 'mend the line',
  };
  return byWords ?? REMEDIES[code] ?? other;
}

function explainTag({ message }: YAMLError): Refusal {
  const tag = /: (?:tag:yaml\.org,2002:)?(.*)/.exec(message)?.[1] ?? '';
  return {
    message: `the tag ${excerpt(`!!${tag.replace(/^!+/, '')}`)} belongs to another program`,
    remedy: 'remove it',
  };
}

/** One mistake confuses a reader several times over. */
function firstOfEachLine(problems: readonly Problem[]): readonly Problem[] {
  return problems
    .filter(({ line }, index) => problems.findIndex((other) => other.line === line) === index)
    .slice(0, MOST_SYNTAX_ERRORS);
}

/** Follows the path as far as the text goes; what is missing there is at the place where it would have to be. */
function offsetOf(document: Document.Parsed, path: Path, part: 'key' | 'value'): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [index, step] of path.entries()) {
    const parent = isAlias(node) ? node.resolve(document) : node;
    const isLast = index === path.length - 1;
    if (isMap(parent)) {
      const pair = parent.items.find(
        ({ key }) => String(isScalar(key) ? key.value : key) === String(step),
      );
      const keyOffset = startOf(pair?.key);
      node = pair?.value;
      offset = (isLast && part === 'key' ? undefined : startOf(node)) ?? keyOffset ?? offset;
      // An empty value has a place of its own, behind the colon or lines below.
      if (isScalar(node) && node.source === '' && node.type === 'PLAIN')
        offset = keyOffset ?? offset;
    } else if (isSeq(parent)) {
      node = parent.items[Number(step)];
      offset = startOf(node) ?? offset;
    }
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
