import type { Difference } from './difference.ts';
import type { KernelContents } from './kernel-contents.ts';

const SITE = 'lib/python[^/]*/site-packages';

/** What changes which code runs, by the path of a file; where a pattern has a group, that is what is named. */
const KINDS: readonly (readonly [string, RegExp])[] = [
  ['program', /^bin\/[^/]+$/],
  ['script', /^etc\/conda\/(?:de)?activate\.d\/[^/]+$/],
  ['path file', new RegExp(`^${SITE}/[^/]+\\.pth$`)],
  // Python imports these at each start: a module, compiled or not, or a package.
  [
    'module',
    new RegExp(`^(lib/python[^/]*/(?:site-packages/)?(?:site|user)customize)(?:[./].*)?$`),
  ],
];
const DISTRIBUTION = new RegExp(`^(${SITE}/[^/]+\\.(?:dist|egg)-info)(?:/.*)?$`);

/**
 * Names what changes which code runs in a kernel and that nobody has recorded: neither conda, nor pip, nor the mark of
 * the build. A distribution that pip recorded must have been there when the build ended.
 *
 * @returns one for each of them, by path
 */
export function checkUnrecorded(
  contents: Pick<KernelContents, 'records' | 'files' | 'mark' | 'newer'>,
): readonly Difference[] {
  const { records, files, mark } = contents;
  const claimed = new Set([
    ...[...records.packages, ...records.requirements].flatMap((one) => one.files.map(pathOf)),
    ...(mark?.files ?? []).map(pathOf),
  ]);
  const found = new Map<string, string>();
  for (const path of files.keys()) {
    if (claimed.has(path) || isCompiled(path, claimed)) continue;
    for (const [kind, pattern] of KINDS) {
      const [whole, part = whole] = pattern.exec(path) ?? [];
      if (part !== undefined) found.set(part, `unknown ${kind} ${part}: nobody has recorded it`);
    }
  }
  for (const path of unknownDistributions(contents)) {
    found.set(path, `unknown distribution ${path}: the build did not leave it`);
  }
  return [...found].toSorted(byPath).map(([path, line]) => ({ path, line }));
}

/** Python runs what it compiled for a file that is there. */
function isCompiled(path: string, claimed: ReadonlySet<string>): boolean {
  if (!path.endsWith('.pyc')) return false;
  return path.includes('/__pycache__/') || claimed.has(path.slice(0, -1));
}

/** Those that conda has not linked, when pip has not recorded them or was not there for the build. */
function unknownDistributions({
  records,
  files,
  newer,
}: Pick<KernelContents, 'records' | 'files' | 'newer'>): ReadonlySet<string> {
  const among = (paths: readonly string[]) => new Set(paths.flatMap(distributionOf));
  const ofConda = among(records.packages.flatMap((one) => one.files.map(pathOf)));
  const ofPip = among(records.requirements.flatMap((one) => one.files.map(pathOf)));
  const later = new Set(newer);
  const there = [...among([...files.keys()])];
  return new Set(
    there.filter((path) => !ofConda.has(path) && (!ofPip.has(path) || later.has(path))),
  );
}

function distributionOf(path: string): readonly string[] {
  const [, distribution] = DISTRIBUTION.exec(path) ?? [];
  return distribution === undefined ? [] : [distribution];
}

function pathOf({ path }: { readonly path: string }): string {
  return path;
}

function byPath([left]: readonly [string, string], [right]: readonly [string, string]): number {
  return Number(left > right) - Number(left < right);
}
