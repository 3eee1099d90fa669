import type { StartedRun } from '../../engines/engine.ts';
import { SubmarineError } from '../../errors.ts';
import { formatSpan } from '../../text/time-span.ts';
import { escapeControls } from '../../text/quote.ts';
import type { Context } from '../context.ts';
import type { Io } from './io.ts';
import type { FollowOptions } from './signals.ts';

interface Limits extends FollowOptions {
  /** As a person gave it. */
  readonly memory?: string | undefined;
  /** Given to the command itself, by the bootstrap. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Stays with a command until it ends, and gives it this process's signals.
 *
 * @returns its exit code
 * @throws SubmarineError when it did not start, or ran out of memory
 */
export async function followRun(
  run: StartedRun,
  { memory, timeoutMs, ...options }: Limits,
  { signals, io }: Pick<Context, 'signals' | 'io'>,
): Promise<number> {
  const { exitCode, outOfMemory, timedOut, isLeft, installed } = await signals.follow(run, options);
  if (isLeft === true) io.note(`submarine: ${run.id} runs on; see: submarine ps`);
  if (timedOut === true) {
    const time = timeoutMs === undefined ? 'its time' : formatSpan(timeoutMs);
    io.note(`submarine: the command was ended when ${time} had passed`);
  }
  if (installed !== undefined && io.stderrIsTerminal) tellInstalled(installed, io);
  if (outOfMemory !== true) return exitCode;
  const limit = memory === undefined ? '' : ` (its limit is ${memory})`;
  throw new SubmarineError({
    kind: 'refused',
    code: 'out-of-memory',
    message: `the command was killed because it ran out of memory${limit}`,
    data: { exitCode, memory },
  });
}

/** Kernels never change: what a run installs goes with it. */
function tellInstalled(installed: readonly string[], io: Io): void {
  const shown = installed.slice(0, 5).join(', ');
  const more = installed.length > 5 ? ` and ${installed.length - 5} more` : '';
  const them = installed.length === 1 ? 'it' : 'them';
  io.note(
    escapeControls(
      `submarine: this run installed ${shown}${more} for itself; to keep ${them}, list ${them} under pip: in the environment`,
    ),
  );
}
