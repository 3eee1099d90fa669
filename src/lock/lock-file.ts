import { toProblem } from '../environment/finding.ts';
import { InvalidFileError } from '../errors.ts';
import { kernelDigest, kernelSpecification } from '../kernel/kernel-digest.ts';
import type { KernelContent } from '../kernel/kernel-content.ts';
import { checkLock, LOCK_VERSION } from './check-lock.ts';
import { flow } from './flow.ts';
import { readLockLines } from './lock-lines.ts';
import type { Lock, LockedImage, LockedPackage, LockedRequirement, PlatformLock } from './lock.ts';
import { byCodeUnits, inFileOrder, requirementsInOrder } from './package-order.ts';

const HEADING = '# The exact packages of this environment, written by: submarine env lock';
const START = { line: 1, column: 1 };

/** A lock file once its shape was found to be right. */
interface LockDocument {
  readonly image: LockedImage;
  readonly channels: readonly string[];
  readonly dependencies: NonNullable<KernelContent['dependencies']>;
  readonly platforms: Readonly<Record<string, PlatformDocument>>;
}

interface PlatformDocument {
  readonly 'virtual-packages': Readonly<Record<string, string>>;
  readonly packages: readonly LockedPackage[];
  readonly pip?: readonly LockedRequirement[] | 'open';
}

/**
 * Reads a lock file. What we wrote is read line by line; what somebody laid out anew is read as YAML.
 *
 * @param source - where the text is from, for messages
 * @throws InvalidFileError when it is not a lock file of this version, with each line that is wrong
 */
export async function parseLock(text: string, source: string): Promise<Lock> {
  const quick = readLockLines(text);
  if (quick !== undefined && checkLock(quick.value, quick.known).length === 0) {
    return toLock(quick.value as LockDocument);
  }
  const { readLocatedYaml } = await import('../yaml/located-yaml.ts');
  const { value, problems, locate, sourceOf } = readLocatedYaml(text, START);
  const findings = problems.length > 0 ? [] : checkLock(withDigest(value, sourceOf(['digest'])));
  const found = [...problems, ...findings.map((finding) => toProblem(finding, locate(finding)))];
  if (found.length > 0) {
    const isNewer = findings.some(({ path }) => path[0] === 'version');
    const { remedy, code } = isNewer
      ? { remedy: 'update it, or lock the environment again', code: 'lock-file-newer' }
      : { remedy: 'lock the environment again', code: 'lock-file-damaged' };
    throw new InvalidFileError(
      source,
      found.map(({ line, column, message }) => ({ line, column, message, remedy, code })),
    );
  }
  return toLock(value as LockDocument);
}

/**
 * Writes a lock file: the same lock has the same bytes, and each package is one line.
 *
 * @see docs/locks.md
 */
export function serializeLock({ image, content, platforms }: Lock): string {
  const specification = kernelSpecification(content);
  const { channels, dependencies } = JSON.parse(specification) as LockDocument;
  const { reference, digest, local } = image;
  return [
    HEADING,
    `version: ${LOCK_VERSION}`,
    `digest: ${kernelDigest(specification)}`,
    `image: ${flow({ reference, digest, local })}`,
    `channels: ${flow(channels)}`,
    ...list('dependencies', dependencies, ''),
    ...(Object.keys(platforms).length === 0 ? ['platforms: {}'] : ['platforms:']),
    ...Object.entries(platforms)
      .toSorted(([left], [right]) => byCodeUnits(left, right))
      .flatMap(([name, platform]) => platformLines(name, platform)),
    '',
  ].join('\n');
}

function platformLines(
  platform: string,
  { virtualPackages, packages, pip }: PlatformLock,
): readonly string[] {
  const virtual = Object.entries(virtualPackages).toSorted(([left], [right]) =>
    byCodeUnits(left, right),
  );
  return [
    `  ${platform}:`,
    `    virtual-packages: ${flow(Object.fromEntries(virtual))}`,
    ...list('packages', inFileOrder(packages).map(packageInOrder), '    '),
    ...(pip === undefined
      ? []
      : pip === 'open'
        ? ['    pip: open']
        : list('pip', requirementsInOrder(pip).map(requirementInOrder), '    ')),
  ];
}

/** The keys in the order in which they are written. */
function packageInOrder(item: LockedPackage): LockedPackage {
  const { name, version, build, url, sha256, md5, checksum, depends } = item;
  return { name, version, build, url, ...given({ sha256, md5, checksum, depends }) };
}

function requirementInOrder(item: LockedRequirement): LockedRequirement {
  const { name, version, url, sha256, checksum } = item;
  return { name, version, url, ...given({ sha256, checksum }) };
}

function list(key: string, items: readonly unknown[], indent: string): readonly string[] {
  if (items.length === 0) return [`${indent}${key}: []`];
  return [`${indent}${key}:`, ...items.map((item) => `${indent}  - ${flow(item)}`)];
}

function toLock({ image, channels, dependencies, platforms }: LockDocument): Lock {
  return {
    image,
    content: { channels, dependencies },
    platforms: Object.fromEntries(
      Object.entries(platforms).map(
        ([name, { 'virtual-packages': virtualPackages, packages, pip }]) => [
          name,
          { virtualPackages, packages, ...given({ pip }) },
        ],
      ),
    ),
  };
}

function given<Values extends object>(
  values: Values,
): { [Key in keyof Values]-?: NonNullable<Values[Key]> } | object {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as ReturnType<typeof given<Values>>;
}

/** YAML could read 64 digits as a number. */
function withDigest(value: unknown, digest: string | undefined): unknown {
  return typeof value === 'object' && value !== null && digest !== undefined
    ? { ...value, digest }
    : value;
}
