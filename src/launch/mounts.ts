import { posix, resolve } from 'node:path';

import { UsageError } from '../errors.ts';
import { quote } from '../text/quote.ts';
import { parseMemory } from './resources.ts';

/** A folder or a file of this machine, a volume of the engine, or memory, seen at `target` in the container. */
export interface Mount {
  readonly type: 'bind' | 'volume' | 'tmpfs';
  /** An absolute path, or the name of a volume; absent for a volume without a name, and for memory. */
  readonly source?: string;
  readonly target: string;
  readonly readOnly?: boolean;
  /** How mounts below it are seen on the other side: `rslave`. */
  readonly propagation?: string;
  /** Where SELinux labels files: whether all containers may see it, or this one alone. */
  readonly relabel?: 'shared' | 'private';
  /** Whether a new volume stays empty, and gets nothing of what the image has at its target. */
  readonly noCopy?: boolean;
  /** How much memory it may take; without it half of what there is. */
  readonly sizeBytes?: number;
}

/**
 * Reads what `--mount` takes, as `type=bind,source=./data,target=/data,readonly`.
 *
 * @param cwd - the folder that a relative source is relative to
 * @throws UsageError when it has another form
 * @see https://docs.docker.com/engine/storage/bind-mounts/#options-for---mount
 */
export function parseMount(text: string, cwd: string): Mount {
  const fields = text.split(',').map((field) => {
    const [key = '', ...value] = field.split('=');
    return [MOUNT_KEYS[key] ?? key, value.join('=')] as const;
  });
  const { type = 'volume', source, target, readonly, size, ...others } = Object.fromEntries(fields);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined || !['bind', 'volume', 'tmpfs'].includes(type)) {
    throw new UsageError(
      unknown === undefined
        ? `unknown type ${quote(type)} of the mount ${quote(text)}`
        : `unknown key ${quote(unknown)} of the mount ${quote(text)}`,
      undefined,
      { code: 'mount-for-engine', data: { mount: text } },
    );
  }
  const missing = target === undefined ? 'target' : type === 'bind' && !source ? 'source' : '';
  if (target === undefined || missing !== '') {
    throw new UsageError(
      `the mount ${quote(text)} has no ${missing}`,
      'write it as type=bind,source=./data,target=/data',
    );
  }
  return {
    type: type as Mount['type'],
    ...(source === undefined || source === ''
      ? {}
      : { source: type === 'bind' ? resolve(cwd, source) : source }),
    target: checkTarget(target, source ?? ''),
    ...(readonly === undefined || readonly === 'false' ? {} : { readOnly: true }),
    ...(size === undefined ? {} : { sizeBytes: parseMemory(size) }),
  };
}

const MOUNT_KEYS: Readonly<Record<string, string>> = {
  src: 'source',
  dst: 'target',
  destination: 'target',
  ro: 'readonly',
  'tmpfs-size': 'size',
};

/**
 * Reads what `--tmpfs` takes: `TARGET` or `TARGET:size=SIZE`.
 *
 * @throws UsageError when it has another form
 */
export function parseTmpfs(text: string): Mount {
  const [, target = '', size] = /^([^:]*)(?::size=([^,:]+))?$/.exec(text) ?? [];
  if (target === '') {
    throw new UsageError(`invalid tmpfs ${quote(text)}`, undefined, {
      code: 'tmpfs-for-engine',
      data: { tmpfs: text },
    });
  }
  return {
    ...{ type: 'tmpfs', target: checkTarget(target, '') },
    ...(size === undefined ? {} : { sizeBytes: parseMemory(size) }),
  };
}

type Option = Partial<Omit<Mount, 'type' | 'source' | 'target'>>;

/**
 * What `-v` takes behind the target.
 *
 * @see https://docs.docker.com/engine/storage/bind-mounts/#options-for---volume
 */
const OPTIONS: Readonly<Record<string, Option>> = {
  ro: { readOnly: true },
  rw: {},
  z: { relabel: 'shared' },
  Z: { relabel: 'private' },
  nocopy: { noCopy: true },
  // How soon both sides see a change was a matter of choice once.
  consistent: {},
  cached: {},
  delegated: {},
  ...Object.fromEntries(
    ['shared', 'slave', 'private', 'rshared', 'rslave', 'rprivate'].map((propagation) => [
      propagation,
      { propagation },
    ]),
  ),
};

/**
 * Reads what `-v` takes: `SOURCE:TARGET[:OPTIONS]`, or `TARGET` alone.
 *
 * @param cwd - the folder that a relative source is relative to
 * @throws UsageError when it has another form, or its target is not absolute or climbs by `..`
 */
export function parseVolume(text: string, cwd: string): Mount {
  const [first = '', second, options = '', ...more] = text.split(':');
  if (more.length > 0 || first === '' || second === '') {
    throw new UsageError(
      `invalid volume ${quote(text)}`,
      'write it as SOURCE:TARGET or SOURCE:TARGET:ro',
    );
  }
  if (second === undefined) return { type: 'volume', target: checkTarget(first, first) };
  const target = checkTarget(second, first);
  const given = options === '' ? [] : options.split(',').map((word) => optionOf(word, text));
  // A bare word is a named volume, a path has a slash or is `.`, `..`.
  const isPath = first.includes('/') || /^\.{1,2}$/.test(first);
  const place: Mount = isPath
    ? { type: 'bind', source: resolve(cwd, first), target }
    : { type: 'volume', source: first, target };
  return Object.assign({}, place, ...given);
}

/** @param source - empty for one that has none */
function checkTarget(target: string, source: string): string {
  if (!posix.isAbsolute(target)) {
    const absolute = `/${target.replace(/^(\.{0,2}\/)*/, '')}`;
    throw new UsageError(
      `the folder ${quote(target)} in the container is not absolute`,
      `write it as ${source === '' ? absolute : `${source}:${absolute}`}`,
    );
  }
  if (target.split('/').includes('..')) {
    throw new UsageError(
      `the target ${quote(target)} of a volume holds ".."`,
      'write the path that is meant',
    );
  }
  return target;
}

function optionOf(word: string, text: string): Option {
  const option = Object.hasOwn(OPTIONS, word) ? OPTIONS[word] : undefined;
  if (option !== undefined) return option;
  throw new UsageError(
    `unknown option ${quote(word)} of the volume ${quote(text)}`,
    `the options are: ${Object.keys(OPTIONS).join(', ')}`,
  );
}
