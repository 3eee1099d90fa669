import { InvalidDataError } from '../errors.ts';
import type { KernelContent } from '../kernel/kernel-content.ts';
import { quote } from '../text/quote.ts';
import type { ImportedLock, Lock, PlatformLock } from './lock.ts';
import { missingPackages } from './missing-packages.ts';
import { pipLines } from './pip-lines.ts';

/**
 * Makes the packages of an import the lock of an environment. The image is open: the import says nothing of it.
 *
 * @param kernel - what the environment's profile asks for
 * @param source - the name of the imported file in messages
 * @throws InvalidDataError when it holds no packages for Linux, or lacks one that the kernel asks for
 */
export function lockFromImport(
  { platforms }: ImportedLock,
  { kernel, image }: { readonly kernel: KernelContent; readonly image: string },
  source: string,
): Lock {
  const names = Object.keys(platforms);
  if (Object.values(platforms).every(({ packages }) => packages.length === 0)) {
    throw new InvalidDataError(
      `${quote(source)} holds no conda packages for Linux`,
      'write the list on Linux, or lock for it: conda-lock --platform linux-64',
    );
  }
  for (const name of names) requirePackages(kernel, platforms[name], name, source);
  const hasPip = pipLines(kernel).length > 0;
  return {
    image: { reference: image },
    content: { channels: kernel.channels ?? [], dependencies: kernel.dependencies ?? [] },
    platforms: Object.fromEntries(
      Object.entries(platforms).map(([name, { virtualPackages, packages, pip }]) => [
        name,
        {
          ...{ virtualPackages, packages },
          ...(pip === undefined ? (hasPip ? { pip: 'open' as const } : {}) : { pip }),
        },
      ]),
    ),
  };
}

/** What lacks a package that is asked for is the list of another kernel. */
function requirePackages(
  kernel: KernelContent,
  platform: PlatformLock | undefined,
  platformName: string,
  source: string,
): void {
  const missing = missingPackages(kernel, platform?.packages ?? []);
  if (missing.length === 0) return;
  throw new InvalidDataError(
    `${quote(source)} lacks for ${platformName} what the kernel asks for: ${missing.join(', ')}`,
    'give the list of this kernel, or leave its dependencies out of the profile',
  );
}
