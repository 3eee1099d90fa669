import type { Environment, Kernel } from '../../environment/environment.ts';
import { InvalidDataError, UsageError } from '../../errors.ts';
import { hasDependencies } from '../../kernel/kernel-content.ts';
import { formatEnvironmentFile } from '../../lock/environment-file.ts';
import { formatExplicitList } from '../../lock/explicit-list.ts';
import { formatCondaLock } from '../../lock/conda-lock/write.ts';
import { lockState } from '../../lock/lock-state.ts';
import type { Lock, PlatformLock } from '../../lock/lock.ts';
import { quote } from '../../text/quote.ts';
import type { Call } from '../events.ts';
import { warn } from '../events.ts';
import { readStoredLock, requireLock } from '../locks/stored-lock.ts';
import type { Submarine } from '../submarine.ts';

/** `@EXPLICIT` lists, `conda-lock.yml`, or `environment.yml`, which it is where nothing is said. */
export type ExportFormat = 'explicit' | 'conda-lock' | 'environment';

/** A kernel to export, and how. */
export interface ExportRequest {
  readonly name: string;
  readonly format?: ExportFormat | undefined;
  /** Of those that are locked; without them all, of a format for one machine the only one. */
  readonly platforms?: readonly string[] | undefined;
}

/**
 * The kernel of an environment as a text in the format of another program.
 *
 * @throws InvalidDataError when it has no kernel, no lock where one is needed, or not the platform
 */
export async function exportEnvironment(
  submarine: Submarine,
  { name, format = 'environment', platforms: chosen }: ExportRequest,
  call?: Call,
): Promise<string> {
  const stored = await readStoredLock(name, submarine);
  const { environment } = stored;
  const kernel = requireKernel(environment);
  if (format === 'environment') {
    return environmentFile(stored.lock, environment, kernel, chosen, call);
  }
  const lock = requireLock(stored);
  const changes = kernelChanges(lock, environment);
  if (changes !== undefined) {
    warn(call, { code: 'stale-lock-exported', environment: name, changes });
  }
  const platforms = chosenPlatforms(name, lock, format, chosen);
  warnOfPip(lock, platforms, format, call);
  return format === 'conda-lock'
    ? formatCondaLock(lock, platforms)
    : platforms.map((item) => formatExplicitList(item, platformOf(lock, item))).join('');
}

function environmentFile(
  lock: Lock | undefined,
  environment: Environment,
  kernel: Kernel,
  chosen: readonly string[] | undefined,
  call: Call | undefined,
): string {
  const { name } = environment;
  const changes = lock && kernelChanges(lock, environment);
  if (lock === undefined || changes !== undefined) {
    if (chosen !== undefined) {
      const why = changes === undefined ? 'no lock' : 'a stale lock';
      throw new InvalidDataError(
        `the environment ${quote(name)} has ${why}, and its profile is the same for every platform`,
        undefined,
        { code: 'profile-without-platform', data: { name } },
      );
    }
    if (changes !== undefined) warn(call, { code: 'profile-exported', environment: name, changes });
    return formatEnvironmentFile(kernel, undefined);
  }
  const [platform = ''] = chosenPlatforms(name, lock, 'environment', chosen);
  return formatEnvironmentFile(kernel, platformOf(lock, platform));
}

/** What has changed, where the lock is one of another kernel. Another image alone changes no package. */
function kernelChanges(lock: Lock, environment: Environment): readonly string[] | undefined {
  const { kernel, 'docker-image': image } = environment;
  const { state } = lockState(lock, { kernel, image: lock.image.reference });
  return state === 'stale' ? lockState(lock, { kernel, image }).changes : undefined;
}

function requireKernel({ name, kernel }: Environment): Kernel {
  if (kernel !== undefined && hasDependencies(kernel)) return kernel;
  throw new InvalidDataError(
    `the environment ${quote(name)} has no kernel to export`,
    kernel === undefined
      ? 'its profile lists no dependencies'
      : `its image holds the kernel ${quote(kernel.name)} already`,
  );
}

/** Those that were asked for, else all; of a form for one machine, the only one. */
function chosenPlatforms(
  name: string,
  lock: Lock,
  format: ExportFormat,
  chosen: readonly string[] | undefined,
): readonly string[] {
  const held = Object.keys(lock.platforms);
  const missing = chosen?.find((platform) => !held.includes(platform));
  if (missing !== undefined) {
    throw new InvalidDataError(`the lock has no ${quote(missing)}`, undefined, {
      code: 'lock-lacks-platform',
      data: { name, missing, held },
    });
  }
  const wanted = [...new Set(chosen ?? held)];
  if (format === 'conda-lock' || wanted.length === 1) return wanted;
  throw new UsageError(
    `the format ${format} is for one platform, and ${wanted.join(' and ')} are locked`,
    undefined,
    { code: 'several-platforms', data: { platforms: wanted } },
  );
}

function platformOf({ platforms }: Lock, name: string): PlatformLock {
  return platforms[name] ?? { virtualPackages: {}, packages: [] };
}

function warnOfPip(
  lock: Lock,
  platforms: readonly string[],
  format: ExportFormat,
  call: Call | undefined,
): void {
  for (const platform of platforms) {
    const { pip = [] } = platformOf(lock, platform);
    if (pip === 'open') warn(call, { code: 'pip-left-out', platform, isOpen: true });
    else if (pip.length > 0 && format === 'explicit') {
      warn(call, { code: 'pip-left-out', platform, isOpen: false });
    }
  }
}
