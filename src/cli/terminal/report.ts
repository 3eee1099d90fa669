import { InvalidFileError, SubmarineError } from '../../errors.ts';
import { escapeControls } from '../../text/quote.ts';
import type { Context } from '../context.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { paletteFor } from './colour.ts';

/**
 * Prints an error: one line that says what is wrong, one that says what to do; of a file each problem in a line.
 *
 * @returns the exit code that belongs to it
 */
export async function report(error: unknown, context: Context): Promise<number> {
  const { host, io, globals } = context;
  const { fileLines, remedyFor } = await import('../render/remedies.ts');
  const palette = await paletteFor(host.streams.stderr, context);
  const known = error instanceof SubmarineError ? error : unexpected(error);
  io.note(
    known instanceof InvalidFileError
      ? escapeLines(fileLines(known))
      : `${palette.error('submarine:')} ${escapeLines(known.message)}`,
  );
  const remedy = remedyFor(known);
  if (remedy !== undefined && remedy !== '') io.note(`  ${escapeLines(remedy)}`);
  if (globals().verbose === true) {
    for (const stack of stacks(error)) io.note(palette.faint(escapeLines(stack)));
  }
  return exitCodeOf(error);
}

function unexpected(cause: unknown): SubmarineError {
  const words = cause instanceof Error ? cause.message : String(cause);
  return new SubmarineError({
    kind: 'internal',
    code: 'unexpected',
    message: `something unexpected happened: ${words}`,
    remedy:
      'this is a fault of submarine: run it again with --verbose, and report what that prints',
    cause,
  });
}

function* stacks(error: unknown): Generator<string> {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    yield cause.stack ?? cause.message;
  }
}

function escapeLines(text: string): string {
  return text.split('\n').map(escapeControls).join('\n');
}
