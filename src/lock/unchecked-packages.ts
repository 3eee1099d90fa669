import type { PlatformLock } from './lock.ts';
import { isCommit } from './pip-lines.ts';

/** The names of packages whose bytes nobody can compare: the channel or index told no checksum that is. */
export function uncheckedPackages({ packages, pip = [] }: PlatformLock): readonly string[] {
  const archives = pip === 'open' ? [] : pip.filter((item) => !isCommit(item));
  return [
    ...packages.filter(({ sha256, md5 }) => sha256 === undefined && md5 === undefined),
    ...archives.filter(({ sha256 }) => sha256 === undefined),
  ].map(({ name }) => name);
}
