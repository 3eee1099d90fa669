import type { PlatformLock } from './lock.ts';

/** The names of packages whose bytes nobody can compare: the channel or index told no checksum that is. */
export function uncheckedPackages({ packages, pip = [] }: PlatformLock): readonly string[] {
  const archives = pip === 'open' ? [] : pip.filter(({ url }) => !isCommit(url));
  return [
    ...packages.filter(({ sha256, md5 }) => sha256 === undefined && md5 === undefined),
    ...archives.filter(({ sha256 }) => sha256 === undefined),
  ].map(({ name }) => name);
}

/** `git+https://…@COMMIT` says by itself what it is. */
function isCommit(url: string): boolean {
  return /^[a-z]+\+/.test(url);
}
