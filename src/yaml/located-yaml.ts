import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { Document, Pair, YAMLMap } from 'yaml';
import type { Problem } from '../errors.ts';
import { isTooDeep } from './depth.ts';
import type { TextProblem } from './yaml-problems.ts';
import {
  explainErrors,
  explainTag,
  NO_ANCHOR,
  TOO_DEEP,
  TOO_MANY_ALIASES,
  twinProblem,
} from './yaml-problems.ts';

/** A place in a file, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The keys and places that lead to a value: `['kernel', 'dependencies', 0]`. */
export type Path = readonly (string | number)[];

/** A place in a document, whatever its text is. */
export interface Place {
  readonly path: Path;
  /** The last key of the path, or what stands behind it. */
  readonly part: 'key' | 'value';
}

/** A YAML document whose values know where they stand. */
export interface LocatedYaml {
  /** Undefined where the text is no YAML. */
  readonly value: unknown;
  /** What is wrong with the text as YAML. */
  readonly problems: readonly Problem[];
  /** Tags of other languages, which are not followed. */
  readonly warnings: readonly Problem[];
  readonly locate: (place: Place) => Position;
  /** A scalar as it is written, without its quotes: `3.10` where the value is the number 3.1. */
  readonly sourceOf: (path: Path) => string | undefined;
}

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
  if (isTooDeep(text)) return failed([{ ...start, ...TOO_DEEP }]);
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      logLevel: 'silent',
      // The reader compares each key with each other one.
      uniqueKeys: false,
    });
    const isRead = document.errors.length === 0;
    const found = isRead ? findTwins(document) : explainErrors(document.errors, text);
    const problems = found.map(({ offset, message, remedy }): Problem => {
      const { line, column } = position(offset);
      return { line, column, message, remedy };
    });
    const warnings = document.warnings.map((warning) => ({
      ...position(warning.pos[0]),
      ...explainTag(warning),
    }));
    if (!isRead) return failed(problems);
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

/** The pairs of each mapping by their keys: of thousands of findings each is looked for in it. */
const pairs = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

function pairsOf(map: YAMLMap): ReadonlyMap<string, Pair> {
  const known = pairs.get(map);
  if (known !== undefined) return known;
  // The first of two with one key is the one that is found.
  const made = new Map(map.items.toReversed().map((pair) => [keyOf(pair), pair]));
  pairs.set(map, made);
  return made;
}

function keyOf({ key }: Pair): string {
  return String(isScalar(key) ? key.value : key);
}

/** Keys that stand twice in one mapping. */
function findTwins(document: Document.Parsed): readonly TextProblem[] {
  const twins: TextProblem[] = [];
  visit(document, {
    Map: (_, map) => {
      const seen = new Set<string>();
      for (const pair of map.items) {
        const key = keyOf(pair);
        if (seen.has(key)) twins.push(twinProblem(key, startOf(pair.key) ?? 0));
        seen.add(key);
      }
    },
  });
  return twins;
}

/** Follows the path as far as the text goes; what is missing there is at the place where it would have to be. */
function offsetOf(document: Document.Parsed, path: Path, part: 'key' | 'value'): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [index, step] of path.entries()) {
    const parent = isAlias(node) ? node.resolve(document) : node;
    const isLast = index === path.length - 1;
    if (isMap(parent)) {
      const pair = pairsOf(parent).get(String(step));
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
