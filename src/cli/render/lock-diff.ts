import { checksumWords, isSame } from '../../lock/lock-diff.ts';
import type {
  DiffPackage,
  LockDiff,
  PackageChange,
  PackageFile,
  PlatformDiff,
} from '../../lock/lock-diff.ts';
import type { LockedImage } from '../../lock/lock.ts';
import { byCodeUnits } from '../../lock/package-order.ts';
import type { MadeLock } from '../../operations/locks/lock-environment.ts';
import { escapeControls } from '../../text/quote.ts';

/**
 * Writes a difference for people: the image, then for each platform one line a package, `numpy 1.26.4 → 2.0.1`,
 * `+ scipy 1.13.0`, `− pandas 2.2.2`, and last how many of each: `~1 +3 −1`.
 *
 * @returns lines that are safe to print; none when the locks are the same
 */
export function diffLines(diff: LockDiff): readonly string[] {
  if (isSame(diff)) return [];
  const { image, platforms, summary } = diff;
  return [
    ...(image === undefined ? [] : [`image ${imageWords(image.before, image.after)}`]),
    ...Object.entries(platforms).flatMap(([name, platform]) => platformLines(name, platform)),
    `~${summary.changed} +${summary.added} −${summary.removed}`,
  ].map(escapeControls);
}

const PLATFORM_WORDS = { both: '', before: ' (no longer locked)', after: ' (newly locked)' };

function platformLines(
  platform: string,
  { in: where, pipOpen, changed, added, removed }: PlatformDiff,
): readonly string[] {
  const lines = [
    ...changed.map((item) => ({ item, text: changeWords(item) })),
    ...added.map((item) => ({ item, text: `+ ${packageWords(item)}` })),
    ...removed.map((item) => ({ item, text: `− ${packageWords(item)}` })),
  ];
  const exact = pipOpen === 'before' ? 'are exact now' : 'have no exact versions now';
  return [
    `${platform}${PLATFORM_WORDS[where]}`,
    ...lines
      .toSorted(({ item: left }, { item: right }) => byCodeUnits(left.name, right.name))
      .map(({ text }) => `  ${text}`),
    ...(pipOpen === undefined ? [] : [`  the pip packages ${exact}`]),
  ];
}

function changeWords({ by, name, before, after }: PackageChange): string {
  return `${name} ${fileWords(before, after)}${pipWord(by)}`;
}

/** The first thing that tells the two apart, from the version down to the bytes. */
function fileWords(before: PackageFile, after: PackageFile): string {
  const { version, build } = before;
  if (version !== after.version) return `${version} → ${after.version}`;
  if (build !== after.build) return `${version} ${build ?? ''} → ${after.build ?? ''}`;
  if (before.url !== after.url) return `${version} ${before.url} → ${after.url}`;
  return `${version} ${checksumWords(before)} → ${checksumWords(after)}`;
}

function packageWords({ by, name, version }: DiffPackage): string {
  return `${name} ${version}${pipWord(by)}`;
}

function pipWord(by: 'conda' | 'pip'): string {
  return by === 'pip' ? ' (pip)' : '';
}

/** Two images with what tells them apart: `alpine:3.19 sha256:… → alpine:3.20 sha256:…`. */
export function imageWords(before: LockedImage, after: LockedImage): string {
  const words = ({ reference, digest, local }: LockedImage): string =>
    `${reference} ${digest ?? (local === undefined ? '(no digest)' : `${local} (local)`)}`;
  return `${words(before)} → ${words(after)}`;
}

/** `demo: 12 packages (3 changed)`, and where there was a lock what has changed, a line a package. */
export function madeLockLines(name: string, { lock, diff }: MadeLock): readonly string[] {
  const count = Object.values(lock.platforms).reduce(
    (sum, { packages, pip = [] }) => sum + packages.length + (pip === 'open' ? 0 : pip.length),
    0,
  );
  const words = `${name}: ${count === 1 ? '1 package' : `${count} packages`}`;
  if (diff === undefined) return [words];
  const lines = diffLines(diff);
  const { changed, added, removed } = diff.summary;
  const changes = changed + added + removed;
  const more = lines.length === 0 ? ', as before' : changes === 0 ? '' : ` (${changes} changed)`;
  return [...lines, `${words}${more}`];
}
