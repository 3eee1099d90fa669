import type { Finding } from '../environment/finding.ts';
import type { Path } from '../yaml/located-yaml.ts';
import { isMapping, valueFinding } from '../environment/finding.ts';
import { excerpt } from '../text/excerpt.ts';
import { nearest } from '../text/nearest.ts';
import type { Parameter, ParameterValue } from './experiment.ts';
import { readValue } from './parameter-values.ts';
import { namedIn, parsePlaceholders } from './placeholders.ts';

const NAME = /^[A-Za-z_][\w.-]{0,62}$/;
const TYPES: readonly unknown[] = ['string', 'integer', 'number', 'boolean', undefined];

/** What is wrong between a command and its parameters, and with the parameters themselves; types are the schema's affair. */
export function findParameterFindings(command: unknown, parameters: unknown): readonly Finding[] {
  const known = isMapping(parameters) ? parameters : {};
  const items: readonly unknown[] = Array.isArray(command) ? command : [];
  const named = items.flatMap((item) => (typeof item === 'string' ? namedIn(item) : []));
  // What no argument names is handed to a notebook.
  const isNotebook = items.length === 1 && String(items[0]).endsWith('.ipynb');
  const names = Object.keys(known);
  return [
    items.flatMap((item, index) => findArgumentFindings(item, names, index)),
    names.flatMap((name) => findNameFindings(name, isNotebook || named.includes(name))),
    Object.entries(known).flatMap(([name, parameter]) =>
      isMapping(parameter) ? findValueFindings(parameter, ['parameters', name]) : [],
    ),
  ].flat();
}

function findArgumentFindings(
  item: unknown,
  known: readonly string[],
  index: number,
): readonly Finding[] {
  if (typeof item !== 'string') return [];
  const path = ['command', index];
  const pieces = parsePlaceholders(item);
  if ('message' in pieces) return [valueFinding(path, pieces)];
  const unknown = namedIn(item).filter((name) => !known.includes(name));
  return unknown.map((name) => {
    const meant = nearest(name, known);
    const add = `add it below parameters:, or write {{${name}}} for the braces themselves`;
    return valueFinding(path, {
      message: `there is no parameter ${excerpt(name)}`,
      remedy: meant === undefined ? add : `did you mean ${excerpt(meant)}?`,
    });
  });
}

function findNameFindings(name: string, isNamed: boolean): readonly Finding[] {
  const path = ['parameters', name];
  if (!NAME.test(name)) {
    const remedy = 'use letters, digits and . _ -, the first a letter or _';
    const message = `${excerpt(name)} is not a valid parameter name`;
    return [{ path, part: 'key', message, remedy }];
  }
  if (isNamed) return [];
  const message = `no argument of the command has the parameter ${excerpt(name)}`;
  return [{ path, part: 'key', message, remedy: `write {${name}} in the command, or remove it` }];
}

/** The default and the choices are values, too. */
function findValueFindings(
  parameter: Readonly<Record<string, unknown>>,
  path: Path,
): readonly Finding[] {
  const { type, minimum, maximum, choices, default: byDefault, required } = parameter;
  if (!TYPES.includes(type)) return [];
  const isNumber = type === 'integer' || type === 'number';
  const bounds = { minimum, maximum };
  const range = Object.entries(bounds).flatMap(([key, bound]) =>
    bound === undefined || isNumber
      ? []
      : [valueFinding([...path, key], { message: `${key} is for numbers`, remedy: MAKE_NUMBER })],
  );
  if (range.length > 0) return range;
  if (typeof minimum === 'number' && typeof maximum === 'number' && minimum > maximum) {
    const message = 'the maximum is less than the minimum';
    return [valueFinding([...path, 'maximum'], { message, remedy: 'swap them' })];
  }
  const form = parameter as Parameter;
  const { choices: _choices, ...open } = form;
  const listed = Array.isArray(choices) && choices.length > 0;
  return [
    ...(required === true && byDefault !== undefined
      ? [valueFinding([...path, 'default'], REQUIRED_WITH_DEFAULT)]
      : []),
    ...findOne(byDefault, listed ? form : open, [...path, 'default']),
    ...(listed
      ? choices.flatMap((choice: unknown, index) =>
          findOne(choice, open, [...path, 'choices', index]),
        )
      : []),
  ];
}

const MAKE_NUMBER = 'remove it, or add: type: number';
const REQUIRED_WITH_DEFAULT = {
  message: 'a required parameter cannot have a default',
  remedy: 'remove one of the two',
};

/** A value as it stands in the document, which is of its type by itself: a number in quotes is a text. */
function findOne(value: unknown, parameter: Parameter, path: Path): readonly Finding[] {
  if (!isValue(value)) return [];
  const { type = 'string' } = parameter;
  const ofType = typeof value === (type === 'integer' ? 'number' : type);
  const read = ofType ? readValue(value, parameter) : { message: '', remedy: '' };
  if ('value' in read) return [];
  const message = `the parameter cannot be ${excerpt(String(value))}`;
  if (ofType) return [valueFinding(path, { message, remedy: read.remedy })];
  const remedy =
    type === 'string'
      ? `put it in quotes, or add: type: ${typeof value}`
      : `write ${type === 'boolean' ? 'true or false' : 'a number, without quotes'}`;
  return [
    valueFinding(path, {
      message: `${excerpt(String(value))} is not ${type === 'integer' ? 'an' : 'a'} ${type}`,
      remedy,
    }),
  ];
}

function isValue(value: unknown): value is ParameterValue {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
