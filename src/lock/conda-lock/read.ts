import { isMapping, kindOf } from '../../environment/finding.ts';
import type { Path } from '../../yaml/located-yaml.ts';
import { readLocatedYaml } from '../../yaml/located-yaml.ts';
import type { LocatedYaml } from '../../yaml/located-yaml.ts';
import { InvalidFileError } from '../../errors.ts';
import type { Problem } from '../../errors.ts';
import { refuseCredentials } from '../../kernel/credentials.ts';
import { excerpt } from '../../text/excerpt.ts';
import type { Refusal } from '../../text/refusal.ts';
import { CONDA_PLATFORMS } from '../conda-platform.ts';
import type { CondaLockPackage } from './package.ts';
import { readCondaLockPackage } from './package.ts';
import type { ImportedLock, PlatformLock } from '../lock.ts';
import { isCommit } from '../pip-lines.ts';
import { byCodeUnits, pipName } from '../package-order.ts';
import { channelsOf } from '../package-url.ts';
import { topLevelNames } from '../top-level.ts';

const START = { line: 1, column: 1 };

/**
 * Reads a `conda-lock.yml` of version 1. Packages of other systems and of other categories than `main` are left out.
 *
 * @param source - the name of the file in messages
 * @throws InvalidFileError with everything that is wrong
 * @see https://github.com/conda/conda-lock/blob/main/conda_lock/lockfile/v1/models.py
 */
export function parseCondaLock(text: string, source: string): ImportedLock {
  const yaml = readLocatedYaml(text, START);
  if (yaml.problems.length > 0) throw new InvalidFileError(source, yaml.problems);
  const { value } = yaml;
  if (!isMapping(value) || !Array.isArray(value['package'])) {
    throw refused(source, yaml, [], {
      message: 'this is neither an @EXPLICIT list nor a conda-lock.yml',
      remedy: 'give what conda list --explicit or conda-lock has written',
    });
  }
  if (value['version'] !== 1) {
    throw refused(source, yaml, ['version'], {
      message: 'the file has another version of conda-lock.yml than 1',
      remedy: 'write it again with conda-lock, whose files have version 1',
    });
  }
  const packages = readPackages(value['package'], yaml, source);
  return toImportedLock(packages, readChannels(value['metadata'], yaml, source));
}

function readPackages(
  items: readonly unknown[],
  yaml: LocatedYaml,
  source: string,
): readonly CondaLockPackage[] {
  const problems: Problem[] = [];
  const packages = new Map<string, CondaLockPackage>();
  for (const [index, item] of items.entries()) {
    const read = readCondaLockPackage(item, (key) => yaml.sourceOf(['package', index, key]));
    if (!('manager' in read)) {
      problems.push({ ...yaml.locate({ path: ['package', index], part: 'value' }), ...read });
      continue;
    }
    const { manager, platform, category, file } = read;
    // A package that two categories need is there twice.
    const key = `${manager} ${platform} ${file.name}`;
    if (category === 'main' || !packages.has(key)) packages.set(key, read);
  }
  if (problems.length > 0) throw new InvalidFileError(source, problems);
  return [...packages.values()];
}

function readChannels(metadata: unknown, yaml: LocatedYaml, source: string): readonly string[] {
  const channels: unknown = isMapping(metadata) ? (metadata['channels'] ?? []) : [];
  const path = ['metadata', 'channels'];
  if (!Array.isArray(channels)) {
    const remedy = 'write a list of channels';
    throw refused(source, yaml, path, { message: `channels is ${kindOf(channels)}`, remedy });
  }
  return channels.map((channel: unknown, index) => {
    const url: unknown = isMapping(channel) ? channel['url'] : channel;
    const credentials = refuseCredentials(String(url));
    if (credentials !== undefined) throw refused(source, yaml, [...path, index], credentials);
    if (typeof url === 'string') return url;
    const remedy = 'write its name or its address';
    throw refused(source, yaml, [...path, index], { message: 'a channel has no url', remedy });
  });
}

function toImportedLock(
  all: readonly CondaLockPackage[],
  channels: readonly string[],
): ImportedLock {
  const others = new Set(
    all.map(({ platform }) => platform).filter((name) => !CONDA_PLATFORMS.includes(name)),
  );
  const onLinux = all.filter(({ platform }) => CONDA_PLATFORMS.includes(platform));
  const packages = onLinux.filter(({ category }) => category === 'main');
  const categories = new Set(onLinux.map(({ category }) => category));
  categories.delete('main');
  const names = [...new Set(packages.map(({ platform }) => platform))];
  const platforms = Object.fromEntries(names.map((name) => [name, platformOf(packages, name)]));
  return {
    platforms,
    content: {
      channels:
        channels.length > 0
          ? channels
          : channelsOf(Object.values(platforms).flatMap((platform) => platform.packages)),
      dependencies: topLevelOf(packages),
    },
    notices: [
      ...[...others].map((name) => `left out what is for ${excerpt(name)}`),
      ...[...categories].map((name) => `left out the category ${excerpt(name)}`),
    ],
  };
}

function platformOf(packages: readonly CondaLockPackage[], name: string): PlatformLock {
  const own = packages.filter(({ platform }) => platform === name);
  const pip = own.flatMap(({ manager, file }) => {
    if (manager !== 'pip') return [];
    const { depends: _, ...requirement } = file;
    return [requirement];
  });
  return {
    virtualPackages: {},
    packages: own.flatMap(({ manager, file }) => (manager === 'conda' ? [file] : [])),
    ...(pip.length > 0 ? { pip } : {}),
  };
}

/**
 * What was asked for is not in the file; what nothing else needs is the nearest to it. What not every platform has was
 * brought by something else, or could not be had on the others.
 */
function topLevelOf(
  packages: readonly CondaLockPackage[],
): ImportedLock['content']['dependencies'] {
  const versions = (manager: CondaLockPackage['manager'], equals: string): readonly string[] => {
    const names = [...new Set(packages.map(({ platform }) => platform))];
    const platforms = names.map((name) =>
      packages.filter((item) => item.platform === name && item.manager === manager).map(toNode),
    );
    const top = new Set(platforms.flatMap(topLevelNames));
    return [...top].toSorted(byCodeUnits).flatMap((name) => {
      const found = platforms.map((nodes) => nodes.find((node) => node.name === name));
      if (found.includes(undefined)) return [];
      const pins = new Set(found.map((node) => node?.repository ?? `${equals}${node?.version}`));
      // Where platforms have different versions, none is that of the kernel.
      return pins.size === 1 ? `${name}${[...pins].join('')}` : name;
    });
  };
  const pip = versions('pip', '==');
  return [...versions('conda', '=').toSorted(byCodeUnits), ...(pip.length > 0 ? [{ pip }] : [])];
}

function toNode({ manager, file, needs }: CondaLockPackage) {
  const { name, version, url } = file;
  if (manager === 'conda') return { name, version, needs, repository: undefined };
  return {
    name: pipName(name),
    version,
    needs,
    repository: isCommit(file) ? ` @ ${url}` : undefined,
  };
}

function refused(
  source: string,
  { locate }: LocatedYaml,
  path: Path,
  { message, remedy }: Refusal,
): InvalidFileError {
  return new InvalidFileError(source, [{ ...locate({ path, part: 'value' }), message, remedy }]);
}
