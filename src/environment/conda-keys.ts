import { refuseVariableName } from '../kernel/kernel-variables.ts';
import { excerpt } from '../text/excerpt.ts';
import { nearest } from '../text/nearest.ts';
import { findChannelNotices, findVariableNotices } from './conda-notices.ts';
import type { Finding } from './finding.ts';
import { isMapping, kindOf, valueFinding } from './finding.ts';
import type { LocatedYaml } from '../yaml/located-yaml.ts';
import { findChannelFindings, findNameFindings } from './validate-kernel.ts';

/** What a conda environment file says besides its dependencies. */
interface CondaKeys {
  readonly name: string;
  readonly channels: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly problems: readonly Finding[];
  readonly notices: readonly Finding[];
}

type Part<Value> = {
  readonly value: Value;
  readonly problems?: readonly Finding[];
  readonly notices?: readonly Finding[];
};

const KEYS = ['name', 'channels', 'dependencies', 'variables', 'prefix'];

/** Keys of conda-devenv, which makes a conda environment file of its own; without it the file says something else. */
const DEVENV = ['includes', 'environment'];

/** Reads every key but `dependencies`; `prefix` is dropped without a word, since it names a folder of its author's. */
export function readCondaKeys(
  file: Readonly<Record<string, unknown>>,
  yaml: LocatedYaml,
  names: { readonly name?: string | undefined; readonly defaultName?: string | undefined },
): CondaKeys {
  const name = readName(file, yaml, names);
  const channels = readChannels(file['channels']);
  const variables = readVariables(file['variables'], yaml);
  const parts = [name, channels, variables, readUnknownKeys(file)];
  return {
    name: name.value,
    channels: channels.value,
    variables: variables.value,
    problems: parts.flatMap(({ problems = [] }) => problems),
    notices: parts.flatMap(({ notices = [] }) => notices),
  };
}

function readName(
  file: Readonly<Record<string, unknown>>,
  yaml: LocatedYaml,
  {
    name,
    defaultName,
  }: { readonly name?: string | undefined; readonly defaultName?: string | undefined },
): Part<string> {
  const path = ['name'];
  const given = file['name'];
  if (name !== undefined) return { value: name };
  if (isMapping(given) || Array.isArray(given)) {
    return {
      value: '',
      problems: [
        valueFinding(path, { message: `"name" is ${kindOf(given)}`, remedy: 'write one text' }),
      ],
    };
  }
  // A version as the name, `3.10`, is meant as it is written.
  const written = typeof given === 'string' ? given : (yaml.sourceOf(path) ?? '');
  if (given !== null && written !== '' && written !== 'base' && written !== 'root') {
    return { value: written, problems: findNameFindings(written, undefined, path) };
  }
  const message =
    written === 'base' || written === 'root'
      ? `${excerpt(written)} is the image's own environment`
      : 'the file names no kernel';
  return defaultName === undefined
    ? {
        value: '',
        problems: [
          valueFinding(path, {
            message,
            remedy: 'give it a name',
            code: 'conda-file-without-name',
          }),
        ],
      }
    : {
        value: defaultName,
        notices: [valueFinding(path, { message, remedy: `it is called ${excerpt(defaultName)}` })],
      };
}

function readChannels(given: unknown): Part<readonly string[]> {
  const path = ['channels'];
  if (given === null || given === undefined)
    return { value: [], notices: [valueFinding(path, NO_CHANNELS)] };
  if (!Array.isArray(given)) {
    const message = `"channels" is ${kindOf(given)}`;
    return {
      value: [],
      problems: [valueFinding(path, { message, remedy: 'write a list, such as [conda-forge]' })],
    };
  }
  const problems = findChannelFindings(given, path);
  const placed = given.flatMap((text, index) =>
    typeof text === 'string' ? [{ text, path: [...path, index] }] : [],
  );
  const notices =
    given.length === 0 ? [valueFinding(path, NO_CHANNELS)] : findChannelNotices(placed);
  return { value: placed.map(({ text }) => text), problems, notices };
}

function readVariables(given: unknown, yaml: LocatedYaml): Part<Readonly<Record<string, string>>> {
  if (given === null || given === undefined) return { value: {} };
  if (!isMapping(given)) {
    const refusal = {
      message: `"variables" is ${kindOf(given)}`,
      remedy: 'write NAME: value below it',
    };
    return { value: {}, problems: [valueFinding(['variables'], refusal)] };
  }
  const value: Record<string, string> = {};
  const problems: Finding[] = [];
  for (const [name, text] of Object.entries(given)) {
    const path = ['variables', name];
    const refused = refuseVariableName(name);
    if (refused !== undefined) problems.push({ path, part: 'key', ...refused });
    else if (typeof text === 'string') value[name] = text;
    else if (typeof text === 'number' || typeof text === 'boolean')
      value[name] = yaml.sourceOf(path) ?? String(text);
    else
      problems.push(
        valueFinding(path, {
          message: `${excerpt(name)} is ${kindOf(text)}`,
          remedy: 'write a text behind it',
        }),
      );
  }
  return { value, problems, notices: findVariableNotices(value) };
}

/** A misspelling of a key that matters is refused, and so is another tool's; the rest is said and dropped. */
function readUnknownKeys(file: Readonly<Record<string, unknown>>): Part<undefined> {
  const unknown = Object.keys(file).filter((key) => !KEYS.includes(key));
  const judged = unknown.map((key) => {
    const meant = nearest(key, KEYS);
    const message = `there is no key ${excerpt(key)} in a conda environment file`;
    const finding = (remedy: string): Finding => ({ path: [key], part: 'key', message, remedy });
    if (meant !== undefined) return { problem: finding(`did you mean ${excerpt(meant)}?`) };
    if (DEVENV.includes(key)) {
      return { problem: finding("it is one of conda-devenv's: give the file that it makes") };
    }
    return { notice: finding('it is dropped') };
  });
  return {
    value: undefined,
    problems: judged.flatMap(({ problem }) => problem ?? []),
    notices: judged.flatMap(({ notice }) => notice ?? []),
  };
}

const NO_CHANNELS = {
  message: 'the file names no channels',
  remedy: "the settings of the image's conda decide where packages come from",
};
