import { excerpt } from '../text/excerpt.ts';
import { nearest } from '../text/nearest.ts';
import type { Refusal } from '../text/refusal.ts';
import { isMapping, kindOf, valueFinding } from './finding.ts';
import type { Finding } from './finding.ts';
import type { Path } from '../yaml/located-yaml.ts';
import { refuseImageReference } from './image-reference.ts';
import { pathOf, valueAt } from './schema-paths.ts';
import { findKernelFindings } from './validate-kernel.ts';
import { isEnvironment } from './validator.generated.js';
import type { SchemaError } from './validator.generated.js';

/** The keys of a profile, in the order in which we write them. */
export const ENVIRONMENT_KEYS = ['name', 'docker-image', 'vm-image', 'kernel', 'description'];
/** The keys of its kernel, likewise; `prefix` is read and dropped. */
export const KERNEL_KEYS = ['name', 'channels', 'dependencies', 'variables', 'prefix'];

/** What other tools and other parts of this one call a key. */
const OTHER_NAMES: Readonly<Record<string, string>> = { image: 'docker-image', env: 'variables' };

/** What stands at the root, and belongs to something else. */
const WHERE_ELSE: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    KERNEL_KEYS.map((key) => [key, 'it belongs below kernel:, further to the right']),
  ),
  kind: 'write kind: experiment for an experiment, and none for an environment',
};

const HOW_TO_WRITE: Readonly<Record<string, string>> = {
  name: 'add a line such as: name: my_env',
  'docker-image': 'add a line such as: docker-image: continuumio/anaconda3',
  kernel: 'write name: and dependencies: below it, further to the right',
  channels: 'write a list, such as [conda-forge]',
  dependencies: 'write each package on a line of its own, behind a hyphen',
  variables: 'write NAME: "value" below it, each on a line of its own',
};

const SEE_SCHEMA = { remedy: 'see the schema of environments', code: 'not-by-schema' };

const TEXTS_OF_PATTERNS: Readonly<Record<string, string>> = {
  name: 'use 1 to 63 of A-Z a-z 0-9 . _ -, the first a letter or a digit',
  'vm-image': 'write the name of an image, without blanks or a comma at its end',
};

/**
 * Says everything that keeps a value from being an environment: what the schema finds, in words, and what a schema
 * cannot say (the grammars of images, MatchSpecs and pip lines).
 *
 * @returns nothing for a valid `Environment`
 */
export function findEnvironmentFindings(value: unknown): readonly Finding[] {
  const isValid = isEnvironment(value);
  const errors = isEnvironment.errors ?? [];
  if (!isMapping(value)) return [valueFinding([], notMapping(value))];
  const findings = [
    ...findImageFindings(value['docker-image']),
    ...findKernelFindings(value['kernel'], ['kernel']),
  ];
  const seen = new Set(findings.map(({ path }) => path.join('/')));
  for (const error of isValid ? [] : errors) {
    const path = pathOf(error);
    // Each item of the dependencies has been looked at; `anyOf` would only say that it is none of two things.
    const isItem = path[1] === 'dependencies' && path.length > 2;
    if (isItem || seen.has(path.join('/'))) continue;
    findings.push(...translate(error, path, valueAt(value, path), value));
  }
  return findings;
}

function notMapping(value: unknown): Refusal {
  return {
    message:
      kindOf(value) === 'empty'
        ? 'there is no environment here'
        : `${kindOf(value)} is not an environment`,
    remedy: 'write at least name: and docker-image:, each on a line of its own',
  };
}

function findImageFindings(image: unknown): readonly Finding[] {
  const refusal = typeof image === 'string' ? refuseImageReference(image) : undefined;
  return refusal === undefined ? [] : [valueFinding(['docker-image'], refusal)];
}

function translate(
  error: SchemaError,
  path: Path,
  value: unknown,
  root: unknown,
): readonly Finding[] {
  const key = String(path.at(-1) ?? '');
  switch (error.keyword) {
    case 'additionalProperties':
      return [unknownKey(path, String(error.params['additionalProperty']))];
    case 'required':
      return missingKey(path, String(error.params['missingProperty']), valueAt(root, path));
    case 'propertyNames':
      // Each name has been looked at.
      return [];
    case 'type':
      return [valueFinding(path, wrongType(key, path, value))];
    case 'pattern':
      // `propertyNames` reports the same name a second time, at the mapping.
      return typeof value === 'string' ? [valueFinding(path, wrongText(key, value))] : [];
    default:
      return [
        valueFinding(path, {
          message: `${excerpt(key)} is not valid`,
          ...SEE_SCHEMA,
        }),
      ];
  }
}

/** An unknown key, with the known one that was meant. */
export function unknownKey(path: Path, key: string): Finding {
  const known = path.length === 0 ? ENVIRONMENT_KEYS : KERNEL_KEYS.slice(0, -1);
  const meant = nearest(key, known) ?? known.find((name) => name === OTHER_NAMES[key]);
  const isRoot = path.length === 0;
  const elsewhere = isRoot ? WHERE_ELSE[key] : undefined;
  const list = elsewhere ?? `the keys are ${known.join(', ')}`;
  return {
    path: [...path, key],
    part: 'key',
    message: `there is no key ${excerpt(key)}`,
    remedy: meant === undefined ? list : `did you mean ${excerpt(meant)}?`,
  };
}

/** A missing key, unless another stands there that is a misspelling of it and is reported as that. */
function missingKey(path: Path, key: string, mapping: unknown): readonly Finding[] {
  const others = isMapping(mapping) ? Object.keys(mapping) : [];
  const isMisspelt = others.some((other) =>
    unknownKey(path, other).remedy.includes(`${excerpt(key)}?`),
  );
  if (isMisspelt) return [];
  const where = path.length === 0 ? '' : ' of the kernel';
  const remedy = path.length === 0 ? HOW_TO_WRITE[key] : 'add a line such as: name: my_kernel';
  return [
    valueFinding(path, { message: `the ${key}${where} is missing`, remedy: remedy ?? 'add it' }),
  ];
}

function wrongType(key: string, path: Path, value: unknown): Refusal {
  const message = `${excerpt(key)} is ${kindOf(value)}`;
  const isVariable = path.at(-2) === 'variables';
  const isEmpty = value === null;
  const howTo =
    isVariable || ((key === 'name' || key === 'docker-image') && !isEmpty)
      ? undefined
      : HOW_TO_WRITE[key];
  if (howTo !== undefined) return { message, remedy: howTo };
  const isScalar = typeof value === 'number' || typeof value === 'boolean';
  return {
    message,
    remedy: isScalar
      ? 'write it in quotes, so that it is a text'
      : 'write one text behind it, or remove it',
  };
}

function wrongText(key: string, value: string): Refusal {
  if (value === '')
    return {
      message: `${excerpt(key)} is empty`,
      remedy: HOW_TO_WRITE[key] ?? 'write a text or remove it',
    };
  if (value.endsWith(',')) {
    return {
      message: `the line of ${excerpt(key)} ends in a comma`,
      remedy: 'leave out the comma, YAML needs none',
    };
  }
  const remedy = TEXTS_OF_PATTERNS[key];
  return {
    message: `${excerpt(value)} is not a valid ${key}`,
    ...(remedy === undefined ? SEE_SCHEMA : { remedy }),
  };
}
