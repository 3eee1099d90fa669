import type { Engine, RunInfo } from '../../engines/engine.ts';
import type { Environment, Kernel } from '../../environment/environment.ts';
import { throwIfAborted } from '../../errors.ts';
import { hasDependencies } from '../../kernel/kernel-content.ts';
import { kernelDigest, kernelSpecification } from '../../kernel/kernel-digest.ts';
import type { Lock, PlatformLock } from '../../lock/lock.ts';
import type { Store } from '../../stores/store.ts';
import type { Call } from '../events.ts';
import type { Submarine } from '../submarine.ts';

/** A kernel that an environment may be built to. */
interface WantedKernel {
  /** The first 32 digits of the digest of what it is made from, as its prefix is named. */
  readonly digest: string;
  /** What it is locked to, and for which platform of conda's. */
  readonly locked?: { readonly platform: string; readonly packages: PlatformLock };
}

/** An environment, and the kernels that a start of it may look for. */
export interface KernelUser {
  readonly environment: Environment;
  readonly kernel: Kernel;
  /** From its lock where that is of this kernel, a kernel for each platform; else from the profile alone. */
  readonly wanted: readonly WantedKernel[];
  /** The kernel that is made from the profile when a lock is left aside. */
  readonly unlocked: WantedKernel;
}

/** The environments of a store whose kernels are built; a lock that cannot be read is as if it were not there. */
export async function findKernelUsers(store: Store): Promise<readonly KernelUser[]> {
  const users: KernelUser[] = [];
  for (const { environment } of await store.list()) {
    if (environment !== undefined) users.push(...(await kernelUsers(environment, store)));
  }
  return users;
}

/** The environment as a user of kernels; none where its image holds the kernel, or there is none. */
export async function kernelUsers(
  environment: Environment,
  store: Store,
): Promise<readonly KernelUser[]> {
  const { kernel } = environment;
  if (kernel === undefined || !hasDependencies(kernel)) return [];
  const unlocked = { digest: prefixName(kernelSpecification(kernel)) };
  const lock = await readLock(environment.name, store);
  const isOfKernel =
    lock !== undefined && kernelSpecification(lock.content) === kernelSpecification(kernel);
  const wanted = isOfKernel ? await lockedKernels(lock) : [unlocked];
  return [{ environment, kernel, wanted, unlocked }];
}

async function lockedKernels({ platforms, content }: Lock): Promise<readonly WantedKernel[]> {
  const { lockedSpecification } = await import('../../lock/locked-specification.ts');
  return Object.entries(platforms).map(([platform, packages]) => ({
    digest: prefixName(lockedSpecification(packages, content)),
    locked: { platform, packages },
  }));
}

async function readLock(name: string, store: Store): Promise<Lock | undefined> {
  const text = await store.findLock(name);
  if (text === undefined) return undefined;
  const { parseLock } = await import('../../lock/lock-file.ts');
  return parseLock(text, store.lockLocation(name)).catch(() => undefined);
}

function prefixName(specification: string): string {
  return kernelDigest(specification).slice(0, 32);
}

/** Whether a start of the environment may look for the kernel. */
export function isUsedBy(
  { digest }: { readonly digest: string },
  { wanted, unlocked }: KernelUser,
): boolean {
  return [...wanted, unlocked].some((kernel) => kernel.digest === digest);
}

/** The digests of all kernels that environments of a store may look for. */
export async function digestsWanted(store: Store): Promise<ReadonlySet<string>> {
  const users = await findKernelUsers(store);
  return new Set(
    users.flatMap(({ wanted, unlocked }) => [...wanted, unlocked].map(({ digest }) => digest)),
  );
}

/** How long an engine that was not asked for may take to say what it runs. */
const OTHERS_MS = 3000;

/**
 * The digests of the kernels that containers use: those that run, are paused, or are about to start. Other engines that
 * were used on this machine are asked too, and left out when they do not answer in time.
 *
 * @throws SubmarineError of the kind `unavailable` when the engine itself does not answer
 */
export async function digestsInUse(
  submarine: Pick<Submarine, 'caller'>,
  engine: Engine,
  call?: Call,
): Promise<ReadonlySet<string>> {
  const used = await livingContainers(submarine, engine, call);
  return new Set(used.flatMap(({ labels }) => labels['submarine.digest']?.slice(0, 32) ?? []));
}

/** Those of `containersOnEveryEngine` that run, are paused, or are about to start. */
export async function livingContainers(
  submarine: Pick<Submarine, 'caller'>,
  engine: Engine,
  call?: Call,
): Promise<readonly RunInfo[]> {
  const containers = await containersOnEveryEngine(submarine, engine, call);
  return containers.filter(({ state }) => !['exited', 'dead', 'removing'].includes(state));
}

/** Our containers on the engine, and on every other one that was used on this machine and answers in time. */
export async function containersOnEveryEngine(
  { caller: { variables, folders } }: Pick<Submarine, 'caller'>,
  engine: Engine,
  call?: Call,
): Promise<readonly RunInfo[]> {
  const { openOtherEngines } = await import('../../engines/open-engine.ts');
  const others = openOtherEngines(engine.name, { env: variables, hostFolder: folders.host });
  const found = await Promise.all([
    engine.runs.list({}, call),
    ...others.map((other) => containersInTime(other, call?.signal)),
  ]);
  return found.flat();
}

async function containersInTime(
  { runs }: Engine,
  signal: AbortSignal | undefined,
): Promise<readonly RunInfo[]> {
  const limit = AbortSignal.timeout(OTHERS_MS);
  const either = signal === undefined ? limit : AbortSignal.any([limit, signal]);
  try {
    return await runs.list({}, { signal: either });
  } catch {
    throwIfAborted(signal);
    return [];
  }
}
