import { posix, resolve } from 'node:path';

import { UsageError } from '../errors.ts';
import { quote } from '../text/quote.ts';

/** A folder, a file or a named volume, seen at `target` in the container. */
export interface Mount {
  readonly type: 'bind' | 'volume';
  readonly source: string;
  readonly target: string;
  readonly readOnly?: boolean;
}

/** What `-v` was given, its source made absolute. */
export interface Volume {
  /** As the engine takes it. */
  readonly argument: string;
  /** The path on this machine; undefined for a named or an anonymous volume. */
  readonly localPath: string | undefined;
}

/**
 * Reads what `-v` takes: `SOURCE:TARGET[:OPTIONS]`, or `TARGET` alone.
 *
 * @param cwd - the folder that a relative source is relative to
 * @throws UsageError when the target is not absolute or climbs by `..`
 */
export function parseVolume(text: string, cwd: string): Volume {
  const [first = '', second, options, ...more] = text.split(':');
  const target = second ?? first;
  if (more.length > 0 || first === '' || second === '') {
    throw new UsageError(
      `${quote(text)} is no volume`,
      'write it as SOURCE:TARGET or SOURCE:TARGET:ro',
    );
  }
  if (!posix.isAbsolute(target)) {
    throw new UsageError(
      `the target ${quote(target)} of a volume is not absolute`,
      `write it as ${first}:/${target.replace(/^(\.{0,2}\/)*/, '')}`,
    );
  }
  if (target.split('/').includes('..')) {
    throw new UsageError(
      `the target ${quote(target)} of a volume holds ".."`,
      'write the path that is meant',
    );
  }
  // A bare word is a named volume to docker, a path has a slash or is `.`, `..`.
  const isPath = second !== undefined && (first.includes('/') || /^\.{1,2}$/.test(first));
  const localPath = isPath ? resolve(cwd, first) : undefined;
  const parts = [localPath ?? first, second, options].filter((part) => part !== undefined);
  return { argument: parts.join(':'), localPath };
}
