import { hasExtras } from '../kernel/match-spec.ts';

/** A dependency as the solver takes it, and what it cannot be told by the spec itself. */
export interface SolverSpec {
  /** A MatchSpec without a channel. */
  readonly spec: string;
  /** In the lower case that conda compares. */
  readonly name: string;
  /** The channel that it must come from, as a profile names one. */
  readonly channel?: string;
  /** The file of the one package that is meant. */
  readonly file?: string;
}

const SHA256_LENGTH = 64;
const SUBDIR = /\/(?:noarch|(?:linux|osx|win)-[a-z0-9]+)$/;
const FILE = /^(.*)\/[^/]+\/(([^/]+)-([^-/]+)-([^-/]+)\.(?:conda|tar\.bz2))(?:#(\w+))?$/;

/**
 * Takes a MatchSpec apart: a channel in it, or the address of a package, ends the solver's process without a word.
 *
 * @param text - one that `refuseMatchSpec` has nothing against
 */
export function toSolverSpec(text: string): SolverSpec {
  const trimmed = text.trim();
  const at = trimmed.indexOf('::');
  if (at === -1 && /^[a-z]+:\/\//.test(trimmed)) return ofPackageUrl(trimmed);
  const [rest, inBrackets] = takeChannelKey(at === -1 ? trimmed : trimmed.slice(at + 2).trim());
  // conda reads over what pip calls extras.
  const spec = afterName(hasExtras(rest) ? rest.replace(/\[[^\]]*\]/, '').trim() : rest);
  const channel = inBrackets ?? (at === -1 ? undefined : trimmed.slice(0, at));
  return {
    spec,
    name: nameOf(spec),
    ...(channel === undefined ? {} : { channel: channel.replace(SUBDIR, '') }),
  };
}

function ofPackageUrl(url: string): SolverSpec {
  const [, channel = '', file = '', name = '', version = '', build = '', hash] =
    FILE.exec(url) ?? [];
  const spec = `${name} ==${version} ${build}${hash === undefined ? '' : ` [${hashKey(hash)}]`}`;
  return { spec, name: name.toLowerCase(), channel, file };
}

/** Of two files with one address the spec means that with these bytes. */
function hashKey(hash: string): string {
  return `${hash.length === SHA256_LENGTH ? 'sha256' : 'md5'}=${hash.toLowerCase()}`;
}

/** `numpy[channel=conda-forge,version=1]` without its channel. */
function takeChannelKey(spec: string): readonly [spec: string, channel: string | undefined] {
  const [, before = '', inside = '', after = ''] = /^([^[]*)\[([^\]]*)\](.*)$/.exec(spec) ?? [];
  const parts = inside.match(/(?:'[^']*'|"[^"]*"|[^,'"])+/g) ?? [];
  const channel = parts.find((part) => /^\s*channel\s*=/.test(part));
  if (channel === undefined) return [spec, undefined];
  const others = parts.filter((part) => part !== channel).join(',');
  return [
    `${before}${others === '' ? '' : `[${others}]`}${after}`.trim(),
    channel
      .replace(/^\s*channel\s*=\s*/, '')
      .replaceAll(/^['"]|['"]\s*$/g, '')
      .trim(),
  ];
}

/** The solver finds the names in a list of dependencies by the blank behind them, and in lower case. */
function afterName(spec: string): string {
  const name = nameOf(spec);
  return `${name} ${spec.slice(name.length).trim()}`.trim();
}

function nameOf(spec: string): string {
  return (/^[A-Za-z0-9_.-]+/.exec(spec)?.[0] ?? '').toLowerCase();
}
