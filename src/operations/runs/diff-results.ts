import type { RunRecord } from '../../run-records/run-record.ts';

/** Paths of files that differ or that one of two runs alone has, by their folder. */
export type ResultsDiff = Readonly<Record<string, readonly string[]>>;

/** Of runs that have ended: files whose contents differ, or that one of them alone has. */
export function differingResults(one: RunRecord, other: RunRecord): ResultsDiff {
  const [before, after] = [one.end?.results ?? {}, other.end?.results ?? {}];
  const folders = new Set([...Object.keys(before), ...Object.keys(after)]);
  return Object.fromEntries(
    [...folders].flatMap((folder) => {
      const [left, right] = [before[folder] ?? {}, after[folder] ?? {}];
      const paths = new Set([...Object.keys(left), ...Object.keys(right)]);
      const different = [...paths].filter((path) => left[path] !== right[path]).toSorted();
      return different.length === 0 ? [] : [[folder, different]];
    }),
  );
}
