import { hasDependencies } from '../kernel/kernel-content.ts';
import type { KernelContent } from '../kernel/kernel-content.ts';
import { escapeControls } from '../text/quote.ts';
import { contentChanges, describeContentChanges } from './content-changes.ts';
import type { Lock } from './lock.ts';
import { missingPackages } from './missing-packages.ts';
import { missingChecksums } from './unchecked-packages.ts';

/** What an environment says now, to be compared with its lock. */
export interface Locked {
  /** Undefined where the environment has none. */
  readonly kernel: KernelContent | undefined;
  /** The image as the environment names it. */
  readonly image: string;
  /** The one that is to be started, as conda names it; undefined for any that the lock has. */
  readonly platform?: string | undefined;
}

export interface LockState {
  /** `stale`: made for something else. `open`: made for this, and not all of it is exact. */
  readonly state: 'fresh' | 'stale' | 'open';
  /** What has changed, or what is open, each a few words: `numpy=1.26 → numpy=2.0`; none when it is fresh. */
  readonly changes: readonly string[];
}

/** Compares a lock with what its environment says now. */
export function lockState(lock: Lock, environment: Locked): LockState {
  const stale = staleParts(lock, environment);
  if (stale.length > 0) return { state: 'stale', changes: stale };
  const open = [
    ...openImage(lock),
    ...openPip(lock, environment.platform),
    ...openChecksums(lock, environment.platform),
  ];
  return { state: open.length > 0 ? 'open' : 'fresh', changes: open };
}

function staleParts(lock: Lock, { kernel = {}, image, platform }: Locked): readonly string[] {
  const { reference } = lock.image;
  const changes = describeContentChanges(contentChanges(lock.content, kernel));
  return [
    ...(reference === image ? [] : [`the image is now ${image}, was ${reference}`]),
    ...changes,
    ...(changes.length === 0 ? missingParts(lock, kernel, platform) : []),
  ].map(escapeControls);
}

/** What nobody has locked, or a merge of two locks has lost, which leaves the digest as it was. */
export function missingParts(
  { platforms }: Lock,
  kernel: KernelContent,
  platform?: string,
): readonly string[] {
  if (!hasDependencies(kernel)) return [];
  const names = platform === undefined ? Object.keys(platforms) : [platform];
  if (names.length === 0) return ['it has no platform'];
  return names.flatMap((name) => {
    const locked = platforms[name];
    if (locked === undefined) return [`it has no ${name}`];
    return missingPackages(kernel, locked.packages).map((missing) => `${name} lacks ${missing}`);
  });
}

/** What is not known of the image, in a few words; nothing where it is. */
export function openImage({ image: { reference, digest, local } }: Lock): readonly string[] {
  return digest === undefined && local === undefined && !reference.includes('@')
    ? [`the digest of the image ${reference} is not known`]
    : [];
}

/** The same of what pip installs, for one platform or all. */
export function openPip({ platforms }: Lock, platform?: string): readonly string[] {
  return Object.entries(platforms)
    .filter(([name, { pip }]) => pip === 'open' && (platform ?? name) === name)
    .map(([name]) => `the pip packages of ${name} have no exact versions`);
}

/** The same of packages whose checksums the lock should have. */
export function openChecksums({ platforms }: Lock, platform?: string): readonly string[] {
  return Object.entries(platforms).flatMap(([name, locked]) => {
    const lost = (platform ?? name) === name ? missingChecksums(locked) : [];
    return lost.length === 0 ? [] : [`${name} lacks checksums for ${lost.join(', ')}`];
  });
}
