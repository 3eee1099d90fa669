import { excerpt } from '../text/excerpt.ts';
import type { Refusal } from '../text/refusal.ts';
import { refuseCredentials } from './credentials.ts';

const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;
const CHANNEL = /^[A-Za-z0-9_][\w.+:/\-[\]]*$/;
const PACKAGE_URL = /^(?:https?|file):\/\/\S+\/[^/\s]+(?:\.conda|\.tar\.bz2)(?:#\w+)?$/;
const VERSION = String.raw`[A-Za-z0-9_*](?:[A-Za-z0-9_.+!*-])*`;
const ATOM = String.raw`\(*(?:(?:===|==|!=|<=|>=|~=|=|<|>)?${VERSION}|\^[^\s|,]*\$)\)*`;
const VERSIONS = String.raw`${ATOM}(?:[,|]${ATOM})*`;
const BUILD = String.raw`[A-Za-z0-9_*.+-]+`;
const VERSIONS_AND_BUILD = new RegExp(`^${VERSIONS}(?:(?: +|=)${BUILD})?$`);
const VERSIONS_ALONE = new RegExp(`^${VERSIONS}$`);
const BRACKETS = /^([^[\]]*)\[([^[\]]*)\]([^[\]]*)$/;
const BRACKET_KEY = /^([a-z_0-9]+) *= *('[^']*'|"[^"]*"|[^\s,'"]+)$/;

/** What is longer is no package, and would take its time to be taken apart. */
const LONGEST = 1000;

/**
 * Says why a text is not a valid conda MatchSpec: `numpy`, `numpy>=1.20,<2`, `numpy=1.20=py37_0`, `conda-forge::numpy`,
 * `numpy[version='>=1']`, or the URL of a package. Stricter than conda, whose reader takes `python"` and `{{ x }}` for
 * names and the rest of two lines run together for a build.
 *
 * @returns undefined for one that conda, mamba and micromamba read alike
 * @see https://docs.conda.io/projects/conda/en/stable/user-guide/concepts/pkg-specs.html#package-match-specifications
 */
export function refuseMatchSpec(text: string): Refusal | undefined {
  // Only what YAML calls blank: a no-break space is a letter to conda.
  const spec = text.replaceAll(/^[ \t]+|[ \t]+$/g, '');
  if (spec === '')
    return { message: 'a dependency is empty', remedy: 'write a package or remove the line' };
  if (spec.length > LONGEST) return refusal(spec, 'write it in less than 1,000 characters');
  return refuseCredentials(spec) ?? refuseForm(spec);
}

function refuseForm(spec: string): Refusal | undefined {
  if (/^[a-z]+:\/\//.test(spec) && !spec.includes('::')) {
    return PACKAGE_URL.test(spec)
      ? undefined
      : refusal(spec, 'the URL of a package ends in .conda or .tar.bz2');
  }
  const at = spec.indexOf('::');
  const channel = at === -1 ? undefined : spec.slice(0, at);
  const rest = spec.slice(at === -1 ? 0 : at + 2);
  const [, name = '', tail = ''] = /^([^ \t\r\n=<>!~[\]]*)(.*)$/s.exec(rest) ?? [];
  const [version, inBrackets] = takeBrackets(tail);
  if (channel !== undefined && !CHANNEL.test(channel)) {
    return refusal(spec, 'write it as channel::package, such as conda-forge::numpy');
  }
  if (channel !== undefined && NAME.test(channel) && name.includes('/')) {
    return refusal(spec, `the channel comes first: ${excerpt(`${name}::${channel}`)}`);
  }
  return (
    refuseTwoItems(spec, tail) ??
    refuseName(spec, name) ??
    refuseVersions(spec, name, version) ??
    refuseBrackets(spec, inBrackets)
  );
}

/** The versions without blanks round their operators, and what stands in brackets. */
function takeBrackets(tail: string): readonly [string, string | undefined] {
  const [, before = tail, inside, after = ''] = BRACKETS.exec(tail) ?? [];
  const version = `${before} ${after}`.trim();
  return [version.replaceAll(/([=<>!~,|(]) +/g, '$1').replaceAll(/ +(?=[,|)])/g, ''), inside];
}

/** A line end or a colon that was lost: `seaborn  - networkit=10.1`, `pip - a - b`. */
function refuseTwoItems(spec: string, tail: string): Refusal | undefined {
  if (!/\s-(?:\s|$)|[\r\n]/.test(tail)) return undefined;
  return {
    message: `${excerpt(spec)} is two items on one line`,
    remedy: spec.startsWith('pip ')
      ? 'write pip: and its lines below'
      : 'write each on a line of its own',
  };
}

function refuseName(spec: string, name: string): Refusal | undefined {
  if (NAME.test(name)) return undefined;
  if (/[{}%$]/.test(name)) return refusal(spec, 'it looks like a template; fill it in first');
  if (name.endsWith(':')) return refusal(spec, 'leave out the colon');
  if (/^[\w.-]+:[\w.-]+$/.test(name)) {
    return refusal(spec, `write ${excerpt(spec.replace(':', '::'))}`);
  }
  if (/^git\+|@/.test(name)) return refusal(spec, 'what pip installs goes under pip:');
  if (/^[.~/\\]|^[A-Za-z]:\\/.test(name))
    return refusal(spec, "a file of one's own is not in the image");
  return refusal(spec, 'the name of a package is made of A-Z a-z 0-9 _ . -');
}

function refuseVersions(spec: string, name: string, version: string): Refusal | undefined {
  if (version === '' || VERSIONS_AND_BUILD.test(version)) return undefined;
  const [, operator] = /^=([<>]=?|[!~]=)/.exec(version) ?? [];
  if (operator !== undefined) {
    const meant = operator.length === 1 ? `${operator}=` : operator;
    return refusal(
      spec,
      `write ${excerpt(`${name}${meant}${version.slice(1 + operator.length)}`)}`,
    );
  }
  if (/[=<>!~]$/.test(version))
    return refusal(spec, 'write a version behind it, or the name alone');
  if (/[,|]$/.test(version))
    return refusal(spec, `leave out the ${excerpt(version.slice(-1))} at its end`);
  if (/["']/.test(version)) return refusal(spec, 'leave out the quote');
  if (/[{}%$]/.test(version)) return refusal(spec, 'it looks like a template; fill it in first');
  if (/;/.test(version))
    return refusal(spec, 'conda reads no markers; leave out what is behind the ;');
  if (/ [<>=!~]/.test(version)) return refusal(spec, 'write a comma between versions: >=1,<2');
  return refusal(spec, 'write it as name, name=1.2, name>=1,<2 or name=1.2=build');
}

/** A bracket without keys (`black[jupyter]`) is pip's extras; conda reads over them. */
function refuseBrackets(spec: string, inside: string | undefined): Refusal | undefined {
  if (inside === undefined || isExtras(inside)) return undefined;
  const parts = inside.match(/(?:'[^']*'|"[^"]*"|[^,'"])+/g) ?? [];
  for (const part of parts) {
    const [, key, value = ''] = BRACKET_KEY.exec(part.trim()) ?? [];
    const plain = value.replaceAll(/^['"]|['"]$/g, '').replaceAll(/ /g, '');
    if (key === undefined || (key === 'version' && !VERSIONS_ALONE.test(plain))) {
      return refusal(spec, `write in brackets what conda does, such as [version='>=1']`);
    }
  }
  return undefined;
}

/** What pip calls extras stands in a conda line, where it means nothing: `black[jupyter]`. */
export function hasExtras(spec: string): boolean {
  const [, , inside] = BRACKETS.exec(spec) ?? [];
  return inside !== undefined && isExtras(inside);
}

function isExtras(inside: string): boolean {
  return /^[\w.,\s-]*$/.test(inside);
}

/** The package that a MatchSpec asks for, in the lower case that conda compares; undefined for a URL. */
export function packageName(spec: string): string | undefined {
  if (spec.includes('://')) return undefined;
  return /^(?:.*::)?\s*([A-Za-z0-9_.-]+)/.exec(spec)?.[1]?.toLowerCase();
}

function refusal(spec: string, remedy: string): Refusal {
  return { message: `${excerpt(spec)} is not a valid conda dependency`, remedy };
}
