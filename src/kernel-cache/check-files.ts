import type { Difference } from './difference.ts';
import type { KernelRecords, RecordedFile } from './kernel-records.ts';
import type { PrefixFiles } from './prefix-files.ts';

/** A recorded file, and what it belongs to: `hello 1.0`. */
interface Claim {
  readonly sha256: string | undefined;
  readonly owner: string;
}

/**
 * Compares what lies in a prefix with its own records.
 *
 * A path that several packages claim, as pip's upgrade of one of conda's does, is right when it is as one of them says.
 * A package of conda's whose place pip has given to a newer one has no files any more.
 *
 * @returns one for each record and file that is missing, changed or unreadable, by path
 */
export function checkFiles(records: KernelRecords, files: PrefixFiles): readonly Difference[] {
  const read = new Set(records.packages.map(({ record }) => record));
  const unread = [...files.keys()].filter(
    (path) => /^conda-meta\/[^/]*\.json$/.test(path) && !read.has(path),
  );
  const expected = ['conda-meta/history', ...(records.expected ?? [])];
  return [
    ...expected
      .filter((path) => !files.has(path))
      .map((path) => ({ path, line: `missing record ${path}` })),
    ...unread.map((path) => ({ path, line: `unreadable record ${path}` })),
    ...[...claimsOf(records, files)]
      .toSorted(([left], [right]) => Number(left > right) - Number(left < right))
      .flatMap(([path, claims]) => checkFile(path, claims, files)),
  ];
}

function checkFile(
  path: string,
  claims: readonly Claim[],
  files: PrefixFiles,
): readonly Difference[] {
  const found = files.get(path);
  const named = (what: string): readonly Difference[] => {
    const owners = claims.map(({ owner }) => owner).join(' and ');
    return [{ path, line: `${what} file ${path} of ${owners}` }];
  };
  if (found === undefined) return named('missing');
  if (found.isLink || claims.some(({ sha256 }) => sha256 === undefined)) return [];
  if (found.sha256 === undefined) return named('unreadable');
  return claims.some(({ sha256 }) => sha256 === found.sha256) ? [] : named('changed');
}

/** Who claims each path. */
function claimsOf(
  { packages, requirements }: KernelRecords,
  files: PrefixFiles,
): ReadonlyMap<string, readonly Claim[]> {
  const claims = new Map<string, Claim[]>();
  const claim = (owner: string, recorded: readonly RecordedFile[]): void => {
    for (const { path, sha256 } of recorded) {
      claims.set(path, [...(claims.get(path) ?? []), { sha256, owner }]);
    }
  };
  for (const { name, version, files: recorded } of packages) {
    if (!isReplaced(recorded, files)) claim(`${name} ${version}`, recorded);
  }
  for (const { name, version, files: recorded } of requirements) {
    claim(`${name} ${version} (pip)`, recorded);
  }
  return claims;
}

/** Whether pip has taken a package of conda's away: its folder of metadata has gone. */
function isReplaced(recorded: readonly RecordedFile[], files: PrefixFiles): boolean {
  const metadata = recorded.filter(({ path }) => /\.dist-info\/(METADATA|RECORD)$/.test(path));
  return metadata.length > 0 && metadata.every(({ path }) => !files.has(path));
}
