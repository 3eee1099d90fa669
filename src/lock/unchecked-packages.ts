import type { LockedPackage, LockedRequirement, PlatformLock } from './lock.ts';
import { isFixedCommit } from './pip-lines.ts';

type Packages = Pick<PlatformLock, 'packages' | 'pip'>;

/** The names of packages whose bytes nobody can compare: the lock has no checksum of them. */
export function uncheckedPackages(platform: Packages): readonly string[] {
  return withoutChecksum(platform).map(({ name }) => name);
}

/** Those of them of which the lock does not say that there was none: an edit or a merge has lost it. */
export function missingChecksums(platform: Packages): readonly string[] {
  return withoutChecksum(platform)
    .filter(({ checksum }) => checksum === undefined)
    .map(({ name }) => name);
}

function withoutChecksum({
  packages,
  pip = [],
}: Packages): readonly (LockedPackage | LockedRequirement)[] {
  const archives = pip === 'open' ? [] : pip.filter((item) => !isFixedCommit(item));
  return [
    ...packages.filter(({ sha256, md5 }) => sha256 === undefined && md5 === undefined),
    ...archives.filter(({ sha256 }) => sha256 === undefined),
  ];
}
