import { InvalidDataError } from '../errors.ts';
import { excerpt } from '../text/excerpt.ts';

/** What every POSIX shell takes as the name of a variable. */
export const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Writes a kernel's variables as lines that a POSIX shell reads back unchanged: `export A='it'\''s'`. A `$` in a value
 * stays one.
 *
 * @throws InvalidDataError for a name that is no identifier, or a value with a NUL, which no process can hold
 */
export function shellAssignments(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => {
      if (!VARIABLE_NAME.test(name)) {
        throw new InvalidDataError(
          `${excerpt(name)} is no name of a variable`,
          'use letters, digits and _, the first of them no digit',
        );
      }
      if (value.includes('\0')) {
        throw new InvalidDataError(`the value of ${name} holds a NUL`, 'leave it away');
      }
      return `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'\n`;
    })
    .join('');
}
