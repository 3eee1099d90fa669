import type { Problem, SubmarineError } from '../errors.ts';
import { InvalidFileError } from '../errors.ts';

/** Something about a configuration file that a person should know, and that stops nothing. */
export interface Warning {
  /** `file:line:column`, of what stands in a file. */
  readonly place?: string;
  readonly message: string;
  readonly remedy?: string | undefined;
  /** Of a file that somebody else decides on: the folder to accept it by. */
  readonly foreignFolder?: string;
}

export function problemWarnings(source: string, problems: readonly Problem[]): readonly Warning[] {
  return problems.map(({ line, column, message, remedy }) => ({
    place: `${source}:${line}:${column}`,
    message,
    remedy,
  }));
}

/** An error as warnings, one for each problem of a file. */
export function errorWarnings(error: SubmarineError): readonly Warning[] {
  return error instanceof InvalidFileError
    ? problemWarnings(error.source, error.problems)
    : [{ message: error.message, remedy: error.remedy }];
}
