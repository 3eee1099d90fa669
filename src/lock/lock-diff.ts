import type { Lock, LockedImage, LockedPackage, LockedRequirement, PlatformLock } from './lock.ts';
import { byCodeUnits, pipName } from './package-order.ts';

/** What two locks do not have in common. */
export interface LockDiff {
  readonly image?: { readonly before: LockedImage; readonly after: LockedImage };
  /** Those that differ, by name. */
  readonly platforms: Readonly<Record<string, PlatformDiff>>;
  readonly summary: DiffSummary;
}

/** How many packages, over all platforms. */
export interface DiffSummary {
  readonly changed: number;
  readonly added: number;
  readonly removed: number;
}

export interface PlatformDiff {
  /** Which of the locks has it. */
  readonly in: 'both' | 'before' | 'after';
  /** Set where the pip packages are exact in one of the locks alone: in which they are not. */
  readonly pipOpen?: 'before' | 'after';
  readonly changed: readonly PackageChange[];
  readonly added: readonly DiffPackage[];
  readonly removed: readonly DiffPackage[];
}

export interface PackageChange {
  readonly by: 'conda' | 'pip';
  readonly name: string;
  readonly before: PackageFile;
  readonly after: PackageFile;
}

export interface DiffPackage extends PackageFile {
  readonly by: 'conda' | 'pip';
  readonly name: string;
}

/** What tells one package of a name from another. */
export interface PackageFile {
  readonly version: string;
  /** Of a conda package. */
  readonly build: string | undefined;
  readonly url: string;
  readonly sha256: string | undefined;
  /** Of a conda package. */
  readonly md5: string | undefined;
  /** `none` where neither was given. */
  readonly checksum: 'none' | undefined;
}

/**
 * Compares two locks by their images and, for each platform, by their packages.
 *
 * @param platforms - the ones to look at; all by default
 */
export function diffLocks(before: Lock, after: Lock, platforms?: readonly string[]): LockDiff {
  const names = new Set([...Object.keys(before.platforms), ...Object.keys(after.platforms)]);
  const diffs = [...names]
    .filter((name) => platforms?.includes(name) ?? true)
    .toSorted(byCodeUnits)
    .map((name) => [name, diffPlatforms(before.platforms[name], after.platforms[name])] as const)
    .filter(([, diff]) => differs(diff));
  const count = (key: 'changed' | 'added' | 'removed'): number =>
    diffs.reduce((sum, [, diff]) => sum + diff[key].length, 0);
  return {
    ...(sameImage(before.image, after.image)
      ? {}
      : { image: { before: before.image, after: after.image } }),
    platforms: Object.fromEntries(diffs),
    summary: { changed: count('changed'), added: count('added'), removed: count('removed') },
  };
}

/** Whether the locks are for the same image and packages. */
export function isSame({ image, platforms }: LockDiff): boolean {
  return image === undefined && Object.keys(platforms).length === 0;
}

function sameImage(before: LockedImage, after: LockedImage): boolean {
  return (
    before.reference === after.reference &&
    before.digest === after.digest &&
    before.local === after.local
  );
}

function diffPlatforms(
  before: PlatformLock | undefined,
  after: PlatformLock | undefined,
): PlatformDiff {
  const [old, now] = [packagesOf(before), packagesOf(after)];
  const changed = [...old].flatMap(([key, { by, name, ...file }]) => {
    const other = now.get(key);
    if (other === undefined || sameFile(file, other)) return [];
    const { by: _by, name: _name, ...after } = other;
    return { by, name, before: file, after };
  });
  const openBefore = before?.pip === 'open';
  const isInBoth = before !== undefined && after !== undefined;
  return {
    in: isInBoth ? 'both' : before === undefined ? 'after' : 'before',
    ...(isInBoth && openBefore !== (after.pip === 'open')
      ? { pipOpen: openBefore ? 'before' : 'after' }
      : {}),
    changed,
    added: [...now].filter(([key]) => !old.has(key)).map(([, item]) => item),
    removed: [...old].filter(([key]) => !now.has(key)).map(([, item]) => item),
  };
}

function differs({ in: where, pipOpen, changed, added, removed }: PlatformDiff): boolean {
  const packages = changed.length + added.length + removed.length;
  return where !== 'both' || pipOpen !== undefined || packages > 0;
}

/** By a key that is unique in a lock. */
function packagesOf(platform: PlatformLock | undefined): ReadonlyMap<string, DiffPackage> {
  const { packages = [], pip = [] } = platform ?? {};
  const items = [
    ...packages.map((item) => toItem('conda', item)),
    ...(pip === 'open' ? [] : pip.map((item) => toItem('pip', item))),
  ];
  return new Map(items.map((item) => [`${pipName(item.name)} ${item.by}`, item]));
}

function toItem(
  by: DiffPackage['by'],
  item: LockedRequirement & Partial<Pick<LockedPackage, 'build' | 'md5'>>,
): DiffPackage {
  const { name, version, build, url, sha256, md5, checksum } = item;
  return { by, name, version, build, url, sha256, md5, checksum };
}

function sameFile(left: PackageFile, right: PackageFile): boolean {
  return (
    left.version === right.version &&
    left.build === right.build &&
    left.url === right.url &&
    checksumWords(left) === checksumWords(right)
  );
}

/** The strongest thing that the lock says of the bytes: `sha256 abc…`, `md5 abc…`, `checksum none`, `checksum missing`. */
export function checksumWords({ sha256, md5, checksum }: PackageFile): string {
  if (sha256 !== undefined) return `sha256 ${sha256}`;
  if (md5 !== undefined) return `md5 ${md5}`;
  return checksum === 'none' ? 'checksum none' : 'checksum missing';
}
