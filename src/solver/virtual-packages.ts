/** What is known of the machine that a kernel is to run on. */
export interface TargetFacts {
  /** As conda names it: `linux-64`. */
  readonly platform: string;
  /** The version of its GNU libc: `2.36`. */
  readonly glibc?: string;
  /** The release of its kernel, as `uname -r` prints it. */
  readonly linux?: string;
  /** The newest CUDA that its driver can: `12.4`; undefined for none. */
  readonly cuda?: string;
}

/** CentOS 7's, the oldest that most channels build for. */
const OLDEST_GLIBC = '2.17';
/** Where nobody could be asked: older than that of any system that is kept up. */
const OLD_LINUX = '5.10';

const ARCHITECTURES: Readonly<Record<string, string>> = { '64': 'x86_64', '32': 'x86' };

/**
 * The packages that conda takes from the machine itself, of the plainest processor of its kind.
 *
 * @returns by name, each as its version, and behind `=` its build where that is not `0`: `__archspec: '1=x86_64'`
 * @see https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-virtual.html
 */
export function virtualPackages(facts: TargetFacts): Readonly<Record<string, string>> {
  const { platform, glibc = OLDEST_GLIBC, linux = OLD_LINUX, cuda } = facts;
  const processor = platform.slice(platform.indexOf('-') + 1);
  return {
    __archspec: `1=${ARCHITECTURES[processor] ?? processor}`,
    ...(cuda === undefined ? {} : { __cuda: cuda }),
    __glibc: glibc,
    // `5.10.0-23-amd64`: conda takes the numbers alone.
    __linux: /^\d+(?:\.\d+){1,3}/.exec(linux)?.[0] ?? OLD_LINUX,
    __unix: '0',
  };
}

/** The version of a virtual package, as `virtualPackages` gives it. */
export function versionOf(text: string): string {
  return text.split('=')[0] ?? '';
}

/** Its build. */
export function buildOf(text: string): string {
  return text.split('=')[1] ?? '0';
}
