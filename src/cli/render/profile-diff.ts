import { describeDependencyChange } from '../../lock/content-changes.ts';
import type { ProfileChange, ProfileDiff } from '../../lock/profile-diff.ts';
import { isProfileSame } from '../../lock/profile-diff.ts';
import { escapeControls } from '../../text/quote.ts';
import { imageWords } from './lock-diff.ts';

/**
 * Writes the difference for people, a line each: `numpy=1.26 → numpy=2.0 (locked 1.26.4)`; the number of dependencies
 * last: `~1 +0 −0`.
 *
 * @returns lines that are safe to print; none where there is no difference
 */
export function profileDiffLines(diff: ProfileDiff): readonly string[] {
  if (isProfileSame(diff)) return [];
  const { image, channels, dependencies, missing, summary } = diff;
  return [
    ...(image === undefined ? [] : [`image ${imageWords(image.before, image.after)}`]),
    ...(channels === undefined
      ? []
      : [`channels ${listWords(channels.before)} → ${listWords(channels.after)}`]),
    ...(isOrderAlone(diff) ? ["the order of pip's options"] : []),
    ...missing.map((words) => `of the lock: ${words}`),
    ...dependencies.map((change) => `${describeDependencyChange(change)}${lockedWords(change)}`),
    `~${summary.changed} +${summary.added} −${summary.removed}`,
  ].map(escapeControls);
}

function isOrderAlone({ image, channels, dependencies, missing }: ProfileDiff): boolean {
  const others = dependencies.length + missing.length;
  return image === undefined && channels === undefined && others === 0;
}

function listWords(names: readonly string[]): string {
  return names.length === 0 ? '(none)' : names.join(', ');
}

function lockedWords({ locked }: ProfileChange): string {
  const versions = new Set(Object.values(locked));
  return versions.size === 0 ? '' : ` (locked ${[...versions].join(', ')})`;
}
