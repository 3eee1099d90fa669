import { InvalidFileError } from '../errors.ts';
import type { Problem } from '../errors.ts';
import { excerpt } from '../text/excerpt.ts';
import type { Refusal } from '../text/refusal.ts';
import type { ImportedLock, LockedPackage, PlatformLock } from './lock.ts';
import { inInstallationOrder, requirementsInOrder } from './package-order.ts';
import { channelsOf, isPackageUrl, OTHER_PLATFORM, readPackageUrl } from './package-url.ts';

/** Where a list of packages for any machine says nothing else. */
const COMMON_PLATFORM = 'linux-64';

interface ListedPackage extends LockedPackage {
  readonly subdir: string;
}

/**
 * Reads an `@EXPLICIT` list: an address of a package on each line, with `#` and its md5, or `#sha256:` and its sha256,
 * behind it. The platform is that of the addresses. A comment of ours tells which packages never had a checksum.
 *
 * @param source - the name of the file in messages
 * @throws InvalidFileError with every line that is wrong
 * @see https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html#building-identical-conda-environments
 */
export function parseExplicitList(text: string, source: string): ImportedLock {
  const problems: Problem[] = [];
  const listed = new Map<string, ListedPackage>();
  let platform: string | undefined;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line === '@EXPLICIT') continue;
    const read = readLine(line);
    const refused = isListed(read) ? refuseBeside(read, listed, platform) : read;
    if (isListed(read) && refused === undefined) {
      listed.set(read.name, read);
      if (read.subdir !== 'noarch') platform = read.subdir;
    }
    if (refused !== undefined) problems.push({ line: index + 1, column: 1, ...refused });
  }
  if (problems.length > 0) throw new InvalidFileError(source, platformOnce(problems));
  const [, commented] = /^# *platform: *(linux-[a-z0-9]+) *$/m.exec(text) ?? [];
  const unchecked = new Set(
    [...text.matchAll(/^# *no checksum: *(\S+) *$/gm)].map(([, name = '']) => name),
  );
  const packages = [...listed.values()].map((item) => toLockedPackage(item, unchecked));
  const dependencies = packages.map(({ name, version, build }) => `${name}=${version}=${build}`);
  return {
    platforms: { [platform ?? commented ?? COMMON_PLATFORM]: { virtualPackages: {}, packages } },
    content: { channels: channelsOf(packages), dependencies },
    notices: [],
  };
}

/** A list for another system is one mistake, and not one of each line. */
function platformOnce(problems: readonly Problem[]): readonly Problem[] {
  const others = problems.filter(({ code }) => code === OTHER_PLATFORM);
  const [first] = others;
  if (first === undefined || others.length === 1) return problems;
  const more = others.length - 1;
  const message = `${first.message}, and so ${more === 1 ? 'is one' : `are ${more}`} more`;
  return problems.flatMap((problem) =>
    problem === first ? [{ ...problem, message }] : others.includes(problem) ? [] : [problem],
  );
}

/**
 * Writes the conda packages of a lock as an `@EXPLICIT` list, in the order of installation. conda reads no hash but
 * md5 there, and no pip packages, which are named in comments, as are packages that never had a checksum.
 *
 * @param platform - what conda calls it
 */
export function formatExplicitList(platform: string, { packages, pip = [] }: PlatformLock): string {
  const lines = inInstallationOrder(packages).map(
    ({ url, md5 }) => `${url}${md5 === undefined ? '' : `#${md5}`}`,
  );
  const left =
    pip === 'open'
      ? ['# left out, since the list is of conda packages alone: what pip installs']
      : requirementsInOrder(pip).map(
          ({ name, version }) =>
            `# left out, since the list is of conda packages alone: ${name}==${version} of pip`,
        );
  const unchecked = packages
    .filter(({ checksum }) => checksum === 'none')
    .map(({ name }) => `# no checksum: ${name}`);
  return [`# platform: ${platform}`, ...unchecked, ...left, '@EXPLICIT', ...lines, ''].join('\n');
}

function readLine(line: string): ListedPackage | Refusal {
  const [, address = line, fragment] = /^([^#]*)#(.*)$/.exec(line) ?? [];
  const read = readPackageUrl(address);
  if (!isPackageUrl(read)) return read;
  const { url, name, version, build, subdir } = read;
  const [, sha256] = /^(?:sha256[:=])?([0-9a-f]{64})$/.exec(fragment ?? '') ?? [];
  const [, md5] = /^(?:md5[:=])?([0-9a-f]{32})$/.exec(fragment ?? '') ?? [];
  if (fragment !== undefined && sha256 === undefined && md5 === undefined) {
    return {
      message: `${excerpt(fragment)} is neither an md5 nor a sha256`,
      remedy: 'write the md5 behind #, or the sha256 behind #sha256:',
    };
  }
  return {
    ...{ name, version, build, url, subdir },
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(md5 === undefined ? {} : { md5 }),
  };
}

/** What is wrong with a package only because of those above it. */
function refuseBeside(
  { name, subdir }: ListedPackage,
  above: ReadonlyMap<string, ListedPackage>,
  platform: string | undefined,
): Refusal | undefined {
  if (above.has(name)) {
    return {
      message: `the package ${excerpt(name)} is here a second time`,
      remedy: 'keep one of the two',
    };
  }
  if (subdir === 'noarch' || platform === undefined || subdir === platform) return undefined;
  return {
    message: `the package ${excerpt(name)} is for ${subdir}, and those above for ${platform}`,
    remedy: 'give a list of one platform',
  };
}

function isListed(read: ListedPackage | Refusal): read is ListedPackage {
  return 'subdir' in read;
}

/** @param unchecked - the names of packages of which a comment says that there was no checksum */
function toLockedPackage(
  { subdir: _subdir, ...own }: ListedPackage,
  unchecked: ReadonlySet<string>,
): LockedPackage {
  const isUnchecked = own.sha256 === undefined && own.md5 === undefined && unchecked.has(own.name);
  return { ...own, ...(isUnchecked ? { checksum: 'none' } : {}) };
}
