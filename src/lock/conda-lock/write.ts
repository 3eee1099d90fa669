import { InvalidDataError } from '../../errors.ts';
import { kernelDigest, kernelSpecification } from '../../kernel/kernel-digest.ts';
import { quote } from '../../text/quote.ts';
import { flow } from '../flow.ts';
import type { Lock, LockedPackage, LockedRequirement } from '../lock.ts';
import { byCodeUnits, inFileOrder, requirementsInOrder } from '../package-order.ts';
import { channelsOf } from '../package-url.ts';
import { isDirect, pipLines } from '../pip-lines.ts';

/**
 * Writes a lock as a `conda-lock.yml` of version 1. pip packages that are open are not in it.
 *
 * @param platforms - those that are written
 * @throws InvalidDataError when a conda package has no md5, which conda-lock insists on
 * @see https://github.com/conda/conda-lock/blob/main/conda_lock/lockfile/v1/models.py
 */
export function formatCondaLock(lock: Lock, platforms: readonly string[]): string {
  const hash = kernelDigest(kernelSpecification(lock.content));
  const names = platforms.toSorted(byCodeUnits);
  const packages = names.flatMap((name) => packagesOf(lock, name));
  return [
    'version: 1',
    'metadata:',
    '  content_hash:',
    ...names.map((name) => `    ${name}: ${hash}`),
    ...list('  channels', channelLines(lock)),
    ...list(
      '  platforms',
      names.map((name) => `  - ${name}`),
    ),
    '  sources: []',
    ...list('package', packages),
    '',
  ].join('\n');
}

function list(key: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [`${key}: []`] : [`${key}:`, ...lines];
}

/** `nodefaults` is a word to conda alone. */
function channelLines({ content, platforms }: Lock): readonly string[] {
  const named = (content.channels ?? []).filter((channel) => channel !== 'nodefaults');
  const packages = Object.values(platforms).flatMap((platform) => platform.packages);
  const channels = named.length > 0 ? named : channelsOf(packages);
  return channels.flatMap((url) => [`  - url: ${flow(url)}`, '    used_env_vars: []']);
}

function packagesOf({ content, platforms }: Lock, platform: string): readonly string[] {
  const { packages = [], pip = [] } = platforms[platform] ?? {};
  const lines = pipLines(content);
  return [
    ...inFileOrder(packages).flatMap((item) => condaLines(item, platform)),
    ...(pip === 'open' ? [] : requirementsInOrder(pip)).flatMap((item) =>
      requirementLines(item, platform, lines),
    ),
  ];
}

function condaLines(item: LockedPackage, platform: string): readonly string[] {
  const { name, version, build, url, sha256, md5, depends = [] } = item;
  if (md5 === undefined) {
    throw new InvalidDataError(
      `the lock has no md5 of ${quote(name)}, and conda-lock takes no package without one`,
      'lock again, or write an @EXPLICIT list',
      { code: 'lock-without-md5' },
    );
  }
  return [
    `- name: ${flow(name)}`,
    `  version: ${flow(version)}`,
    `  manager: conda`,
    `  platform: ${platform}`,
    `  dependencies: ${flow(dependencies(depends))}`,
    `  url: ${flow(url)}`,
    `  hash: ${flow({ md5, sha256 })}`,
    `  category: main`,
    `  build: ${flow(build)}`,
    `  optional: false`,
  ];
}

function requirementLines(
  item: LockedRequirement,
  platform: string,
  lines: readonly string[],
): readonly string[] {
  const { name, version, url, sha256 } = item;
  return [
    `- name: ${flow(name)}`,
    `  version: ${flow(version)}`,
    `  manager: pip`,
    `  platform: ${platform}`,
    `  dependencies: {}`,
    `  url: ${flow(url)}`,
    `  hash: ${flow({ sha256 })}`,
    ...(isDirect(item, lines) ? [`  source: ${flow({ type: 'url', url })}`] : []),
    `  category: main`,
    `  optional: false`,
  ];
}

/** MatchSpecs by name; a name that is asked for in two ways has both. */
function dependencies(depends: readonly string[]): Readonly<Record<string, string>> {
  const specs = new Map<string, string>();
  for (const text of depends) {
    const [, name = text, spec = ''] = /^(\S+) *(.*)$/.exec(text) ?? [];
    const before = specs.get(name);
    specs.set(name, before === undefined || before === '' ? spec : `${before},${spec}`);
  }
  return Object.fromEntries(specs);
}
