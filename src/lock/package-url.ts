import type { Refusal } from '../text/refusal.ts';
import { refuseCredentials } from '../kernel/credentials.ts';
import { excerpt } from '../text/excerpt.ts';
import { CONDA_PLATFORMS } from './conda-platform.ts';
import type { LockedPackage } from './lock.ts';

/** What the address of a conda package tells. */
interface PackageUrl {
  /** Without the `/t/<TOKEN>` that conda writes where it has hidden a token. */
  readonly url: string;
  readonly name: string;
  readonly version: string;
  readonly build: string;
  /** `linux-64`, `noarch`. */
  readonly subdir: string;
}

const FORM = /^(?:https?|file|s3|oci|ftp):\/\/[!-"$-~]+\/([a-z0-9-]+)\/([^/]+)$/;
const FILE = /^([A-Za-z0-9_][A-Za-z0-9_.-]*)-([^-]+)-([^-]+)\.(?:conda|tar\.bz2)$/;

/** The package is for a system that is none of a container's. */
export const OTHER_PLATFORM = 'package-of-other-platform';

/**
 * Reads the address of a package in a channel: `CHANNEL/linux-64/NAME-VERSION-BUILD.conda`.
 *
 * @returns what it tells, or why a lock cannot hold it
 * @see https://docs.conda.io/projects/conda-build/en/stable/resources/package-spec.html
 */
export function readPackageUrl(text: string): PackageUrl | Refusal {
  const url = text.replace(/\/t\/<TOKEN>(?=\/)/, '');
  const refused = refuseCredentials(url);
  if (refused !== undefined) {
    return {
      message: refused.message,
      remedy: "leave it out; conda reads it from the user's .condarc",
    };
  }
  const [, subdir = '', file = ''] = FORM.exec(url) ?? [];
  const [, name, version, build] = FILE.exec(decode(file)) ?? [];
  if (name === undefined || version === undefined || build === undefined) {
    return {
      message: `${excerpt(url)} is no address of a conda package`,
      remedy: 'write it as https://CHANNEL/linux-64/NAME-VERSION-BUILD.conda',
    };
  }
  if (subdir !== 'noarch' && !CONDA_PLATFORMS.includes(subdir)) {
    return {
      message: `${excerpt(file)} is for ${excerpt(subdir)}`,
      remedy: `kernels are for ${CONDA_PLATFORMS.join(', ')}`,
      code: OTHER_PLATFORM,
    };
  }
  return { url, name, version, build, subdir };
}

/** Whether it was read. */
export function isPackageUrl(read: PackageUrl | Refusal): read is PackageUrl {
  return 'subdir' in read;
}

/** The channel that a package comes from, by its name where it has one: `conda-forge`, `https://repo.example/team`. */
export function channelOf(url: string): string {
  const address = url.replace(/\/[^/]*\/[^/]*$/, '');
  return address
    .replace(/^https:\/\/conda\.anaconda\.org\//, '')
    .replace(/^https:\/\/repo\.anaconda\.com\/(?=pkgs\/)/, '');
}

/** The channels of packages in the order in which they first appear: their names, or their addresses. */
export function channelsOf(packages: readonly LockedPackage[]): readonly string[] {
  return [...new Set(packages.map(({ url }) => channelOf(url)))];
}

/** `!` and `+` of a version may stand as `%21` and `%2B`. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
