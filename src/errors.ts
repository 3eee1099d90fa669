import { quote } from './text/quote.ts';

/**
 * The exit codes of the command, after sysexits.h where that has one; 125 to 127 are those of `docker run`.
 * A launch returns the code of what it ran.
 */
export const ExitCode = {
  ok: 0,
  usage: 2,
  invalidData: 65,
  notFound: 66,
  engineUnavailable: 69,
  cannotWrite: 73,
  tryAgain: 75,
  engineRefused: 125,
} as const;

/** An error that a person can mend: what is wrong, what to do about it, and the exit code that says which kind it is. */
export class SubmarineError extends Error {
  readonly hint: string;
  readonly exitCode: number;

  constructor(message: string, hint: string, exitCode: number, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

/** The command line cannot mean anything. */
export class UsageError extends SubmarineError {
  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, hint, ExitCode.usage, options);
  }
}

/** A file or a value that was given is not what it should be. */
export class InvalidDataError extends SubmarineError {
  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, hint, ExitCode.invalidData, options);
  }
}

/** One thing that is wrong in a file: where (from 1, in characters), what, and what to write instead. */
export interface Problem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly remedy: string;
}

/** A file with problems, all of them, each as `source:line:column: what is wrong: what to write`. */
export class InvalidFileError extends InvalidDataError {
  readonly source: string;
  readonly problems: readonly Problem[];

  constructor(source: string, problems: readonly Problem[]) {
    super(
      problems
        .map(
          ({ line, column, message, remedy }) =>
            `${source}:${line}:${column}: ${message}: ${remedy}`,
        )
        .join('\n'),
      '',
    );
    this.source = source;
    this.problems = problems;
  }
}

/** The store holds no environment of that name; `nearest` is the closest one it holds. */
export class EnvironmentNotFoundError extends SubmarineError {
  constructor(name: string, nearest?: string) {
    const hint =
      nearest === undefined ? 'see: submarine env list' : `did you mean ${quote(nearest)}?`;
    super(`no environment ${quote(name)} in the store`, hint, ExitCode.notFound);
  }
}

/** The code of an error that Node threw for a system call, `ENOENT`; undefined for any other error. */
export function errorCode(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error && error.code;
  return typeof code === 'string' ? code : undefined;
}

/** Whether an error came from the operating system: `ENOSPC`, but not `ERR_INVALID_ARG_TYPE`. */
export function isSystemError(error: unknown): boolean {
  return /^E(?!RR_)/.test(errorCode(error) ?? '');
}
