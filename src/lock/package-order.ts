import { packageName } from '../kernel/match-spec.ts';
import type { LockedPackage, LockedRequirement } from './lock.ts';

/** Compares by code units and not by language, so that the order is the same on every machine. */
export function byCodeUnits(left: string, right: string): number {
  return Number(left > right) - Number(left < right);
}

/** The name of a pip package as indexes compare it. @see https://packaging.python.org/en/latest/specifications/name-normalization/ */
export function pipName(name: string): string {
  return name.replaceAll(/[-_.]+/g, '-').toLowerCase();
}

/** The order of a lock file: by name; a list that tells no dependencies is in the order of its installation already. */
export function inFileOrder(packages: readonly LockedPackage[]): readonly LockedPackage[] {
  return packages.every(({ depends }) => depends === undefined)
    ? packages
    : packages.toSorted((left, right) => byCodeUnits(left.name, right.name));
}

/** pip packages by name, the names as indexes compare them. */
export function requirementsInOrder(
  requirements: readonly LockedRequirement[],
): readonly LockedRequirement[] {
  return requirements
    .map((requirement) => ({ ...requirement, name: pipName(requirement.name) }))
    .toSorted((left, right) => byCodeUnits(left.name, right.name));
}

/**
 * The order of installation: each package behind those that it depends on, as far as they do not depend on each other,
 * and otherwise that of the lock file.
 */
export function inInstallationOrder(packages: readonly LockedPackage[]): readonly LockedPackage[] {
  const inFile = inFileOrder(packages);
  const waiting = new Map(inFile.map((item) => [item.name.toLowerCase(), item]));
  const ordered: LockedPackage[] = [];
  const place = (item: LockedPackage): void => {
    // Taken out before its dependencies are looked at, so that a circle ends.
    waiting.delete(item.name.toLowerCase());
    for (const name of (item.depends ?? []).map(packageName).toSorted(byName)) {
      const dependency = waiting.get(name ?? '');
      if (dependency !== undefined) place(dependency);
    }
    ordered.push(item);
  };
  for (const item of inFile) {
    if (waiting.has(item.name.toLowerCase())) place(item);
  }
  return ordered;
}

function byName(left = '', right = ''): number {
  return byCodeUnits(left, right);
}
