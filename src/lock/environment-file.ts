import { composeKernel } from '../environment/compose-document.ts';
import type { Kernel } from '../environment/environment.ts';
import { kernelSpecification } from '../kernel/kernel-digest.ts';
import type { KernelContent } from '../kernel/kernel-content.ts';
import { packageName } from '../kernel/match-spec.ts';
import { isPipOption } from '../kernel/pip-line.ts';
import { inlineConstraint } from '../kernel/pip-requirement.ts';
import type { LockedPackage, LockedRequirement, PlatformLock } from './lock.ts';
import { inFileOrder, requirementsInOrder } from './package-order.ts';
import { isDirect, pipLines } from './pip-lines.ts';

/**
 * Writes a kernel as an `environment.yml` that conda, mamba and micromamba read: what its profile says, or where it is
 * locked each package by its version and build.
 *
 * @param platform - the packages of one platform; undefined where the kernel is not locked
 */
export function formatEnvironmentFile(kernel: Kernel, platform: PlatformLock | undefined): string {
  if (platform === undefined) return composeKernel(withoutConstraints(kernel));
  const { packages, pip } = platform;
  const own = JSON.parse(kernelSpecification(kernel)) as Required<KernelContent>;
  const specs = own.dependencies.filter((item) => typeof item === 'string');
  const lines = pipLines(withoutConstraints(kernel));
  const exact =
    pip === 'open' || pip === undefined
      ? lines
      : [
          ...lines.filter(isPipOption),
          ...requirementsInOrder(pip).map((item) => requirementLine(item, lines)),
        ];
  return composeKernel({
    ...kernel,
    dependencies: [
      ...inFileOrder(packages).map((item) => `${channelPrefix(item, specs)}${specOf(item)}`),
      ...(exact.length > 0 ? [{ pip: exact }] : []),
    ],
  });
}

/** No other program has a place for them, and exact versions need none. */
function withoutConstraints(kernel: Kernel): Kernel {
  const isKept = (line: string): boolean => inlineConstraint(line) === undefined;
  const dependencies = kernel.dependencies?.map((item) =>
    typeof item === 'string' ? item : { pip: item.pip.filter(isKept) },
  );
  return dependencies === undefined ? kernel : { ...kernel, dependencies };
}

function specOf({ name, version, build }: LockedPackage): string {
  return `${name}=${version}=${build}`;
}

/** `conda-forge::`, where the kernel takes the package from a channel of its own. */
function channelPrefix({ name }: LockedPackage, specs: readonly string[]): string {
  const spec = specs.find((text) => text.includes('::') && packageName(text) === name);
  return /^(.*::)/.exec(spec ?? '')?.[1] ?? '';
}

function requirementLine(item: LockedRequirement, lines: readonly string[]): string {
  const { name, version, url } = item;
  return isDirect(item, lines) ? `${name} @ ${url}` : `${name}==${version}`;
}
