import type { KernelContent } from '../kernel/kernel-content.ts';
import { kernelSpecification } from '../kernel/kernel-digest.ts';
import type { LockedRequirement } from './lock.ts';

/** The pip lines of a kernel in the order of its specification: options first, in their own order. */
export function pipLines(content: KernelContent): readonly string[] {
  const { dependencies = [] } = JSON.parse(kernelSpecification(content)) as KernelContent;
  return dependencies.flatMap((item) => (typeof item === 'string' ? [] : item.pip));
}

/** Whether a package is a commit of a repository, which says by itself what it is: `git+https://…@COMMIT`. */
export function isCommit({ url }: LockedRequirement): boolean {
  return /^[a-z]+\+/.test(url);
}

/**
 * Whether a package is known by its address and not by a version in an index: that of a repository, or of an archive
 * that the kernel's own lines name.
 */
export function isDirect({ url, sha256 }: LockedRequirement, lines: readonly string[]): boolean {
  return sha256 === undefined || lines.some((line) => line.includes(url));
}
