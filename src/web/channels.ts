import { withoutCredentials } from '../kernel/credentials.ts';
import type { Condarc } from './condarc.ts';

/** A folder of packages with an index for each platform. */
export interface Channel {
  /** Without user, password and token: what a lock and a message may show. No slash at its end. */
  readonly url: string;
  /** Where it is read from. It may hold a secret. */
  readonly address: string;
  /** Whether the profile names it; conda adds others of its own accord, and those may be missing. */
  readonly named: boolean;
}

const PLATFORM = /\/(?:noarch|(?:linux|osx|win|emscripten|wasi|zos|freebsd)-[a-z0-9]+)$/;

/**
 * The channels of a kernel in the order of their priority, as conda has them: those of the profile, then what the
 * user's settings name (`defaults` where they name none) unless `nodefaults` is among the former.
 *
 * @param texts - as a profile has them: `conda-forge`, `conda-forge/label/dev`, `defaults`, `https://…`, `file://…`
 * @see https://docs.conda.io/projects/conda/en/stable/user-guide/concepts/channels.html
 */
export function resolveChannels(texts: readonly string[], condarc: Condarc): readonly Channel[] {
  const appended = texts.includes('nodefaults') ? [] : (condarc.channels ?? ['defaults']);
  const channels = [
    ...texts.flatMap((text) => resolveChannel(text, condarc)),
    ...appended.flatMap((text) => resolveChannel(text, condarc, false)),
  ];
  const seen = new Set<string>();
  return channels.filter(({ url }) => !seen.has(url) && seen.add(url));
}

/** What one text stands for; several channels for a name such as `defaults`, and none for `nodefaults`. */
export function resolveChannel(text: string, condarc: Condarc, named = true): readonly Channel[] {
  const name = text.trim().replace(/\/+$/, '');
  if (name === 'nodefaults') return [];
  const several =
    name === 'defaults' ? condarc.defaultChannels : ownValue(condarc.customMultichannels, name);
  if (several !== undefined) return several.map((one) => toChannel(addressOf(one, condarc), named));
  return [toChannel(addressOf(name, condarc), named)];
}

/** A channel may be called `constructor`. */
function ownValue<Value>(values: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(values, key) ? values[key] : undefined;
}

function toChannel(address: string, named: boolean): Channel {
  const plain = address.replace(/\/+$/, '').replace(PLATFORM, '');
  return { url: withoutCredentials(plain), address: plain, named };
}

function addressOf(text: string, condarc: Condarc): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text)
    ? withSecretsOf(text, condarc)
    : `${baseOf(text, condarc)}/${text}`;
}

/** What stands before the name: that of the longest name in the settings which it begins with, else the alias. */
function baseOf(name: string, { channelAlias, customChannels, ...condarc }: Condarc): string {
  const known = { ...basesOf(condarc), ...customChannels };
  for (let part = name; part !== ''; part = part.slice(0, Math.max(0, part.lastIndexOf('/')))) {
    const base = ownValue(known, part);
    if (base !== undefined) return base.replace(/\/+$/, '');
  }
  return channelAlias.replace(/\/+$/, '');
}

/** `pkgs/main` is a name too, because `defaults` has a channel that ends in it. */
function basesOf({
  defaultChannels,
  customMultichannels,
}: Pick<Condarc, 'defaultChannels' | 'customMultichannels'>): Record<string, string> {
  const urls = [...Object.values(customMultichannels).flat(), ...defaultChannels];
  return Object.fromEntries(
    urls.flatMap((url) => {
      const [, base, name] = /^([a-z]+:\/\/[^/]*(?:\/t\/[^/]+)?)\/(.+?)\/*$/.exec(url) ?? [];
      return base === undefined || name === undefined ? [] : [[name, base]];
    }),
  );
}

/**
 * The address with the login that the user's settings have for it: a profile, or a list of packages, names what is in a
 * private channel by its bare address.
 *
 * @param text - of a channel, or of what is in one
 */
export function withSecretsOf(text: string, condarc: Condarc): string {
  const isUnder = (base: string): boolean =>
    withoutCredentials(base) !== base && `${text}/`.startsWith(`${withoutCredentials(base)}/`);
  const base = basesWithLogins(condarc).find(isUnder);
  return base === undefined ? text : base + text.slice(withoutCredentials(base).length);
}

/** The more is said of a channel, the sooner it counts. */
function basesWithLogins(condarc: Condarc): readonly string[] {
  const { channelAlias, customChannels, customMultichannels, defaultChannels, channels } = condarc;
  const named = Object.entries(customChannels).map(
    ([name, base]) => `${base.replace(/\/+$/, '')}/${name}`,
  );
  const several = [channels ?? [], Object.values(customMultichannels).flat(), defaultChannels];
  return [...named, ...several.flat(), channelAlias].map((base) => base.replace(/\/+$/, ''));
}
