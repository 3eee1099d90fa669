import type { KernelContent } from '../kernel/kernel-content.ts';
import { channelOf } from './package-url.ts';
import type { LockedPackage, PlatformLock } from './lock.ts';

/** The packages of another program's lock file. */
export interface ImportedLock {
  readonly platforms: Readonly<Record<string, PlatformLock>>;
  /** What a kernel is to ask for that names nothing of its own. */
  readonly content: Required<KernelContent>;
  /** What the file holds and a lock does not, each a few words that are safe to print. */
  readonly notices: readonly string[];
}

/** The channels of packages in the order in which they first appear: their names, or their addresses. */
export function channelsOf(packages: readonly LockedPackage[]): readonly string[] {
  return [...new Set(packages.map(({ url }) => channelOf(url)))];
}
