import { quote } from './text/quote.ts';

/**
 * What kind of failure it is. A face has an answer for each: an exit code, or a status.
 *
 * `usage`: the request cannot mean anything. `invalid`: a file or a value is not what it should be. `not-found`: our own
 * store, runs or kernels do not have it. `unavailable`: the engine is missing, not running or not permitted. `refused`:
 * the engine will not do it. `cannot-write`: no room, or no permission. `busy`: another process is at it; try again.
 * `interrupted`: somebody ended it. `internal`: a fault of ours.
 */
export type ErrorKind =
  | 'usage'
  | 'invalid'
  | 'not-found'
  | 'unavailable'
  | 'refused'
  | 'cannot-write'
  | 'busy'
  | 'interrupted'
  | 'internal';

export type ErrorData = Readonly<Record<string, unknown>>;

export interface ErrorFacts {
  readonly kind: ErrorKind;
  /** Which failure it is, for programs and for the words of a face: `environment-not-found`. */
  readonly code: string;
  /** What is wrong, in one line. */
  readonly message: string;
  /** What to do about it, where that does not depend on the face: how a value is written. */
  readonly remedy?: string | undefined;
  /** The facts of the failure, such as the nearest name. */
  readonly data?: ErrorData | undefined;
  readonly cause?: unknown;
}

/** A failure that a person or a program can do something about. */
export class SubmarineError extends Error {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly remedy: string | undefined;
  readonly data: ErrorData;

  constructor({ kind, code, message, remedy, data = {}, cause }: ErrorFacts) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.kind = kind;
    this.code = code;
    this.remedy = remedy;
    this.data = data;
  }
}

/** What may be said of a failure besides; `code` where a program or a face must know it from others of its kind. */
export type ErrorDetails = Partial<Pick<ErrorFacts, 'code' | 'data' | 'cause'>>;

/** The request cannot mean anything. */
export class UsageError extends SubmarineError {
  constructor(message: string, remedy?: string, more: ErrorDetails = {}) {
    super({ kind: 'usage', code: 'usage', message, remedy, ...more });
  }
}

/** A file or a value that was given is not what it should be. */
export class InvalidDataError extends SubmarineError {
  constructor(message: string, remedy?: string, more: ErrorDetails = {}) {
    super({ kind: 'invalid', code: 'invalid-data', message, remedy, ...more });
  }
}

/** One thing that is wrong in a file: where (from 1, in characters), what, and what to write instead. */
export interface Problem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly remedy: string;
  /** Which problem it is, of those for which a face may have better words than `remedy`. */
  readonly code?: string | undefined;
}

/** What nobody reads on: the first mistakes of a file explain the rest. */
const MOST_PROBLEMS = 10;

/**
 * A file with problems. The message has the first ten, each as `source:line:column: what is wrong: what to write`, and
 * how many more there are.
 */
export class InvalidFileError extends InvalidDataError {
  readonly source: string;
  /** All of them. */
  readonly problems: readonly Problem[];

  constructor(source: string, problems: readonly Problem[]) {
    super(problemLines(source, problems), undefined, {
      code: 'invalid-file',
      data: { source, problems },
    });
    this.source = source;
    this.problems = problems;
  }
}

/** @param remedyOf - the words of a face, in the place of the problem's own */
export function problemLines(
  source: string,
  problems: readonly Problem[],
  remedyOf: (problem: Problem) => string = ({ remedy }) => remedy,
): string {
  const lines = problems.slice(0, MOST_PROBLEMS).map((problem) => {
    const { line, column, message } = problem;
    return `${source}:${line}:${column}: ${message}: ${remedyOf(problem)}`;
  });
  const more = problems.length - lines.length;
  return [...lines, ...(more > 0 ? [`${source}: and ${more} more`] : [])].join('\n');
}

/** The store holds no environment of that name; `nearest` is the closest one it holds. */
export class EnvironmentNotFoundError extends SubmarineError {
  constructor(name: string, nearest?: string) {
    super({
      kind: 'not-found',
      code: 'environment-not-found',
      message: `no environment ${quote(name)} in the store`,
      data: { name, nearest },
    });
  }
}

/** The store holds no experiment of that name; `nearest` is the closest one it holds. */
export class ExperimentNotFoundError extends SubmarineError {
  constructor(name: string, nearest?: string) {
    super({
      kind: 'not-found',
      code: 'experiment-not-found',
      message: `no experiment ${quote(name)} in the store`,
      data: { name, nearest },
    });
  }
}

/** Somebody ended it; `signal` is the one that did, where a signal did. */
export class InterruptedError extends SubmarineError {
  readonly signal: NodeJS.Signals | undefined;

  constructor(signal?: NodeJS.Signals, cause?: unknown) {
    super({
      kind: 'interrupted',
      code: 'interrupted',
      message: signal === undefined ? 'interrupted' : `ended by ${signal}`,
      data: { signal },
      cause,
    });
    this.signal = signal;
  }
}

/** @throws InterruptedError when the signal has been aborted: what it was aborted with, where that is one of ours */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  const { reason } = signal;
  throw reason instanceof SubmarineError ? reason : new InterruptedError(undefined, reason);
}

/** The code of an error that Node threw for a system call, `ENOENT`; undefined for any other error. */
export function errorCode(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error && error.code;
  return typeof code === 'string' && !(error instanceof SubmarineError) ? code : undefined;
}

/** Whether an error came from the operating system: `ENOSPC`, but not `ERR_INVALID_ARG_TYPE`. */
export function isSystemError(error: unknown): boolean {
  return /^E(?!RR_)/.test(errorCode(error) ?? '');
}
