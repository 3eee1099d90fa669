import type { KernelContent } from '../kernel/kernel-content.ts';
import { packageName } from '../kernel/match-spec.ts';
import type { LockedPackage } from './lock.ts';

/**
 * The names of the conda packages that a kernel asks for and a list does not hold at all. Versions are the solver's to
 * compare.
 */
export function missingPackages(
  { dependencies = [] }: KernelContent,
  packages: readonly LockedPackage[],
): readonly string[] {
  const held = new Set(packages.map(({ name }) => name.toLowerCase()));
  return dependencies
    .flatMap((item) => (typeof item === 'string' ? (packageName(item) ?? []) : []))
    .filter((name) => !held.has(name));
}
