import type { Problem } from '../errors.ts';
import { hasExtras, packageName } from '../kernel/match-spec.ts';
import { isPipOption } from '../kernel/pip-line.ts';
import { excerpt } from '../text/excerpt.ts';
import type { Refusal } from '../text/refusal.ts';
import { valueFinding } from './finding.ts';
import type { Finding } from './finding.ts';
import type { Path } from '../yaml/located-yaml.ts';

/** A text and the place where it stands. */
export interface Placed {
  readonly text: string;
  readonly path: Path;
}

/** Packages that exist for Windows or macOS alone. */
const OTHER_SYSTEMS = new Set(
  `libcxx libcxxabi pywin32 pywinpty pyreadline vc vc14_runtime vs2015_runtime vs2015_win-64 wincertstore
   win_inet_pton win_unicode_console winpty ucrt pywin32-ctypes console_shortcut`.split(/\s+/),
);
const OF_OTHER_SYSTEMS = /^(?:m2w64|pyobjc(?:-core|-framework)?|msys2)-/;

/** What is taken as it is, and may still not mean what its author hopes. */
export function findDependencyNotices(
  specs: readonly Placed[],
  pipLines: readonly Placed[],
): readonly Finding[] {
  const hasPython = specs.some(({ text }) => packageName(text) === 'python');
  const [firstPip] = pipLines;
  return [
    ...findTwins(specs),
    ...specs.flatMap(({ text, path }) => (hasExtras(text) ? [valueFinding(path, EXTRAS)] : [])),
    ...findOtherSystems(specs),
    ...(firstPip === undefined || hasPython ? [] : [valueFinding(firstPip.path, NO_PYTHON)]),
    ...findPipNotices(pipLines),
  ];
}

/** One notice for all of them: a whole export from Windows names a dozen. Its builds are those of Windows, too. */
function findOtherSystems(specs: readonly Placed[]): readonly Finding[] {
  const others = specs.filter(({ text }) => isOfOtherSystem(packageName(text) ?? ''));
  const [first] = others;
  if (first === undefined) return [];
  const names = others.map(({ text }) => packageName(text)).join(', ');
  const message = `only Windows or macOS has ${names}`;
  const built = specs.filter(({ text }) => BUILD.test(text));
  const builds = valueFinding(built[0]?.path ?? first.path, {
    message: `so are the builds of ${built.length} line${built.length === 1 ? '' : 's'}, which fit nothing in a container`,
    remedy: 'write the versions alone, without builds',
  });
  return [
    valueFinding(first.path, { message, remedy: 'remove what no Linux image can hold' }),
    ...(built.length === 0 ? [] : [builds]),
  ];
}

/** `numpy=1.20=py37_0` */
const BUILD = /^[^=<>!~[\s]+={1,2}[^=\s]+=[^=\s]+$/;

function isOfOtherSystem(name: string): boolean {
  return OTHER_SYSTEMS.has(name) || OF_OTHER_SYSTEMS.test(name);
}

function findPipNotices(lines: readonly Placed[]): readonly Finding[] {
  const hasIndex = lines.some(({ text }) =>
    /(?:^|\s)(?:-i|-f|--(?:extra-)?index-url|--find-links)[\s=]/.test(text),
  );
  const local = hasIndex ? undefined : lines.find(({ text }) => /==[^;\s]*\+\w/.test(text));
  const said = lines.flatMap(({ text, path }) =>
    notices(path, [
      !isPipOption(text) &&
        /\s(?:-f|--find-links|-i|--(?:extra-)?index-url)[\s=]/.test(text) &&
        OPTION_BEHIND,
      /git\+git:\/\//.test(text) && GIT_PROTOCOL,
      /^(?:-r|--requirement)[\s=]/.test(text) && READ_LATER,
    ]),
  );
  return local === undefined ? said : [valueFinding(local.path, LOCAL_VERSION), ...said];
}

/** What a channel's name suggests that it is not. */
export function findChannelNotices(channels: readonly Placed[]): readonly Finding[] {
  return channels.flatMap(({ text, path }) =>
    notices(path, [text.toLowerCase() === 'pypi' && PYPI, text.startsWith('http://') && INSECURE]),
  );
}

/** Values that a shell would expand and an activation does not. */
export function findVariableNotices(
  variables: Readonly<Record<string, string>>,
): readonly Finding[] {
  return Object.entries(variables).flatMap(([name, value]) =>
    value.includes('$') ? [valueFinding(['variables', name], NOT_EXPANDED)] : [],
  );
}

/** Comments that other tools read as conditions: `# [win]`. */
export function findSelectors(text: string): readonly Problem[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    const column = line.search(
      /(?<=^\s*-.*\s)#\s*\[(?:not\s+)?(?:win|linux|osx|unix|py|aarch|arm|x86)/,
    );
    return column === -1 ? [] : [{ line: index + 1, column: column + 1, ...SELECTOR }];
  });
}

const SELECTOR = {
  message: 'the comment selects nothing for conda',
  remedy: 'the line holds on every system',
};

function findTwins(specs: readonly Placed[]): readonly Finding[] {
  const seen = new Map<string, string>();
  return specs.flatMap(({ text, path }) => {
    const name = packageName(text);
    const first = name === undefined ? undefined : seen.get(name);
    if (name !== undefined && first === undefined) seen.set(name, text);
    if (name === undefined || first === undefined) return [];
    const message = `${excerpt(name)} is here a second time, after ${excerpt(first)}`;
    return [valueFinding(path, { message, remedy: 'both hold; keep one of them' })];
  });
}

function notices(path: Path, candidates: readonly (Refusal | false)[]): readonly Finding[] {
  return candidates.flatMap((candidate) =>
    candidate === false ? [] : [valueFinding(path, candidate)],
  );
}

const EXTRAS = {
  message: 'conda drops what is in the brackets',
  remedy: "pip's extras belong under pip:",
};
const NO_PYTHON = {
  message: 'there are pip lines but no python',
  remedy: 'add python to the dependencies',
};
const LOCAL_VERSION = {
  message: 'the version is one of another index than PyPI',
  remedy: 'add a line --extra-index-url URL',
};
const OPTION_BEHIND = {
  message: 'pip looks at an index of one line for the whole list or not at all',
  remedy: 'write the option on a line of its own',
};
const GIT_PROTOCOL = {
  message: 'most servers have switched git:// off',
  remedy: 'write git+https://',
};
const READ_LATER = {
  message: 'the file is read when the kernel is built',
  remedy: 'write its lines here to pin them',
};
const PYPI = {
  message: 'PyPI is not a conda channel',
  remedy: 'what comes from PyPI goes under pip:',
};
const INSECURE = {
  message: 'what comes over http can be changed on its way',
  remedy: 'write https where the server has it',
};
const NOT_EXPANDED = { message: 'the $ stays as it is', remedy: 'write the value itself' };
