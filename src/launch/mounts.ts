import { posix, resolve } from 'node:path';

import { UsageError } from '../errors.ts';
import { quote } from '../text/quote.ts';

/** A folder or a file of this machine, or a volume of the engine, seen at `target` in the container. */
export interface Mount {
  readonly type: 'bind' | 'volume';
  /** An absolute path, or the name of a volume; absent for a volume without a name. */
  readonly source?: string;
  readonly target: string;
  readonly readOnly?: boolean;
  /** How mounts below it are seen on the other side: `rslave`. */
  readonly propagation?: string;
  /** Where SELinux labels files: whether all containers may see it, or this one alone. */
  readonly relabel?: 'shared' | 'private';
  /** Whether a new volume stays empty, and gets nothing of what the image has at its target. */
  readonly noCopy?: boolean;
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

function checkTarget(target: string, source: string): string {
  if (!posix.isAbsolute(target)) {
    throw new UsageError(
      `the target ${quote(target)} of a volume is not absolute`,
      `write it as ${source}:/${target.replace(/^(\.{0,2}\/)*/, '')}`,
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
