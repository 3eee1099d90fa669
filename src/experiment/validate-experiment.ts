import type { Finding } from '../environment/finding.ts';
import type { Path } from '../yaml/located-yaml.ts';
import { isMapping, kindOf, valueFinding } from '../environment/finding.ts';
import { pathOf, valueAt } from '../environment/schema-paths.ts';
import { excerpt } from '../text/excerpt.ts';
import { nearest } from '../text/nearest.ts';
import { MAX_TIMER_MS, parseTimeSpan } from '../text/time-span.ts';
import { findParameterFindings } from './validate-parameters.ts';
import { isExperiment } from './validator.generated.js';
import type { SchemaError } from './validator.generated.js';

/** The keys of an experiment, in the order in which they are shown. */
const KEYS = [
  ...['name', 'description', 'environment', 'code', 'command', 'parameters', 'resources'],
  ...['timeout', 'results', 'kind'],
];
const PARAMETER_KEYS = [
  ...['type', 'default', 'choices', 'minimum', 'maximum', 'required', 'description'],
];
const RESOURCE_KEYS = ['memory', 'cpus', 'gpus', 'shm-size'];

/** What other tools, and other parts of this one, call a key. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  ...{ env: 'environment', cmd: 'command', params: 'parameters', outs: 'results', wdir: 'code' },
  ...{ min: 'minimum', max: 'maximum', enum: 'choices' },
};

const HOW_TO_WRITE: Readonly<Record<string, string>> = {
  kind: 'add the line: kind: experiment',
  name: 'add a line such as: name: train',
  environment: 'add a line such as: environment: my_env',
  command: 'write a list, such as [python, train.py], and put what has braces in quotes',
  parameters: 'write each name below it, further to the right, and type: or default: below that',
  resources: 'write memory:, cpus:, gpus: or shm-size: below it, further to the right',
  timeout: 'write it as 90s, 30m or 12h',
  results: 'write a list of folders, such as [results]',
  choices: 'write a list, such as [adam, sgd]',
  type: 'write string, integer, number or boolean',
  required: 'write true or false',
  minimum: 'write a number',
  maximum: 'write a number',
  memory: 'write it as 512m or 8g',
  'shm-size': 'write it as 512m or 8g',
  cpus: 'write it as 2 or 0.5',
  gpus: 'write them as all, 2 or device=0,1',
  code: 'write a folder, git+https://host/repo.git, or false for none',
  default: 'write one text, number, true or false',
};

const NAME = 'use 1 to 63 of A-Z a-z 0-9 . _ -, the first a letter or a digit';

const RESOURCE_FORMS: Readonly<Record<string, RegExp>> = {
  memory: /^\d+(?:\.\d+)? ?[kmgtp]?i?b?$/i,
  'shm-size': /^\d+(?:\.\d+)? ?[kmgtp]?i?b?$/i,
  cpus: /^(?=.*[1-9])\d*\.?\d*$/,
  gpus: /^(?:all|[1-9]\d{0,3}|device=[\w.:/-]+(?:,[\w.:/-]+)*)$/,
};

/**
 * Says everything that keeps a value from being an experiment: what the schema finds, in words, and what a schema cannot
 * say (placeholders that name no parameter, values that are not of their type).
 *
 * @returns nothing for a valid `Experiment`
 */
export function findExperimentFindings(value: unknown): readonly Finding[] {
  const isValid = isExperiment(value);
  const errors = isExperiment.errors ?? [];
  if (!isMapping(value)) return [];
  const own = [
    ...findParameterFindings(value['command'], value['parameters']),
    ...findFormFindings(value),
  ];
  const seen = new Set(own.map(({ path }) => path.join('/')));
  const bySchema = (isValid ? [] : errors)
    .filter((error) => !seen.has(pathOf(error).join('/')))
    .flatMap((error) => translate(error, value));
  return [...own, ...bySchema];
}

