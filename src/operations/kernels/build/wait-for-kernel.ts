import { kernelMutexPath, withKernelMutex } from '../../../kernel-cache/kernel-mutex.ts';
import type { KernelPlace } from '../../../kernel-cache/kernel-place.ts';
import type { WantedKernel } from '../../../launch/wanted-kernel.ts';
import { tellStep } from '../../events.ts';
import type { KernelLaunch } from './kernel-work.ts';

/** Where a kernel is looked for. */
export interface Sought {
  readonly place: KernelPlace;
  readonly path: string;
  readonly wanted: WantedKernel;
}

/** Whether the kernel was built whole. */
export async function isThere({ place, path, wanted }: Sought): Promise<boolean> {
  return (await place.findDigest(path)) === wanted.digest;
}

const POLL_MS = 500;
const LOOK_MS = 50;

/**
 * Waits for a turn to build a kernel, and no longer than until it is there: its mark is made last, and whoever has made
 * it takes a while to end its container.
 */
export async function waitForKernel(
  { submarine, environment, call }: Pick<KernelLaunch, 'submarine' | 'environment' | 'call'>,
  sought: Sought,
  build: () => Promise<void>,
): Promise<void> {
  const { place, path } = sought;
  const mutex = kernelMutexPath(submarine.caller.folders.host, place.location, path);
  const found = new AbortController();
  const look = async (): Promise<void> => {
    if (place.isNear && (await isThere(sought))) found.abort();
  };
  const looking = setInterval(() => void look(), LOOK_MS);
  let hasTurn = false;
  const options = {
    waitMs: Number.POSITIVE_INFINITY,
    pollMs: POLL_MS,
    signal: AbortSignal.any([found.signal, ...(call?.signal === undefined ? [] : [call.signal])]),
    waiting: (holder: string) =>
      tellStep(call, { step: 'waiting-for-kernel', environment: environment.name, holder }),
  };
  try {
    await withKernelMutex(mutex, options, () => {
      hasTurn = true;
      clearInterval(looking);
      return build();
    });
  } catch (error) {
    if (hasTurn || !found.signal.aborted) throw error;
  } finally {
    clearInterval(looking);
  }
}
