import type { LockedPackage, LockedRequirement, PlatformLock } from '../lock/lock.ts';
import { pipName } from '../lock/package-order.ts';
import type { InstalledPackage, InstalledRequirement, KernelRecords } from './kernel-records.ts';

/**
 * Compares what was installed with what is locked. Where pip's part of the lock is open, anything that pip installed
 * is right.
 *
 * @returns a line for each package that is missing, another one than is locked, or not locked at all
 */
export function checkAgainstLock(
  records: Omit<KernelRecords, 'expected'>,
  lock: PlatformLock,
): readonly string[] {
  return [
    ...compare(lock.packages, records.packages, (name) => name, comparePackage),
    ...(lock.pip === 'open'
      ? []
      : compare(lock.pip ?? [], records.requirements, pipName, compareRequirement)),
  ];
}

interface Named {
  readonly name: string;
  readonly version: string;
}

function compare<Locked extends Named, Installed extends Named>(
  locked: readonly Locked[],
  installed: readonly Installed[],
  key: (name: string) => string,
  difference: (locked: Locked, installed: Installed) => readonly string[],
): readonly string[] {
  const wanted = new Map(locked.map((item) => [key(item.name), item]));
  const found = new Map(installed.map((item) => [key(item.name), item]));
  return [
    ...[...wanted].flatMap(([name, item]) => {
      const other = found.get(name);
      return other === undefined
        ? [`missing package ${item.name} ${item.version}`]
        : difference(item, other);
    }),
    ...[...found]
      .filter(([name]) => !wanted.has(name))
      .map(([, { name, version }]) => `unknown package ${name} ${version}: it is not in the lock`),
  ];
}

function comparePackage(locked: LockedPackage, installed: InstalledPackage): readonly string[] {
  const told = (what: string, wanted: string, found: string): readonly string[] => [
    `package ${locked.name} ${what} ${found}; the lock has ${wanted}`,
  ];
  const exact = ({ version, build }: LockedPackage | InstalledPackage) => `${version} ${build}`;
  if (exact(locked) !== exact(installed)) return told('is', exact(locked), exact(installed));
  if (locked.url !== withoutSecrets(installed.url)) {
    return told('is from', locked.url, withoutSecrets(installed.url));
  }
  const { sha256 } = installed;
  return locked.sha256 === undefined || sha256 === undefined || locked.sha256 === sha256
    ? []
    : told('has the sha256', locked.sha256, sha256);
}

function compareRequirement(
  locked: LockedRequirement,
  installed: InstalledRequirement,
): readonly string[] {
  return locked.version === installed.version
    ? []
    : [`package ${locked.name} is ${installed.version} (pip); the lock has ${locked.version}`];
}

/** A lock holds no user, password and token; whoever installs by it may have added them. */
function withoutSecrets(url: string): string {
  return url
    .replace(/^(https?:\/\/)[^/@]*@/, '$1')
    .replace(/^(https?:\/\/[^/]+)\/t\/[^/]+\//, '$1/');
}
