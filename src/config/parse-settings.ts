import { dirname } from 'node:path';

import type { Document, Node, Pair } from 'yaml';
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';

import type { Problem } from '../errors.ts';
import { InvalidFileError } from '../errors.ts';
import { nearest } from '../text/nearest.ts';
import { isTooDeep } from '../yaml/depth.ts';
import { escapeControls, quote } from '../text/quote.ts';
import type { ConfigurationFile } from './explorer.ts';
import type { Reading, Settings, Value } from './settings.ts';
import { KEYS } from './settings.ts';
import type { Warning } from './warning.ts';
import { problemWarnings } from './warning.ts';

interface ParseOptions {
  readonly home: string;
  /** Given for a project's file. */
  readonly project?: {
    readonly folder: string;
    /** Where the user's own file is, which alone may set the other keys. */
    readonly userFile: string;
  };
}

/**
 * Reads a configuration file, YAML or JSON.
 *
 * @returns what it sets; an unknown key of a project's file, which may be for a later version, is a warning
 * @throws InvalidFileError with every problem
 */
export function parseSettings(
  file: ConfigurationFile,
  { home, project }: ParseOptions,
): { readonly settings: Settings; readonly warnings: readonly Warning[] } {
  const problems: Problem[] = [];
  const unknown: Problem[] = [];
  const settings: Record<string, Value> = {};
  const { pairs, locate } = readPairs(file, problems);
  const base = { folder: dirname(file.path), home, project: project?.folder };
  for (const { name, keyAt, value, valueAt } of pairs) {
    const key = Object.hasOwn(KEYS, name) ? KEYS[name as keyof Settings] : undefined;
    if (key === undefined) {
      (project === undefined ? problems : unknown).push(locate(keyAt, ...unknownKey(name)));
    } else if (key.trusted && project !== undefined) {
      const remedy = `it comes with the code, so write it in your own ${project.userFile}`;
      problems.push(locate(keyAt, `a project cannot set ${name}`, remedy));
    } else {
      const read: Reading = key.read(value, base);
      if ('value' in read) settings[name] = read.value;
      else problems.push(locate(valueAt, `${name} cannot be this`, `write ${read.expected}`));
    }
  }
  if (problems.length > 0) throw new InvalidFileError(file.path, problems);
  return { settings, warnings: problemWarnings(file.path, unknown) };
}

function unknownKey(name: string): [message: string, remedy: string] {
  const near = nearest(name, Object.keys(KEYS));
  return [
    `there is no setting ${quote(name)}`,
    near === undefined
      ? `the settings are ${Object.keys(KEYS).join(', ')}`
      : `did you mean ${near}?`,
  ];
}

/** A key with its value, and where each stands in the text. */
interface LocatedPair {
  readonly name: string;
  readonly keyAt: number;
  readonly value: unknown;
  readonly valueAt: number;
}

type Locate = (offset: number, message: string, remedy: string) => Problem;

/** The keys and values of a file; none where it is not a list of settings, which is among the problems then. */
function readPairs(
  { text }: ConfigurationFile,
  problems: Problem[],
): { readonly pairs: readonly LocatedPair[]; readonly locate: Locate } {
  const lines = new LineCounter();
  const locate: Locate = (offset, message, remedy) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col, message, remedy };
  };
  if (isTooDeep(text)) {
    problems.push({ line: 1, column: 1, ...TOO_DEEP });
    return { pairs: [], locate };
  }
  const document = parseDocument(text, {
    lineCounter: lines,
    schema: 'core',
    prettyErrors: false,
  });
  for (const error of document.errors) {
    problems.push(locate(error.pos[0], escapeControls(error.message), 'write it as YAML or JSON'));
  }
  const { contents } = document;
  if (problems.length > 0 || contents === null) return { pairs: [], locate };
  if (!isMap<Node, Node>(contents)) {
    const at = contents.range?.[0] ?? 0;
    problems.push(locate(at, 'this is no list of settings', 'write one `key: value` a line'));
    return { pairs: [], locate };
  }
  return { pairs: contents.items.map((pair) => readPair(pair, document)), locate };
}

const TOO_DEEP = {
  message: 'this is nested too deeply',
  remedy: 'write one `key: value` a line',
};

function readPair({ key, value }: Pair<Node, Node>, document: Document): LocatedPair {
  const keyAt = key.range?.[0] ?? 0;
  return {
    name: isScalar(key) ? String(key.value) : '',
    keyAt,
    value: valueOf(value, document),
    valueAt: value?.range?.[0] ?? keyAt,
  };
}

/** What has too many aliases to be written out, or holds itself, is like nothing that a setting can be. */
function valueOf(value: Node | null, document: Document): unknown {
  try {
    const plain: unknown = value?.toJS(document) ?? null;
    JSON.stringify(plain);
    return plain;
  } catch {
    return null;
  }
}
