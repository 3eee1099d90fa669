import type { KernelContent } from '../kernel/kernel-content.ts';
import { isPipOption } from '../kernel/pip-line.ts';
import { inlineConstraint } from '../kernel/pip-requirement.ts';
import type { LockedPackage, LockedRequirement, PlatformLock } from './lock.ts';
import { inInstallationOrder, requirementsInOrder } from './package-order.ts';
import { pipLines } from './pip-lines.ts';
import { missingChecksums } from './unchecked-packages.ts';

// pip reads these also when every package is named by its address: some are built, by tools that come from an index.
const OPTION_OF_DOWNLOADS =
  /^(?:-[if]|--(?:index-url|pypi-url|extra-index-url|find-links|trusted-host)(?![a-z-]))/;

/**
 * Writes what a kernel is built from when it is locked: a line a package, in the order of installation. Its sha256 is
 * the digest that names the folder of the kernel.
 *
 * @param content - what was locked; its pip lines stand in it as they are where no versions of them are known
 * @returns lines that the head of the bootstrap describes, the first `submarine-lock 1`
 */
export function lockedSpecification(
  platform: Pick<PlatformLock, 'packages' | 'pip'>,
  content: KernelContent,
): string {
  const { packages, pip } = platform;
  const lines = pip === undefined ? [] : pipLines(content);
  const options = lines.filter((line) => OPTION_OF_DOWNLOADS.test(line) && isPipOption(line));
  return [
    'submarine-lock 1',
    ...inInstallationOrder(packages).map(condaLine),
    ...(pip === 'open'
      ? lines.map(openLine)
      : pip === undefined || pip.length === 0
        ? []
        : [
            ...options.map((line) => `pip-option ${line}`),
            ...requirementsInOrder(pip).map((requirement) => `pip ${pipLine(requirement)}`),
          ]),
    ...missingChecksums(platform).map((name) => `unchecked ${name}`),
    '',
  ].join('\n');
}

/** What a constraint holds is for what is installed besides. */
function openLine(line: string): string {
  const constraint = inlineConstraint(line);
  return constraint === undefined ? `pip-open ${line}` : `pip-constraint ${constraint}`;
}

function condaLine({ url, sha256, md5 }: LockedPackage): string {
  return `conda ${sha256 ?? '-'} ${url}${md5 === undefined ? '' : `#${md5}`}`;
}

/** As a requirements file has it. */
function pipLine({ name, url, sha256 }: LockedRequirement): string {
  return `${name} @ ${url}${sha256 === undefined ? '' : ` --hash=sha256:${sha256}`}`;
}
