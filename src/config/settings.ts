import { lstatSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';

import { ENGINE_NAMES } from '../engines/engine-names.ts';
import { assertOwnFile, isInside } from '../files/confined.ts';
import { fileUrlPath } from '../files/file-url.ts';

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

/** Where a value stands. */
interface Base {
  /** The folder of the file. */
  readonly folder: string;
  readonly home: string;
  /** The folder of the project that the file is of; undefined for the user's own. */
  readonly project: string | undefined;
}

export type Value = NonNullable<Settings[keyof Settings]>;

interface Key {
  /** A project may set it: it comes with cloned code, so it can only choose among what the user has. */
  readonly trusted: boolean;
  /** The value as a setting, or what it should have been. */
  read(value: unknown, base: Base): { value: Value } | { expected: string };
}

export const KEYS: Readonly<Record<keyof Settings, Key>> = {
  store: { trusted: false, read: readStore },
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
  engine: { trusted: true, read: (value) => readChoice(value, ENGINE_NAMES) },
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
  cache: { trusted: true, read: readPath },
};

export type Reading = ReturnType<Key['read']>;

function readText(value: unknown, form: RegExp, expected: string): Reading {
  return typeof value === 'string' && form.test(value) ? { value } : { expected };
}

function readChoice(value: unknown, choices: readonly string[]): Reading {
  const chosen = choices.find((choice) => choice === value);
  return chosen === undefined ? { expected: choices.join(' or ') } : { value: chosen };
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
  const [, scheme] = typeof value === 'string' ? (/^([a-z][a-z\d+.-]+):/i.exec(value) ?? []) : [];
  if (typeof value !== 'string' || scheme === undefined) return readPath(value, base);
  if (scheme.toLowerCase() !== 'file') return { value };
  try {
    return readPath(fileUrlPath(value, base.folder), base);
  } catch {
    return { expected: 'file:///folder/environments.yaml, or a path' };
  }
}

/** It will be written, with texts that anybody may have chosen: never a file that something else reads. */
function readStore(value: unknown, base: Base): Reading {
  const read = readLocation(value, base);
  if (base.project === undefined || !('value' in read)) return read;
  return isProjectStore(String(read.value), base.project)
    ? read
    : { expected: 'a regular .yaml or .yml file inside the project' };
}

/** What is not there yet will be such a file. What is not a path is a URL, which names a store elsewhere. */
function isProjectStore(location: string, project: string): boolean {
  if (!isAbsolute(location)) return false;
  try {
    assertOwnFile(location, project);
    return lstatSync(location, { throwIfNoEntry: false })?.isFile() ?? true;
  } catch {
    // Links in a circle, or a folder that may not be looked into.
    return false;
  }
}

function readCode(value: unknown, base: Base): Reading {
  const read = readPath(value, base);
  if (base.project === undefined || !('value' in read)) return read;
  return isCodeOf(base.project, String(read.value))
    ? read
    : { expected: 'a folder inside the project' };
}

function isCodeOf(project: string, path: string): boolean {
  try {
    return isInside(path, project);
  } catch {
    return false;
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
