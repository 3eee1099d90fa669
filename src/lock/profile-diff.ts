import { contentChanges } from './content-changes.ts';
import type { DependencyChange } from './content-changes.ts';
import type { DiffSummary } from './lock-diff.ts';
import { lockState, missingParts } from './lock-state.ts';
import type { Locked, LockState } from './lock-state.ts';
import type { Lock, LockedImage } from './lock.ts';
import { pipName } from './package-order.ts';

/** What an environment says now, and its lock does not. */
export interface ProfileDiff {
  readonly state: LockState['state'];
  readonly image?: { readonly before: LockedImage; readonly after: LockedImage };
  readonly channels?: { readonly before: readonly string[]; readonly after: readonly string[] };
  readonly dependencies: readonly ProfileChange[];
  /** What the lock should hold and has lost, each a few words. */
  readonly missing: readonly string[];
  /** What the lock knows no exact version of, each a few words. */
  readonly open: readonly string[];
  readonly summary: DiffSummary;
}

export interface ProfileChange extends DependencyChange {
  /** The versions that are locked now, by platform; empty where there is none. */
  readonly locked: Readonly<Record<string, string>>;
}

/**
 * Compares what an environment says with its lock. Nothing is solved, so what a change brings with it is not known.
 *
 * @param present - the image that the reference means now, where an engine could tell
 */
export function diffProfile(lock: Lock, environment: Locked, present?: LockedImage): ProfileDiff {
  const { kernel = {}, image } = environment;
  const { state, changes } = lockState(lock, environment);
  const { same, channels, dependencies } = contentChanges(lock.content, kernel);
  const after = present ?? { reference: image };
  const isOther = image !== lock.image.reference || isAnother(lock.image, after);
  return {
    state,
    ...(isOther ? { image: { before: lock.image, after } } : {}),
    ...(channels === undefined
      ? {}
      : { channels: { before: lock.content.channels ?? [], after: channels } }),
    dependencies: dependencies.map((change) =>
      Object.assign({ locked: lockedVersions(lock, change) }, change),
    ),
    missing: same ? missingParts(lock, kernel) : [],
    open: state === 'open' ? changes : [],
    summary: {
      changed: dependencies.filter(
        ({ before, after }) => before !== undefined && after !== undefined,
      ).length,
      added: dependencies.filter(({ before }) => before === undefined).length,
      removed: dependencies.filter(({ after }) => after === undefined).length,
    },
  };
}

/** Whether the environment says something else than its lock was made for. */
export function isProfileSame({ state, image }: ProfileDiff): boolean {
  return state !== 'stale' && image === undefined;
}

function isAnother(locked: LockedImage, { digest, local }: LockedImage): boolean {
  const differs = (left: string | undefined, right: string | undefined): boolean =>
    left !== undefined && right !== undefined && left !== right;
  return differs(locked.digest, digest) || differs(locked.local, local);
}

function lockedVersions(
  { platforms }: Lock,
  { by, name }: DependencyChange,
): ProfileChange['locked'] {
  if (name === undefined) return {};
  const versions = Object.entries(platforms).flatMap(([platform, { packages, pip = [] }]) => {
    const items = by === 'conda' ? packages : pip === 'open' ? [] : pip;
    const found = items.find((item) => pipName(item.name) === pipName(name));
    return found === undefined ? [] : [[platform, found.version] as const];
  });
  return Object.fromEntries(versions);
}
