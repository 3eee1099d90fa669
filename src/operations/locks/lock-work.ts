import type { Environment } from '../../environment/environment.ts';
import type { Lock } from '../../lock/lock.ts';
import type { KernelSolver } from '../../solver/solve-kernel.ts';
import type { Call } from '../events.ts';
import type { Submarine } from '../submarine.ts';
import type { ImageToLock } from './lock-image.ts';

/** How an environment is to be locked. */
export interface LockChoice {
  /** As conda names them; without them the image's, and those of the old lock. */
  readonly platforms?: readonly string[] | undefined;
  /** The packages that may change, with what they must; all others stay as they are locked. */
  readonly update?: readonly string[] | undefined;
  /** The version of CUDA that the machine's driver has: `12.4`. */
  readonly cuda?: string | undefined;
  /** The version of the machine's libc; without it the image's. */
  readonly glibc?: string | undefined;
  /** Whether only what was fetched before is used. */
  readonly offline?: boolean | undefined;
  readonly engine?: string | undefined;
  readonly verbose?: boolean | undefined;
}

export interface LockRequest extends LockChoice {
  /** The lock that the environment has now. */
  readonly before: Lock | undefined;
}

/** Everything that the parts of one lock share. */
export interface LockWork {
  readonly environment: Environment;
  readonly request: LockRequest;
  readonly image: ImageToLock;
  readonly solve: KernelSolver;
  readonly submarine: Submarine;
  readonly call: Call | undefined;
}
