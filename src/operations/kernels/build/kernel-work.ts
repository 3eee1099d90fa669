import type { KernelPlace } from '../../../kernel-cache/kernel-place.ts';
import type { Engine } from '../../../engines/engine.ts';
import type { Environment, Kernel } from '../../../environment/environment.ts';
import type { LaunchFacts, LaunchRequest } from '../../../launch/launch-request.ts';
import type { PlatformLock } from '../../../lock/lock.ts';
import type { LockPolicy } from '../../runs/run-request.ts';
import type { Call } from '../../events.ts';
import type { Submarine } from '../../submarine.ts';

/** A launch whose kernel is to be there. */
export interface KernelLaunch {
  readonly environment: Environment;
  readonly engine: Engine;
  readonly request: LaunchRequest;
  readonly lock: LockPolicy;
  readonly facts: LaunchFacts;
  readonly submarine: Submarine;
  /** Shown what the containers of a build say. */
  readonly show: (text: string) => void;
  readonly call: Call | undefined;
}

/** A kernel that is to be made. */
export interface KernelToMake extends KernelLaunch {
  readonly kernel: Kernel;
  readonly digest: string;
}

/** A kernel that is being built in its place. */
export interface KernelWork extends KernelToMake {
  /** The end of its folder's path: `linux-64-glibc2.36/2f93ec1eb45b0d6c691fb333a240976a`. */
  readonly path: string;
  readonly place: KernelPlace;
}

/** What a kernel is built from when nothing has to be found out any more. */
export type Packages = Pick<PlatformLock, 'packages' | 'pip'>;
