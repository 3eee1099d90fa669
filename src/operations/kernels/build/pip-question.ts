import type { KernelContent } from '../../../kernel/kernel-content.ts';
import { inlineConstraint } from '../../../kernel/pip-requirement.ts';
import type { LockedRequirement, PlatformLock } from '../../../lock/lock.ts';
import { isCommit, pipLines } from '../../../lock/pip-lines.ts';
import { versionOf } from '../../../solver/virtual-packages.ts';

/** What pip is asked: what it would install. */
export interface PipQuestion {
  /** As in a requirements file. */
  readonly lines: readonly string[];
  /** `name==version`, for whatever turns out to be needed. */
  readonly constraints: readonly string[];
  /** Further options of `pip install`. */
  readonly options: readonly string[];
}

/** The newest that go with what is in the kernel, but those of before that may stay as they are. */
export function questionForKernel(
  content: KernelContent,
  kept: readonly LockedRequirement[],
): PipQuestion {
  const commits = kept.filter(isCommit).map(({ url }) => url.replace(/#.*$/, ''));
  const { lines, constraints } = linesOf(content);
  return {
    lines: lines.map((line) => commits.reduce(atCommit, line)),
    constraints: [...constraints, ...versionsOf(kept)],
    options: [],
  };
}

/** The pip lines of a kernel: those that ask for something, and those that hold for whatever comes. */
function linesOf(content: KernelContent): Pick<PipQuestion, 'lines' | 'constraints'> {
  const all = pipLines(content);
  return {
    lines: all.filter((line) => inlineConstraint(line) === undefined),
    constraints: all.flatMap((line) => inlineConstraint(line) ?? []),
  };
}

function versionsOf(kept: readonly LockedRequirement[]): readonly string[] {
  return kept.filter((item) => !isCommit(item)).map(({ name, version }) => `${name}==${version}`);
}

/** No constraint names a commit, so the line that asks for the repository does: `x @ git+https://…/x@main`. */
function atCommit(line: string, url: string): string {
  const repository = url.replace(/@[^@]*$/, '');
  const [before, ...behind] = line.split(repository);
  const rest = behind.join(repository).replace(/^@[^#;\s]*/, '');
  return behind.length === 0 || /^[^#;\s]/.test(rest) ? line : `${before}${url}${rest}`;
}

/**
 * The question for another platform than that of the Python which is asked. It installs nothing there, so it cannot
 * build anything either; what conda has is taken as it is where its versions are pip's, too.
 *
 * @see https://pip.pypa.io/en/stable/cli/pip_install/#cmdoption-platform
 */
export function questionForPlatform(
  content: KernelContent,
  kept: readonly LockedRequirement[],
  { packages, virtualPackages }: Pick<PlatformLock, 'packages' | 'virtualPackages'>,
): PipQuestion {
  const python = packages.find(({ name }) => name === 'python')?.version ?? '3';
  const platforms = wheelPlatforms(virtualPackages).flatMap((name) => ['--platform', name]);
  const { lines, constraints } = linesOf(content);
  return {
    lines,
    constraints: [
      ...constraints,
      ...packages
        .filter(({ version }) => /^\d+(?:\.\d+)*(?:(?:a|b|rc)\d+)?(?:\.post\d+)?$/.test(version))
        .map(({ name, version }) => `${name}==${version}`),
      ...versionsOf(kept),
    ],
    options: [
      ...platforms,
      ...['--python-version', python.split('.').slice(0, 2).join('.')],
      ...['--implementation', 'cp', '--only-binary=:all:', '--ignore-installed'],
    ],
  };
}

/** How wheels name a platform, the newest first: every libc that is no newer than the target's will do. */
export function wheelPlatforms(
  virtualPackages: Readonly<Record<string, string>>,
): readonly string[] {
  const machine = virtualPackages['__archspec']?.split('=')[1] ?? 'x86_64';
  const [, minor = 17] = versionOf(virtualPackages['__glibc'] ?? '')
    .split('.')
    .map(Number);
  const oldest = machine === 'x86_64' ? 5 : 17;
  const names = Array.from(
    { length: Math.max(0, minor - oldest + 1) },
    (_, index) => `manylinux_2_${minor - index}`,
  );
  const legacy = [
    ...(minor >= 17 ? ['manylinux2014'] : []),
    ...(machine === 'x86_64' && minor >= 12 ? ['manylinux2010'] : []),
    ...(machine === 'x86_64' && minor >= 5 ? ['manylinux1'] : []),
  ];
  return [...names, ...legacy, 'linux'].map((name) => `${name}_${machine}`);
}
