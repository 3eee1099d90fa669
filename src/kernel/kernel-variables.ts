import { InvalidDataError } from '../errors.ts';
import { excerpt } from '../text/excerpt.ts';
import type { Refusal } from '../text/refusal.ts';

/** What every POSIX shell takes as the name of a variable. */
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/**
 * The bootstrap reads a kernel's variables into its own shell. The first two are the names of its task and its state;
 * with another IFS its lists fall apart, and BASH_VERSION is how it tells which shell it runs in.
 */
const RESERVED = /^(?:SUBMARINE_.*|boot_.*|IFS|BASH_VERSION)$/;

/** Why a kernel cannot have a variable of that name; undefined when it can. */
export function refuseVariableName(name: string): Refusal | undefined {
  if (!VARIABLE_NAME.test(name)) {
    return {
      message: `${excerpt(name)} is not a valid variable name`,
      remedy: 'use letters, digits and _, the first of them no digit',
    };
  }
  if (!RESERVED.test(name)) return undefined;
  return {
    message: `the variable name ${excerpt(name)} is reserved`,
    remedy: 'choose a name other than IFS, BASH_VERSION, SUBMARINE_… and boot_…',
  };
}

/**
 * Writes a kernel's variables as lines that a POSIX shell reads back unchanged: `export A='it'\''s'`. A `$` in a value
 * stays one.
 *
 * @throws InvalidDataError for a name that no kernel can have, or a value with a NUL, which no process can hold
 */
export function shellAssignments(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => {
      const refused = refuseVariableName(name);
      if (refused !== undefined) throw new InvalidDataError(refused.message, refused.remedy);
      if (value.includes('\0')) {
        throw new InvalidDataError(`the value of ${name} holds a NUL`, 'leave it out');
      }
      return `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'\n`;
    })
    .join('');
}
