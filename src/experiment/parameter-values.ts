import { excerpt } from '../text/excerpt.ts';
import type { Refusal } from '../text/refusal.ts';
import type { Parameter, ParameterValue } from './experiment.ts';

/** What every program reads as one, unlike `2e3`. */
const INTEGER = /^[-+]?\d+$/;
const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;

/**
 * A value of a parameter: of its type, in its range, among its choices.
 *
 * @param given - the value, or the text of one as a person types it
 * @returns why it cannot be one, where it cannot
 */
export function readValue(
  given: ParameterValue,
  parameter: Parameter,
): { readonly value: ParameterValue } | Refusal {
  const value = typed(given, parameter.type ?? 'string');
  if (value === undefined) return { message: excerpt(String(given)), remedy: wanted(parameter) };
  const { choices, minimum = -Infinity, maximum = Infinity } = parameter;
  const isInRange = typeof value !== 'number' || (value >= minimum && value <= maximum);
  const isChoice = choices === undefined || choices.includes(value);
  return isInRange && isChoice
    ? { value }
    : { message: excerpt(String(given)), remedy: wanted(parameter) };
}

function typed(
  given: ParameterValue,
  type: NonNullable<Parameter['type']>,
): ParameterValue | undefined {
  if (type === 'string') return isText(given) ? given : undefined;
  if (type === 'boolean') return typeof given === 'boolean' ? given : BOOLEANS.get(String(given));
  if (typeof given === 'boolean') return undefined;
  const form = type === 'integer' ? INTEGER : NUMBER;
  if (typeof given === 'string' && !form.test(given)) return undefined;
  const value = Number(given);
  const isNumber = type === 'integer' ? Number.isSafeInteger(value) : Number.isFinite(value);
  return isNumber ? value : undefined;
}

/** No argument can hold a NUL. */
function isText(given: ParameterValue): given is string {
  return typeof given === 'string' && !given.includes('\0');
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

/** What to write as a value of a parameter: `write a number of at least 0`. */
export function wanted({ type = 'string', choices, minimum, maximum }: Parameter): string {
  if (choices !== undefined) return `write ${choices.map(String).join(' or ')}`;
  if (type === 'boolean') return 'write true or false';
  if (type === 'string') return 'write a text';
  const what = type === 'integer' ? 'a whole number' : 'a number';
  return `write ${what}${rangeOf({ minimum, maximum })}`;
}

function rangeOf({
  minimum,
  maximum,
}: {
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
}): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return ` of at least ${minimum}`;
  return maximum === undefined ? '' : ` of at most ${maximum}`;
}

/** Whether a value must be given for each run. */
export function isRequired({ required, default: byDefault }: Parameter): boolean {
  return required ?? byDefault === undefined;
}
