import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';

import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Node } from 'yaml';

import type { Problem } from '../errors.ts';
import { InvalidFileError } from '../errors.ts';
import { nearest } from '../text/nearest.ts';
import { escapeControls, quote } from '../text/quote.ts';
import type { ConfigurationFile } from './explorer.ts';

/** What configuration files may say; each is also an option or a variable, which wins. */
export interface Settings {
  /** Where the environments are kept: an absolute path or a URL. */
  readonly store?: string;
  /** The environment to use where none is named. */
  readonly env?: string;
  /** The code folder: an absolute path. */
  readonly code?: string;
  /** The size of `/dev/shm`, as docker takes it. */
  readonly 'shm-size'?: string;
  readonly engine?: string;
  /** `uid[:gid]` or a name, as docker takes it. */
  readonly user?: string;
  /** Volumes for every launch, as `-v` takes them, their relative sources made absolute. */
  readonly volumes?: readonly string[];
  /** Arguments handed to the engine as they are, before the image. */
  readonly 'engine-args'?: readonly string[];
  /** Whether setuid programs give a container's processes no more rights; true where nobody says anything else. */
  readonly 'no-new-privileges'?: boolean;
  /** The folder that is mounted at `/submarine`: an absolute path. */
  readonly cache?: string;
}

interface Base {
  readonly folder: string;
  readonly home: string;
  readonly trusted: boolean;
}

type Value = NonNullable<Settings[keyof Settings]>;

interface Key {
  /** A project may set it: it comes with cloned code, so it can only choose among what the user has. */
  readonly trusted: boolean;
  /** The value as a setting, or what it should have been. */
  read(value: unknown, base: Base): { value: Value } | { expected: string };
}

const KEYS: Readonly<Record<keyof Settings, Key>> = {
  store: { trusted: false, read: readLocation },
  env: {
    trusted: false,
    read: (value) => readText(value, /^[A-Za-z0-9][\w.-]{0,62}$/, 'the name of an environment'),
  },
  code: { trusted: false, read: readCode },
  'shm-size': {
    trusted: false,
    read: (value) =>
      readText(String(value), /^\d+(\.\d+)? ?([kmgtp]i?b?|b)?$/i, 'a size such as 2g'),
  },
  engine: { trusted: true, read: (value) => readText(value, /^docker$/, 'docker') },
  user: {
    trusted: true,
    read: (value) =>
      readText(
        typeof value === 'number' ? String(value) : value,
        /^[\w.-]+(:[\w.-]+)?$/,
        'a user such as 1000:1000',
      ),
  },
  volumes: { trusted: true, read: readVolumes },
  'engine-args': { trusted: true, read: readTexts },
  'no-new-privileges': {
    trusted: true,
    read: (value) => (typeof value === 'boolean' ? { value } : { expected: 'true or false' }),
  },
  cache: { trusted: true, read: (value, base) => readPath(value, base) },
};

/**
 * Reads a configuration file, YAML or JSON.
 *
 * @param userFile - given for a project's file: where the user's own file is, which alone may set the other keys
 * @throws InvalidFileError with every problem
 */
export function parseSettings(
  { path, text }: ConfigurationFile,
  { home, userFile }: { readonly home: string; readonly userFile?: string },
): Settings {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, schema: 'core', prettyErrors: false });
  const problems: Problem[] = [];
  const complain = (offset: number, message: string, remedy: string): void => {
    const { line, col } = lines.linePos(offset);
    problems.push({ line, column: col, message, remedy });
  };
  for (const error of document.errors) {
    complain(error.pos[0], escapeControls(error.message), 'write it as YAML or JSON');
  }
  const settings: Record<string, Value> = {};
  const base = { folder: dirname(path), home, trusted: userFile === undefined };
  const { contents } = document;
  if (problems.length === 0 && contents !== null && !isMap(contents)) {
    complain(
      contents.range?.[0] ?? 0,
      'this is no list of settings',
      'write one `key: value` a line',
    );
  }
  for (const pair of isMap<Node, Node>(contents) && problems.length === 0 ? contents.items : []) {
    const name = isScalar(pair.key) ? String(pair.key.value) : '';
    const at = pair.key.range?.[0] ?? 0;
    const key = Object.hasOwn(KEYS, name) ? KEYS[name as keyof Settings] : undefined;
    if (key === undefined) {
      const near = nearest(name, Object.keys(KEYS));
      complain(
        at,
        `there is no setting ${quote(name)}`,
        near === undefined
          ? `the settings are ${Object.keys(KEYS).join(', ')}`
          : `did you mean ${near}?`,
      );
    } else if (key.trusted && userFile !== undefined) {
      complain(
        at,
        `a project cannot set ${name}`,
        `it comes with the code, so write it in your own ${userFile}`,
      );
    } else {
      const read = key.read(pair.value?.toJS(document) ?? null, base);
      if ('value' in read) settings[name] = read.value;
      else
        complain(pair.value?.range?.[0] ?? at, `${name} cannot be this`, `write ${read.expected}`);
    }
  }
  if (problems.length > 0) throw new InvalidFileError(path, problems);
  return settings;
}

type Reading = ReturnType<Key['read']>;

function readText(value: unknown, form: RegExp, expected: string): Reading {
  return typeof value === 'string' && form.test(value) ? { value } : { expected };
}

function readTexts(value: unknown): Reading {
  const isList = Array.isArray(value) && value.every((item) => typeof item === 'string');
  return isList ? { value } : { expected: 'a list of texts' };
}

/** A path, `~` for the home folder, relative ones from the folder of the file. */
function readPath(value: unknown, { folder, home }: Base): Reading {
  if (typeof value !== 'string' || value === '' || value.includes('\0'))
    return { expected: 'a path' };
  return { value: resolve(folder, value.replace(/^~(?=\/|$)/, home)) };
}

function readLocation(value: unknown, base: Base): Reading {
  return typeof value === 'string' && /^[a-z][a-z\d+.-]+:/i.test(value)
    ? { value }
    : readPath(value, base);
}

function readCode(value: unknown, base: Base): Reading {
  const read = readPath(value, base);
  if (base.trusted || !('value' in read)) return read;
  const inside = relative(realPath(projectFolder(base)), realPath(String(read.value)));
  return inside === '..' || inside.startsWith('../') || isAbsolute(inside)
    ? { expected: 'a folder inside the project' }
    : read;
}

/** The folder that a project's file is of; one in `.config/` is of the folder above. */
function projectFolder({ folder }: Base): string {
  return basename(folder) === '.config' ? dirname(folder) : folder;
}

/** Links resolved: one in a cloned folder may point anywhere. What is not there is answered when it is used. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function readVolumes(value: unknown, base: Base): Reading {
  const texts = readTexts(value);
  if (!('value' in texts) || typeof texts.value !== 'object') return texts;
  return {
    value: texts.value.map((volume) =>
      volume.replace(/^(~|\.{1,2})(?=[/:])/, (start) =>
        start === '~' ? base.home : join(base.folder, start),
      ),
    ),
  };
}
