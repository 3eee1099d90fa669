import { ExitCode, InvalidFileError, SubmarineError } from '../../errors.ts';
import { escapeControls } from '../../text/quote.ts';
import { paletteFor } from './colour.ts';
import type { Context } from '../context.ts';

/**
 * Prints an error: one line that says what is wrong, one that says what to do; of a file each problem in a line.
 *
 * @returns the exit code that belongs to it
 */
export async function report(error: unknown, context: Context): Promise<number> {
  const { host, io, globals } = context;
  const palette = await paletteFor(host.streams.stderr, context);
  const known = error instanceof SubmarineError ? error : unexpected(error);
  const message = escapeLines(known.message);
  io.note(
    known instanceof InvalidFileError ? message : `${palette.error('submarine:')} ${message}`,
  );
  if (known.hint !== '') io.note(`  ${escapeLines(known.hint)}`);
  if (globals().verbose === true) {
    for (const stack of stacks(error)) io.note(palette.faint(escapeLines(stack)));
  }
  return known.exitCode;
}

function unexpected(error: unknown): SubmarineError {
  const message = error instanceof Error ? error.message : String(error);
  return new SubmarineError(
    `something unexpected happened: ${message}`,
    'run it again with --verbose and report what it prints',
    ExitCode.engineRefused,
    { cause: error },
  );
}

function* stacks(error: unknown): Generator<string> {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    yield cause.stack ?? cause.message;
  }
}

function escapeLines(text: string): string {
  return text.split('\n').map(escapeControls).join('\n');
}
