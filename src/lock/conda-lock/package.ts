import { isMapping } from '../../environment/finding.ts';
import { refuseCredentials } from '../../kernel/credentials.ts';
import { excerpt } from '../../text/excerpt.ts';
import type { Refusal } from '../../text/refusal.ts';
import type { LockedPackage, LockedRequirement } from '../lock.ts';
import { pipName } from '../package-order.ts';
import { isPackageUrl, readPackageUrl } from '../package-url.ts';
import { CONDA_PLATFORMS } from '../conda-platform.ts';

/** One package of a `conda-lock.yml`. */
export type CondaLockPackage = Common &
  (
    | { readonly manager: 'conda'; readonly file: LockedPackage }
    | {
        readonly manager: 'pip';
        readonly file: LockedRequirement & { readonly depends?: undefined };
      }
  );

interface Common {
  readonly platform: string;
  readonly category: string;
  /** The names of what it depends on, as its index compares them. */
  readonly needs: readonly string[];
}

const PIP_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;
const PIP_URL = /^(?:(?:git|hg|svn|bzr)\+)?(?:https?|ssh|file):\/\/[!-~]+$/;
const VERSION = /^[A-Za-z0-9_.+!*-]+$/;

/**
 * Reads one item of the list of packages.
 *
 * @param sourceOf - how the value of a key is written, since a version may look like a number
 * @returns the package, or why it is none
 */
export function readCondaLockPackage(
  item: unknown,
  sourceOf: (key: string) => string | undefined,
): CondaLockPackage | Refusal {
  if (!isMapping(item)) return refusal('a package is not a mapping');
  const text = (key: string): string | undefined =>
    typeof item[key] === 'number' ? sourceOf(key) : textOf(item[key]);
  const [name, version, platform] = [text('name'), text('version'), text('platform')];
  if (name === undefined || version === undefined || platform === undefined) {
    return refusal(`the package ${excerpt(name ?? '')} lacks its name, version or platform`);
  }
  if (!VERSION.test(version)) return refusal(`${excerpt(version)} is not a valid version`);
  const { manager } = item;
  const hashes = hashesOf(item['hash'], manager);
  if (hashes === undefined) return wrongHash(name);
  const given: Given = {
    ...{ name, version, platform, url: text('url') ?? '', hashes },
    category: text('category') ?? 'main',
    depends: dependenciesOf(item['dependencies']),
    source: isMapping(item['source']) ? textOf(item['source']['url']) : undefined,
  };
  if (manager === 'conda') return condaPackage(given);
  if (manager === 'pip') return pipPackage(given);
  return refusal(`the package ${excerpt(name)} has the manager ${excerpt(String(manager))}`);
}

interface Given {
  readonly name: string;
  readonly version: string;
  readonly platform: string;
  readonly category: string;
  readonly url: string;
  readonly hashes: Hashes;
  readonly depends: readonly (readonly [string, string])[];
  readonly source: string | undefined;
}

interface Hashes {
  readonly sha256?: string;
  readonly md5?: string;
  readonly commit?: string | undefined;
}

function condaPackage(given: Given): CondaLockPackage | Refusal {
  const { name, version, platform, category, url, hashes, depends } = given;
  const read = readPackageUrl(url);
  // What is for another system is left out later, and need not be right.
  if (!isPackageUrl(read) && CONDA_PLATFORMS.includes(platform)) return read;
  const { subdir, build, ...found } = isPackageUrl(read)
    ? read
    : { subdir: platform, name, url, build: '' };
  if ((subdir !== 'noarch' && subdir !== platform) || found.name !== name) {
    return refusal(
      `the package ${excerpt(name)} for ${excerpt(platform)} has the address of ${excerpt(found.name)} for ${subdir}`,
    );
  }
  return {
    ...{ manager: 'conda', platform, category, needs: depends.map(([needed]) => needed) },
    file: {
      ...{ name, version, build, url: found.url, ...hashes },
      depends: depends.map(([needed, spec]) => `${needed} ${spec}`.trim()),
    },
  };
}

function pipPackage(given: Given): CondaLockPackage | Refusal {
  const { name, version, platform, category, hashes, depends } = given;
  const { sha256, commit } = hashes;
  // The address that was asked for, where it was one: that of a repository.
  const url = atCommit(given.source ?? given.url, commit);
  const refused = refuseCredentials(url);
  if (refused !== undefined) return refused;
  if (commit !== undefined && !url.includes(`@${commit}`)) return wrongHash(name);
  if (!PIP_NAME.test(name) || !PIP_URL.test(url)) {
    return refusal(`the package ${excerpt(name)} has no address that pip takes: ${excerpt(url)}`);
  }
  return {
    ...{ manager: 'pip', platform, category, needs: depends.map(([needed]) => pipName(needed)) },
    file: { name, version, url, ...(sha256 === undefined ? {} : { sha256 }) },
  };
}

/** The address of a repository with the commit in the place of a branch or a tag. */
function atCommit(url: string, commit: string | undefined): string {
  const [, repository = '', fragment = ''] =
    /^((?:git|hg)\+[^/#]*:\/\/[^/#]*\/[^@#]*)(?:@[^#]*)?(#.*)?$/.exec(url) ?? [];
  return commit === undefined || repository === '' ? url : `${repository}@${commit}${fragment}`;
}

/**
 * Undefined where one has not the form of its kind.
 *
 * @see https://github.com/conda/conda-lock/blob/main/conda_lock/pypi_solver.py - of a package of a repository the commit
 *   is written as its sha256
 */
function hashesOf(hash: unknown, manager: unknown): Hashes | undefined {
  if (!isMapping(hash)) return {};
  const [sha256, md5] = [textOf(hash['sha256']), textOf(hash['md5'])];
  if (manager === 'pip' && /^[0-9a-f]{40}$/.test(sha256 ?? '')) return { commit: sha256 };
  if (!/^[0-9a-f]{64}$/.test(sha256 ?? '0'.repeat(64))) return undefined;
  if (!/^[0-9a-f]{32}$/.test(md5 ?? '0'.repeat(32))) return undefined;
  return { ...(sha256 === undefined ? {} : { sha256 }), ...(md5 === undefined ? {} : { md5 }) };
}

function wrongHash(name: string): Refusal {
  return refusal(`the package ${excerpt(name)} has an invalid hash`);
}

function dependenciesOf(value: unknown): Given['depends'] {
  if (!isMapping(value)) return [];
  return Object.entries(value).map(([name, spec]) => [name, textOf(spec) ?? '']);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function refusal(message: string): Refusal {
  return { message, remedy: 'write the file again with conda-lock' };
}
