import type { KernelContent } from '../kernel/kernel-content.ts';
import { kernelSpecification } from '../kernel/kernel-digest.ts';
import type { LockedRequirement } from './lock.ts';

/** The pip lines of a kernel in the order of its specification: options first, in their own order. */
export function pipLines(content: KernelContent): readonly string[] {
  const { dependencies = [] } = JSON.parse(kernelSpecification(content)) as KernelContent;
  return dependencies.flatMap((item) => (typeof item === 'string' ? [] : item.pip));
}

/** Whether a package comes from a repository: `git+https://…@COMMIT`. */
export function isCommit({ url }: LockedRequirement): boolean {
  return /^(?:git|hg|svn|bzr)\+/.test(url);
}

/**
 * Whether the address of a package says by itself which bytes it means: a commit of a repository by its whole hash, a
 * revision of one that counts them. A branch, a tag and half a hash may mean others tomorrow.
 *
 * @see https://pip.pypa.io/en/stable/topics/vcs-support/
 */
export function isFixedCommit({ url }: LockedRequirement): boolean {
  const [, vcs = '', revision = ''] = FIXED.exec(url) ?? [];
  return (/^(?:git|hg)$/.test(vcs) ? /^[0-9a-f]{40,64}$/ : /^\d+$/).test(revision);
}

// What stands behind the last @ of the path, which that of `git@` is not part of.
const FIXED = /^(git|hg|svn|bzr)\+[^/#]*:\/\/[^/#]*\/[^#]*@([0-9a-f]+)(?:#.*)?$/;

/**
 * Whether a package is known by its address and not by a version in an index: that of a repository, or of an archive
 * that the kernel's own lines name.
 */
export function isDirect({ url, sha256 }: LockedRequirement, lines: readonly string[]): boolean {
  return sha256 === undefined || lines.some((line) => line.includes(url));
}
