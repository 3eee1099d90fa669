import { constants } from 'node:os';

import type { ErrorKind } from '../errors.ts';
import { InterruptedError, SubmarineError } from '../errors.ts';

/**
 * The exit codes of the command, after sysexits.h where that has one; 125 to 127 are those of `docker run`.
 * A launch returns the code of what it ran.
 */
export const ExitCode = {
  ok: 0,
  different: 1,
  usage: 2,
  invalidData: 65,
  notFound: 66,
  engineUnavailable: 69,
  internal: 70,
  cannotWrite: 73,
  tryAgain: 75,
  engineRefused: 125,
} as const;

const OF_KIND: Readonly<Record<ErrorKind, number>> = {
  usage: ExitCode.usage,
  invalid: ExitCode.invalidData,
  'not-found': ExitCode.notFound,
  unavailable: ExitCode.engineUnavailable,
  refused: ExitCode.engineRefused,
  'cannot-write': ExitCode.cannotWrite,
  busy: ExitCode.tryAgain,
  interrupted: 128 + constants.signals.SIGINT,
  internal: ExitCode.internal,
};

/** What the command ends with after an error; of a command that did not start, what the engine's client ended with. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof SubmarineError)) return ExitCode.internal;
  if (error instanceof InterruptedError && error.signal !== undefined) {
    return 128 + constants.signals[error.signal];
  }
  const { exitCode } = error.data;
  return error.kind === 'refused' && typeof exitCode === 'number' ? exitCode : OF_KIND[error.kind];
}
