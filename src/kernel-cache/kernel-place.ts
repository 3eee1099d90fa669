import type { EnteredKernel } from '../launch/wanted-kernel.ts';
import type { BuildPlace } from '../launch/build-containers.ts';
import type { Mount } from '../launch/mounts.ts';

/** The named volume that kernels lie in where the engine is elsewhere. */
export const KERNEL_VOLUME = 'submarine';

/** Where kernels are kept for containers: in a folder of this machine, or in a volume of an engine elsewhere. */
export interface KernelPlace {
  /** A folder's path, or the name of a volume. */
  readonly location: string;
  /** Whether a look at it costs next to nothing. */
  readonly isNear: boolean;
  /**
   * The digest that a kernel's mark has, where it was built whole by this version's rules; else undefined.
   *
   * @param path - `linux-64-glibc2.36/2f93ec1eb45b0d6c691fb333a240976a`
   */
  findDigest(path: string, signal?: AbortSignal): Promise<string | undefined>;
  /** A line for each program, `.pth` file and script of activation of a kernel that is not as its build left it. */
  differences(path: string, signal?: AbortSignal): Promise<readonly string[]>;
  /** Takes a kernel for missing that may have been there a moment ago. */
  forget(path: string): Promise<void>;
  /** The kernel as a container sees it. */
  enter(path: string, digest: string, signal?: AbortSignal): Promise<EnteredKernel>;
  /** What the containers of a build of the kernel will work with; nothing is made. */
  planBuild(path: string, signal?: AbortSignal): Promise<BuildPlace>;
  /**
   * Makes the folders of a build, empty.
   *
   * @throws SubmarineError of the kind `cannot-write` when they cannot be made
   */
  openBuild(path: string, signal?: AbortSignal): Promise<BuildFolder>;
}

/** What the containers of one build work with. */
export interface BuildFolder {
  readonly place: BuildPlace;
  /** The folder of this machine into which the archives of the build are put. */
  readonly archives: string;
  /** Hands what lies in `archives` over to where the containers see it. */
  handOver(signal?: AbortSignal): Promise<void>;
  /** Removes what only the build needed. */
  close(): Promise<void>;
  /** Removes what a build that failed has left of its kernel. */
  discard(): Promise<void>;
}

/** The parts of a place that a build of one kernel works with, as paths from its root. */
export interface BuildParts {
  readonly prefix: string;
  readonly archives: string;
  readonly log: string;
  readonly lock: string;
}

/** @param path - see `KernelPlace.findMark` */
export function partsOf(path: string): BuildParts {
  const [platform = '', id = ''] = path.split('/');
  const name = `${platform}-${id}`;
  return {
    prefix: `kernels/${path}`,
    archives: `builds/${name}`,
    log: `logs/${id}-${platform}.log`,
    lock: `locks/${name}`,
  };
}

/**
 * A build as its containers see it: each part by itself, at the same path below `/submarine`.
 *
 * @param root - where the place lies on the engine's machine
 * @param shown - what it is for the user
 */
export function placeOf(root: string, parts: BuildParts, shown = root): BuildPlace {
  const mount = (part: string, readOnly: boolean): Mount => ({
    type: 'bind',
    source: `${root}/${part}`,
    target: `/submarine/${part}`,
    readOnly,
  });
  return {
    prefix: `/submarine/${parts.prefix}`,
    archives: `/submarine/${parts.archives}`,
    log: `/submarine/${parts.log}`,
    lock: `/submarine/${parts.lock}`,
    shown,
    mounts: [
      mount(parts.prefix, false),
      mount(parts.archives, true),
      mount(parts.log, false),
      mount(parts.lock, true),
    ],
  };
}
