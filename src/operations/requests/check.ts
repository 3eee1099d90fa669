import { UsageError } from '../../errors.ts';
import { excerpt } from '../../text/excerpt.ts';
import { nearest } from '../../text/nearest.ts';
import { quote } from '../../text/quote.ts';

/**
 * Refuses a value that a compiler would have refused, or that no engine could use.
 *
 * @param at - where in the request the value stands: `ports[0].protocol`; empty for the request itself
 * @throws UsageError
 */
export type Check = (value: unknown, at: string) => void;

/**
 * @param what - what to give instead: `a string`
 * @param found - what to call the value that was given
 */
export function checked(
  what: string,
  test: (value: unknown) => boolean,
  found: (value: unknown) => string = kindOf,
): Check {
  return (value, at) => {
    if (test(value)) return;
    throw new UsageError(
      at === '' ? `the request cannot be ${found(value)}` : `${at} cannot be ${found(value)}`,
      `give ${what}`,
      { code: 'invalid-request', data: { key: at } },
    );
  };
}

/** A string where any may stand can be a secret, so it is not shown. */
function kindOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'string') return 'this string';
  if (typeof value === 'function') return 'a function';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

function shown(value: unknown): string {
  return typeof value === 'string' ? excerpt(value) : kindOf(value);
}

export const text = checked(
  'a string without NUL',
  (value) => typeof value === 'string' && !value.includes('\0'),
);

export const flag = checked('true or false', (value) => typeof value === 'boolean');

export function matching(form: RegExp, what: string): Check {
  return checked(what, (value) => typeof value === 'string' && form.test(value), shown);
}

export function oneOf(...values: readonly string[]): Check {
  return checked(values.join(' or '), (value) => values.includes(value as string), shown);
}

export function whole(least: number, most = Number.MAX_SAFE_INTEGER): Check {
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `${least} to ${most}`;
  return checked(
    `a whole number ${range}`,
    (value) => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most,
  );
}

/** @param least - how many it must have */
export function list(item: Check, least = 0): Check {
  const isList = checked(
    least === 0 ? 'a list' : 'a list that is not empty',
    (value) => Array.isArray(value) && value.length >= least,
  );
  return (value, at) => {
    isList(value, at);
    for (const [index, one] of (value as readonly unknown[]).entries())
      item(one, `${at}[${index}]`);
  };
}

/** Neither a list nor a `Map`, whose entries are no keys. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return Object.prototype.toString.call(value) === '[object Object]';
}

const anyObject = checked('an object', isObject);

/** An object with any keys. */
export function record(item: Check): Check {
  return (value, at) => {
    anyObject(value, at);
    for (const [key, one] of Object.entries(value as object)) item(one, inside(at, key));
  };
}

/**
 * An object with these keys and no others: what is misspelt would be left out without a word.
 *
 * @param keys - the check of each, for a value that is not undefined
 * @param needed - those that must be there
 */
export function object<Value>(
  keys: { readonly [Key in keyof Value]-?: Check },
  needed: readonly (keyof Value & string)[] = [],
): Check {
  const known = Object.entries<Check>(keys);
  return (value, at) => {
    anyObject(value, at);
    const given = value as Readonly<Record<string, unknown>>;
    refuseUnknownKeys(Object.keys(given), Object.keys(keys), at);
    for (const [key, check] of known) {
      const one = Object.hasOwn(given, key) ? given[key] : undefined;
      if (one !== undefined || needed.includes(key as keyof Value & string)) {
        check(one, inside(at, key));
      }
    }
  };
}

function refuseUnknownKeys(given: readonly string[], known: readonly string[], at: string): void {
  const unknown = given.find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const meant = nearest(unknown, known);
  throw new UsageError(
    `unknown key ${quote(unknown)}${at === '' ? '' : ` in ${at}`}`,
    meant === undefined ? `the keys are: ${known.join(', ')}` : `did you mean ${quote(meant)}?`,
    { code: 'unknown-key', data: { key: inside(at, unknown), nearest: meant } },
  );
}

function inside(at: string, key: string): string {
  const name = /^[\w-]+$/.test(key) ? key : quote(key);
  return at === '' ? name : `${at}.${name}`;
}

/** One check for values that the test accepts, another for all else. */
export function either(test: (value: unknown) => boolean, one: Check, other: Check): Check {
  return (value, at) => (test(value) ? one : other)(value, at);
}

export function optional(check: Check): Check {
  return (value, at) => {
    if (value !== undefined) check(value, at);
  };
}
