import type { YAMLParseError } from 'yaml';

import { InvalidDataError } from '../errors.ts';
import { quote } from '../text/quote.ts';

/** What of conda's settings decides which packages a kernel gets, with conda's own defaults. */
export interface Condarc {
  /** What a name stands under, and may hold a user or a token. */
  readonly channelAlias: string;
  /** What `defaults` means. */
  readonly defaultChannels: readonly string[];
  /** The address that the channel of a name stands under. */
  readonly customChannels: Readonly<Record<string, string>>;
  /** The channels that one name stands for. */
  readonly customMultichannels: Readonly<Record<string, readonly string[]>>;
  /** What is used besides the channels of a profile; undefined where the settings say nothing. */
  readonly channels: readonly string[] | undefined;
  readonly addPipAsPythonDependency: boolean;
  /** A file of certificates, or `false` for no check; undefined for the usual ones. */
  readonly sslVerify: string | false | undefined;
  readonly proxyServers: Readonly<Record<string, string>>;
}

/** @see https://docs.conda.io/projects/conda/en/stable/user-guide/configuration/settings.html */
export const CONDA_DEFAULTS: Condarc = {
  channelAlias: 'https://conda.anaconda.org',
  defaultChannels: ['https://repo.anaconda.com/pkgs/main', 'https://repo.anaconda.com/pkgs/r'],
  customChannels: { 'pkgs/pro': 'https://repo.anaconda.com' },
  customMultichannels: {},
  channels: undefined,
  addPipAsPythonDependency: true,
  sslVerify: undefined,
  proxyServers: {},
};

/**
 * Reads the text of a `.condarc`. Keys that do not matter here, and values of another shape than conda's, are read
 * over: conda itself says what is wrong with them.
 *
 * @param env - for `$NAME` and `${NAME}`, which conda expands in addresses
 * @param source - the path, for messages
 * @throws InvalidDataError when it is no YAML
 */
export async function parseCondarc(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
  source: string,
): Promise<Condarc> {
  const values = await parseMapping(text, source);
  const expanded = (value: string): string =>
    value.replaceAll(
      /\$(?:(\w+)|\{(\w+)\})/g,
      (whole, bare?: string, braced?: string) => env[bare ?? braced ?? ''] ?? whole,
    );
  const list = (value: unknown): readonly string[] | undefined => {
    const items = typeof value === 'string' ? [value] : value;
    return Array.isArray(items)
      ? items.filter((item) => typeof item === 'string').map(expanded)
      : undefined;
  };
  const mapping = <Value>(key: string, read: (value: unknown) => Value | undefined) =>
    Object.fromEntries(
      Object.entries(asObject(values[key])).flatMap(([name, value]): [string, Value][] => {
        const one = read(value);
        return one === undefined ? [] : [[name, one]];
      }),
    );
  const single = (value: unknown): string | undefined =>
    typeof value === 'string' ? expanded(value) : undefined;
  return {
    channelAlias: single(values['channel_alias']) ?? CONDA_DEFAULTS.channelAlias,
    defaultChannels: list(values['default_channels']) ?? CONDA_DEFAULTS.defaultChannels,
    customChannels: { ...CONDA_DEFAULTS.customChannels, ...mapping('custom_channels', single) },
    customMultichannels: mapping('custom_multichannels', list),
    // `channel` is another name of it.
    channels: list(values['channels'] ?? values['channel']),
    addPipAsPythonDependency: values['add_pip_as_python_dependency'] !== false,
    sslVerify: values['ssl_verify'] === false ? false : single(values['ssl_verify']),
    proxyServers: mapping('proxy_servers', single),
  };
}

async function parseMapping(text: string, source: string): Promise<Record<string, unknown>> {
  const { parse } = await import('yaml');
  try {
    return asObject(parse(text, { logLevel: 'error' }));
  } catch (error) {
    // The error itself shows the line, which may hold a token.
    const { code, linePos: [start] = [] } = error as Partial<YAMLParseError>;
    const at = start === undefined ? '' : `, line ${start.line}, column ${start.col}`;
    throw new InvalidDataError(
      `${quote(source)} cannot be read as YAML (${code ?? 'no YAML'}${at})`,
      "it holds conda's settings: mend it, or name another file in $CONDARC",
    );
  }
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
