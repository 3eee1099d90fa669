import { isDeepStrictEqual } from 'node:util';
import type * as yaml from 'yaml';

import { isTooDeep } from '../yaml/depth.ts';
import {
  composeChannels,
  composeDependencies,
  composeKernel,
  composeScalar,
  composeText,
  composeVariables,
  indent,
} from './compose-document.ts';
import type { Kernel } from './environment.ts';
import { isMapping } from './finding.ts';
import { ENVIRONMENT_KEYS, KERNEL_KEYS } from './validate-environment.ts';

/** What is said instead of a document; what is undefined stays as the document has it. */
export interface Overrides {
  readonly name?: string | undefined;
  readonly 'docker-image'?: string | undefined;
  readonly 'vm-image'?: string | undefined;
  readonly kernel?: { readonly [Key in keyof Kernel]?: Kernel[Key] | undefined } | undefined;
  readonly description?: string | undefined;
}

/** Bytes of a text that others take the place of; `from` and `to` are alike where something is put in. */
interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

type Mapping = yaml.YAMLMap.Parsed;
type Node = yaml.ParsedNode | null | undefined;

/**
 * Edits only the keys of a document that the overrides name: each other byte, comments and line ends included, stays
 * as it was. A document in braces is written anew, since its keys have no lines of their own.
 *
 * @param text - one YAML document, which may lack what the overrides bring
 * @returns the new text; the old one where it is no YAML mapping, for the parser to say so
 */
export async function overrideDocument(text: string, overrides: Overrides): Promise<string> {
  if (isTooDeep(text)) return text;
  const { isMap, parseDocument } = await import('yaml');
  const document = parseDocument(text, { logLevel: 'silent', prettyErrors: false });
  const { contents } = document;
  const values = definedOf(overrides);
  if (document.errors.length > 0 || !isMap(contents) || Object.keys(values).length === 0)
    return text;
  const value = valueOf(document);
  if (value === undefined) return text;

  const edited = applyEdits(text, editsOf(text, contents, values, isMap));
  const wanted = merged(value, values);
  const result = parseDocument(edited, { logLevel: 'silent', prettyErrors: false });
  if (result.errors.length === 0 && isDeepStrictEqual(result.toJS(), wanted)) return edited;
  for (const [key, value] of Object.entries(values)) {
    if (key !== 'kernel' || !isMapping(value)) document.set(key, value);
    else if (!isMap(document.get('kernel'))) document.set(key, document.createNode(value));
    else
      for (const [inner, part] of Object.entries(value))
        document.setIn([key, inner], document.createNode(part));
  }
  return document.toString({ lineWidth: 0 });
}

/** Undefined where its aliases mean nothing, or too much. */
function valueOf(document: yaml.Document): Readonly<Record<string, unknown>> | undefined {
  try {
    return document.toJS() as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

function editsOf(
  text: string,
  root: Mapping,
  values: Readonly<Record<string, unknown>>,
  isMap: typeof yaml.isMap,
): readonly Edit[] {
  const kernel = findPair(root, 'kernel')?.value;
  const { kernel: wanted, ...texts } = values;
  const edits = editsOfKeys(text, root, texts, ENVIRONMENT_KEYS);
  if (!isMapping(wanted)) return edits;
  return isMap(kernel)
    ? [...edits, ...editsOfKeys(text, kernel, wanted, KERNEL_KEYS)]
    : [...edits, ...editsOfKeys(text, root, { kernel: wanted }, ENVIRONMENT_KEYS)];
}

/** For each key that is there an edit in its place, for each other one behind the last of those that come before it. */
function editsOfKeys(
  text: string,
  mapping: Mapping,
  values: Readonly<Record<string, unknown>>,
  order: readonly string[],
): readonly Edit[] {
  const first = mapping.items[0]?.key.range[0] ?? 0;
  const lineStart = text.lastIndexOf('\n', first - 1) + 1;
  const blanks = ' '.repeat(first - lineStart);
  return order.flatMap((key, index): readonly Edit[] => {
    const value = values[key];
    if (value === undefined) return [];
    const pair = findPair(mapping, key);
    const lines = indent(composeValue(key, value), blanks);
    if (pair !== undefined) return [replace(text, pair, value, lines.trim())];
    const before = order
      .slice(0, index)
      .findLast((other) => findPair(mapping, other) !== undefined);
    const after = before === undefined ? undefined : findPair(mapping, before);
    if (after === undefined) return [{ from: lineStart, to: lineStart, text: lines }];
    const end = text.indexOf('\n', endOf(text, after));
    if (end === -1) return [{ from: text.length, to: text.length, text: `\n${lines}` }];
    return [{ from: end + 1, to: end + 1, text: lines }];
  });
}

function composeValue(key: string, value: unknown): string {
  const kernel = { [key]: value } as Partial<Kernel>;
  switch (key) {
    case 'kernel':
      return `kernel:\n${indent(composeKernel(value as Partial<Kernel>), '  ')}`;
    case 'channels':
      return composeChannels(kernel.channels);
    case 'dependencies':
      return composeDependencies(kernel.dependencies);
    case 'variables':
      return composeVariables(kernel.variables);
    default:
      return composeText(key, String(value));
  }
}

/** A text on one line takes the place of another; of anything else the whole pair is written anew. */
function replace(
  text: string,
  pair: yaml.Pair<yaml.ParsedNode, Node>,
  value: unknown,
  lines: string,
): Edit {
  const { key, value: old } = pair;
  const from = old?.range?.[0] ?? 0;
  const to = endOf(text, pair);
  const isOneLine = to > from && from > key.range[0] && !/[\n|>]/.test(text.slice(from, to));
  return typeof value === 'string' && isOneLine
    ? { from, to, text: composeScalar(value) }
    : { from: key.range[0], to, text: lines };
}

function findPair(mapping: Mapping, key: string): yaml.Pair<yaml.ParsedNode, Node> | undefined {
  return mapping.items.find((pair) => 'value' in pair.key && pair.key.value === key);
}

/** Where the text of a pair ends; that of a list goes on to the line behind it. */
function endOf(text: string, { key, value }: yaml.Pair<yaml.ParsedNode, Node>): number {
  const end = value?.range?.[1] ?? key.range[1];
  return key.range[0] + text.slice(key.range[0], end).trimEnd().length;
}

function applyEdits(text: string, edits: readonly Edit[]): string {
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const pieces: string[] = [];
  let at = 0;
  // Stable: what is put in at one place stays in the order of the keys.
  for (const edit of edits.toSorted(
    (left, right) => left.from - right.from || left.to - right.to,
  )) {
    pieces.push(text.slice(at, edit.from), edit.text.replaceAll('\n', lineEnd));
    at = edit.to;
  }
  return [...pieces, text.slice(at)].join('');
}

function merged(old: unknown, values: Readonly<Record<string, unknown>>): unknown {
  if (!isMapping(old)) return values;
  const { kernel } = values;
  const both =
    isMapping(kernel) && isMapping(old['kernel'])
      ? { kernel: { ...old['kernel'], ...kernel } }
      : {};
  return { ...old, ...values, ...both };
}

function definedOf(overrides: Overrides): Readonly<Record<string, unknown>> {
  const { kernel, ...texts } = overrides;
  const defined = (value: object): Record<string, unknown> =>
    Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined));
  const parts = defined(kernel ?? {});
  return { ...defined(texts), ...(Object.keys(parts).length > 0 ? { kernel: parts } : {}) };
}
