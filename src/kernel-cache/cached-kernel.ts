/** A prefix in the cache. */
export interface CachedKernel {
  /** The end of its path: `linux-64-glibc2.36/2f93ec1eb45b0d6c691fb333a240976a`. */
  readonly path: string;
  /** What its packages are for: `linux-64-glibc2.36`. */
  readonly platform: string;
  /** The first 32 digits of the digest of what it is made from. */
  readonly digest: string;
  /** `untrusted`: an earlier version built it, and every run could write to it. Its next start builds it anew. */
  readonly state: 'complete' | 'untrusted' | 'building' | 'unfinished';
  readonly bytes: number;
  /** What its removal frees: without the files that the package cache of earlier versions has, too. */
  readonly ownBytes: number;
  /** When a start last found it, or it was built. */
  readonly lastUsed: Date;
  /** The id of the image that built it, where it was known. */
  readonly image: string | undefined;
}

/** A part of the cache that takes room; `earlier` is what earlier versions left. */
export interface CachePart {
  readonly name: 'kernels' | 'archives' | 'builds' | 'logs' | 'earlier' | 'other';
  readonly bytes: number;
}

/** What a build that was killed has left of the archives that it was to install. */
export interface AbandonedBuild {
  /** Of its folder: `linux-64-glibc2.36-2f93ec1eb45b0d6c691fb333a240976a`. */
  readonly name: string;
  /** What its removal frees. */
  readonly bytes: number;
}

const STATES: readonly string[] = ['complete', 'untrusted', 'building', 'unfinished'];

/**
 * Reads what `list` of the cache's script prints.
 *
 * @returns all but what is not a kernel; `lastUsed` is when a start of an earlier version found it, or it was built
 */
export function parseCachedKernels(stdout: string): readonly CachedKernel[] {
  return stdout.split('\n').flatMap((line) => {
    const [path = '', state = '', kib, ownKib, seconds, image = ''] = line.split('\t');
    const [platform = '', digest = ''] = path.split('/');
    if (!/^[0-9a-f]{32}$/.test(digest) || !STATES.includes(state)) return [];
    return {
      path,
      platform,
      digest,
      state: state as CachedKernel['state'],
      bytes: Number(kib) * 1024,
      ownBytes: Number(ownKib) * 1024,
      lastUsed: new Date(Number(seconds) * 1000),
      image: image === '' ? undefined : image,
    };
  });
}

/** Reads what `sizes` of the cache's script prints. */
export function parseCacheParts(stdout: string): readonly CachePart[] {
  return parseSizes(stdout).map(({ name, bytes }) => ({ name: name as CachePart['name'], bytes }));
}

/** Reads lines of a name and a size in KiB. */
export function parseSizes(
  stdout: string,
): readonly { readonly name: string; readonly bytes: number }[] {
  return stdout.split('\n').flatMap((line) => {
    const [name = '', kib] = line.split('\t');
    return name === '' ? [] : [{ name, bytes: Number(kib) * 1024 }];
  });
}
