import type { KernelContent } from '../kernel/kernel-content.ts';

/** Exactly what an environment is made of: an image by its digest and, for each platform, every package of its kernel. */
export interface Lock {
  readonly image: LockedImage;
  /** What was locked; a kernel that says something else now is not this lock's. */
  readonly content: KernelContent;
  /** By the names that conda gives to platforms: `linux-64`, `linux-aarch64`. */
  readonly platforms: Readonly<Record<string, PlatformLock>>;
}

/** Neither a digest nor a local id: it is open, because no engine could tell. */
export interface LockedImage {
  /** As the environment names it. */
  readonly reference: string;
  /** What a registry knows it by: `sha256:…`. */
  readonly digest?: string;
  /** The id that one engine gives to an image that was never pushed: `sha256:…`. */
  readonly local?: string;
}

export interface PlatformLock {
  /** What the solver was told of the machine: `{ __glibc: '2.36', __archspec: '1=x86_64' }`. */
  readonly virtualPackages: Readonly<Record<string, string>>;
  /** By name; those of an imported list without `depends` in its own order, which is that of installation. */
  readonly packages: readonly LockedPackage[];
  /** Absent where the kernel has no pip lines. */
  readonly pip?: readonly LockedRequirement[] | 'open';
}

/** One conda package. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  readonly build: string;
  /** Of the archive, without user, password and token. */
  readonly url: string;
  readonly sha256?: string;
  readonly md5?: string;
  /** Set where the channel gave neither of them. A package that has none of the three has lost its checksum by an edit or a merge. */
  readonly checksum?: 'none';
  /** MatchSpecs, as the channel says; absent where nobody told. */
  readonly depends?: readonly string[];
}

/** One package that pip installs. */
export interface LockedRequirement {
  readonly name: string;
  readonly version: string;
  /** Of the archive, or `git+https://…@COMMIT`. */
  readonly url: string;
  /** Of an archive. */
  readonly sha256?: string;
  /** Set where the index gave no sha256 of an archive. */
  readonly checksum?: 'none';
}

/** The packages of another program's lock file. */
export interface ImportedLock {
  readonly platforms: Readonly<Record<string, PlatformLock>>;
  /** What a kernel is to ask for that names nothing of its own. */
  readonly content: Required<KernelContent>;
  /** What the file holds and a lock does not, each a few words that are safe to print. */
  readonly notices: readonly string[];
}
