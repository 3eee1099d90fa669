import type { Problem } from '../errors.ts';
import type { Refusal } from '../text/refusal.ts';
import type { Path, Place } from '../yaml/located-yaml.ts';

/** Something wrong with a value, before it is known in which line of which text the value stands. */
export interface Finding extends Refusal, Place {}

/** A finding about what stands at the path. */
export function valueFinding(path: Path, refusal: Refusal): Finding {
  return { ...refusal, path, part: 'value' };
}

/** A finding, now that it is known where its value stands. */
export function toProblem(
  { message, remedy, code }: Finding,
  { line, column }: { readonly line: number; readonly column: number },
): Problem {
  return { line, column, message, remedy, ...(code === undefined ? {} : { code }) };
}

/** What a value is called in a message. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'a text';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'boolean' ? 'true or false' : 'a number';
}

/** Whether a value is a mapping, as YAML has them. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