/** What stands in a text that has a form of its own. */
function findFormFindings({
  code,
  timeout,
  resources,
}: Readonly<Record<string, unknown>>): readonly Finding[] {
  return [
    ...(code === true ? [refuse(['code'], 'true is not a folder')] : []),
    ...(typeof timeout === 'string' && !isTimeout(timeout)
      ? [refuse(['timeout'], `${excerpt(timeout)} is not a valid timeout`)]
      : []),
    ...Object.entries(RESOURCE_FORMS).flatMap(([key, form]) => {
      const given = isMapping(resources) ? resources[key] : undefined;
      const isGiven = typeof given === 'string' || typeof given === 'number';
      return !isGiven || form.test(String(given))
        ? []
        : [refuse(['resources', key], `${excerpt(String(given))} is not a valid ${key}`)];
    }),
  ];
}

function isTimeout(text: string): boolean {
  const spanMs = parseTimeSpan(text);
  return spanMs !== undefined && spanMs >= 1000 && spanMs <= MAX_TIMER_MS;
}

function refuse(path: Path, message: string): Finding {
  return valueFinding(path, { message, remedy: howTo(path) });
}

function howTo(path: Path): string {
  const isItem = /^\d+$/.test(String(path.at(-1)));
  if (isItem && path[0] === 'command') return 'write one text, in quotes';
  const key = String(path.at(isItem ? -2 : -1) ?? '');
  const isParameter = path[0] === 'parameters' && path.length === 2;
  return (isParameter ? HOW_TO_WRITE['parameters'] : HOW_TO_WRITE[key]) ?? 'write one text';
}

function translate(error: SchemaError, root: unknown): readonly Finding[] {
  const path = pathOf(error);
  const value = valueAt(root, path);
  const key = path.at(-1) ?? '';
  switch (error.keyword) {
    case 'additionalProperties':
      return [unknownKey(path, String(error.params['additionalProperty']))];
    case 'required':
      return missingKey(String(error.params['missingProperty']), root);
    case 'type':
      return [refuse(path, `${excerpt(key)} is ${kindOf(value)}`)];
    case 'minItems':
      return [refuse(path, `${excerpt(key)} is empty`)];
    case 'pattern':
      return [wrongText(path, key, String(value))];
    default:
      return [refuse(path, `${excerpt(String(value))} is not a valid ${key}`)];
  }
}

function wrongText(path: Path, key: string, value: string): Finding {
  if (key === 'name' || key === 'environment') {
    return valueFinding(path, { message: `${excerpt(value)} is not a valid name`, remedy: NAME });
  }
  return refuse(path, value === '' ? `${excerpt(key)} is empty` : `${excerpt(key)} holds a NUL`);
}

function knownKeys(path: Path): readonly string[] {
  if (path.length === 0) return KEYS;
  return path[0] === 'resources' ? RESOURCE_KEYS : PARAMETER_KEYS;
}

function unknownKey(path: Path, key: string): Finding {
  const known = knownKeys(path);
  const meant = nearest(key, known) ?? known.find((name) => name === OTHER_NAMES[key]);
  return {
    path: [...path, key],
    part: 'key',
    message: `there is no key ${excerpt(key)}`,
    remedy:
      meant === undefined ? `the keys are ${known.join(', ')}` : `did you mean ${excerpt(meant)}?`,
  };
}

/** A missing key, unless another stands there that is a misspelling of it and is reported as that. */
function missingKey(key: string, root: unknown): readonly Finding[] {
  const others = isMapping(root) ? Object.keys(root) : [];
  const isMisspelt = others.some(
    (other) => !KEYS.includes(other) && unknownKey([], other).remedy.includes(`${excerpt(key)}?`),
  );
  if (isMisspelt) return [];
  return [
    valueFinding([], { message: `the ${key} is missing`, remedy: HOW_TO_WRITE[key] ?? 'add it' }),
  ];
}
