import { join } from 'node:path';

import type { LockOptions } from '../files/file-lock.ts';
import { FileBusyError, isFileLocked, withFileLock } from '../files/file-lock.ts';
import { makePrivateFolder } from '../files/private-file.ts';
import { locationName } from './cache-location.ts';

/**
 * The file whose lock whoever builds or removes a kernel holds from the beginning to the end, over all the containers
 * that this takes. It lies in the host's own folder, which no container sees.
 *
 * @param location - of the cache: a folder's path, or the name of a volume
 * @param path - of the kernel: `linux-64-glibc2.36/2f93ec1eb45b0d6c691fb333a240976a`
 */
export function kernelMutexPath(hostFolder: string, location: string, path: string): string {
  return join(hostFolder, 'building', `${locationName(location)}-${path.replace('/', '-')}`);
}

/**
 * Does some work while no other process builds or removes the kernel.
 *
 * @throws FileBusyError when another one does for as long as the options say
 * @throws InterruptedError when the signal of the options is aborted while it waits
 * @throws what the system call threw where the host's own folder cannot be written
 */
export async function withKernelMutex<Value>(
  mutexPath: string,
  options: LockOptions,
  work: () => Promise<Value>,
): Promise<Value> {
  const folder = await makePrivateFolder(join(mutexPath, '..'));
  return withFileLock(join(folder, mutexPath.replace(/^.*\//, '')), options, work);
}

/** Whether a process builds or removes the kernel. */
export async function isKernelHeld(mutexPath: string): Promise<boolean> {
  return isFileLocked(mutexPath);
}

/**
 * Does some work while no other process builds or removes any of several kernels, each of which is taken or found to be
 * held at once.
 *
 * @param work - is given those that were free
 */
export async function withFreeKernels<Kernel, Value>(
  kernels: readonly Kernel[],
  mutexPath: (kernel: Kernel) => string,
  work: (free: readonly Kernel[]) => Promise<Value>,
): Promise<Value> {
  const [first, ...others] = kernels;
  if (first === undefined) return work([]);
  let isTaken = false;
  const taken = async (): Promise<Value> => {
    isTaken = true;
    return withFreeKernels(others, mutexPath, (free) => work([first, ...free]));
  };
  try {
    return await withKernelMutex(mutexPath(first), { waitMs: 0 }, taken);
  } catch (error) {
    if (isTaken || !(error instanceof FileBusyError)) throw error;
    return withFreeKernels(others, mutexPath, work);
  }
}
