import type { ErrorData } from '../../errors.ts';

/** What a person can type or choose, of the facts of an error; undefined where nothing helps. */
export type Remedy = string | ((data: ErrorData) => string | undefined);

/** A fact that is a text. */
export function text(value: unknown, otherwise = ''): string {
  return typeof value === 'string' ? value : otherwise;
}

/** A fact that is a list of texts. */
export function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
