import type { Environment } from '../../environment/environment.ts';
import type { Lock } from '../../lock/lock.ts';
import type { KernelSolver } from '../../solver/solve-kernel.ts';
import type { Context } from '../context.ts';
import type { ImageToLock } from './lock-image.ts';

/** What `env lock` takes, as commander gives it. */
export interface LockCommandOptions {
  readonly all?: boolean;
  readonly platform?: readonly string[];
  readonly update?: readonly string[];
  readonly check?: boolean;
  readonly cuda?: string;
  readonly glibc?: string;
  readonly volume?: readonly string[];
  readonly dryRun?: boolean;
  readonly offline?: boolean;
  readonly engine?: string;
}

export interface LockRequest extends LockCommandOptions {
  /** The lock that the environment has now. */
  readonly before: Lock | undefined;
}

/** Everything that the parts of one lock share. */
export interface LockWork {
  readonly environment: Environment;
  readonly request: LockRequest;
  readonly image: ImageToLock;
  readonly solve: KernelSolver;
  readonly context: Context;
  /** Says what takes its time, on a terminal; a log needs none of it. */
  readonly say: (words: string) => void;
}
