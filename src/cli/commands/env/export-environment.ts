import type { Environment, Kernel } from '../../../environment/environment.ts';
import { InvalidDataError, UsageError } from '../../../errors.ts';
import { hasDependencies } from '../../../kernel/kernel-content.ts';
import { formatEnvironmentFile } from '../../../lock/environment-file.ts';
import { formatExplicitList } from '../../../lock/explicit-list.ts';
import { formatCondaLock } from '../../../lock/format-conda-lock.ts';
import type { LockState } from '../../../lock/lock-state.ts';
import { lockState } from '../../../lock/lock-state.ts';
import type { Lock, PlatformLock } from '../../../lock/lock.ts';
import { quote } from '../../../text/quote.ts';
import type { Context } from '../../context.ts';
import { lockLine, readStoredLock, requireLock } from '../../stored-lock.ts';

export type ExportFormat = 'explicit' | 'conda-lock' | 'environment';

export interface ExportOptions {
  readonly format: ExportFormat;
  readonly platform?: readonly string[];
}

/** Prints the kernel of an environment in the form of another program. */
export async function exportEnvironment(
  name: string,
  { format, platform: chosen }: ExportOptions,
  context: Context,
): Promise<void> {
  const stored = await readStoredLock(name, context);
  const { environment } = stored;
  const kernel = requireKernel(environment);
  if (format === 'environment') {
    context.io.write(environmentFile(stored.lock, environment, kernel, chosen, context));
    return;
  }
  const lock = requireLock(stored);
  const state = lockState(lock, { kernel, image: environment['docker-image'] });
  if (isForAnotherKernel(lock, environment)) {
    const what = state.changes.join(', ');
    context.io.note(`submarine: warning: the lock of ${quote(name)} is stale: ${what}`);
    context.io.note(`  what was locked is printed; lock it again: submarine env lock ${name}`);
  }
  const platforms = chosenPlatforms(name, lock, { format, platform: chosen });
  warnOfPip(lock, platforms, format, context);
  context.io.write(
    format === 'conda-lock'
      ? formatCondaLock(lock, platforms)
      : platforms.map((item) => formatExplicitList(item, platformOf(lock, item))).join(''),
  );
}

function environmentFile(
  lock: Lock | undefined,
  environment: Environment,
  kernel: Kernel,
  chosen: readonly string[] | undefined,
  context: Context,
): string {
  const isStale = lock !== undefined && isForAnotherKernel(lock, environment);
  if (lock === undefined || isStale) {
    const why = isStale ? 'a stale lock' : 'no lock';
    const { name } = environment;
    if (chosen !== undefined) {
      throw new InvalidDataError(
        `the environment ${quote(name)} has ${why}, and its profile is the same for every platform`,
        `leave --platform out, or lock it: submarine env lock ${name}`,
      );
    }
    if (isStale) {
      context.io.note(
        `submarine: warning: the lock of ${quote(name)} is stale, so its profile is printed`,
      );
      context.io.note(`  lock it again: submarine env lock ${name}`);
    }
    return formatEnvironmentFile(kernel, undefined);
  }
  const [platform = ''] = chosenPlatforms(environment.name, lock, {
    format: 'environment',
    platform: chosen,
  });
  return formatEnvironmentFile(kernel, platformOf(lock, platform));
}

/** Another image makes a lock stale, too, and changes no package. */
function isForAnotherKernel(lock: Lock, { kernel }: Environment): boolean {
  const state: LockState['state'] = lockState(lock, { kernel, image: lock.image.reference }).state;
  return state === 'stale';
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
  { format, platform: chosen }: { format: ExportFormat; platform: readonly string[] | undefined },
): readonly string[] {
  const held = Object.keys(lock.platforms);
  const missing = chosen?.find((platform) => !held.includes(platform));
  if (missing !== undefined) {
    throw new InvalidDataError(
      `the lock has no ${quote(missing)}`,
      `it has ${held.join(', ')}; lock for more: ${lockLine(name, [...held, missing])}`,
    );
  }
  const wanted = [...new Set(chosen ?? held)];
  if (format === 'conda-lock' || wanted.length === 1) return wanted;
  throw new UsageError(
    `--format ${format} is for one platform, and ${wanted.join(' and ')} are locked`,
    `say which: --platform ${wanted[0] ?? ''}`,
  );
}

function platformOf({ platforms }: Lock, name: string): PlatformLock {
  return platforms[name] ?? { virtualPackages: {}, packages: [] };
}

function warnOfPip(
  lock: Lock,
  platforms: readonly string[],
  format: ExportFormat,
  { io }: Context,
): void {
  for (const name of platforms) {
    const { pip = [] } = platformOf(lock, name);
    if (pip === 'open') {
      io.note(`submarine: warning: the pip packages of ${name} have no exact versions: left out`);
    } else if (pip.length > 0 && format === 'explicit') {
      io.note(`submarine: warning: an @EXPLICIT list has no pip packages: left out for ${name}`);
    }
  }
}
