import type { StartedRun } from '../../engines/engine.ts';
import { SubmarineError } from '../../errors.ts';
import type { Context } from '../context.ts';
import type { FollowOptions } from './signals.ts';

interface Limits extends FollowOptions {
  /** As a person gave it. */
  readonly memory?: string | undefined;
}

/**
 * Stays with a command until it ends, and gives it this process's signals.
 *
 * @returns its exit code
 * @throws SubmarineError when it did not start, or ran out of memory
 */
export async function followRun(
  run: StartedRun,
  { memory, ...options }: Limits,
  { signals }: Pick<Context, 'signals'>,
): Promise<number> {
  const { exitCode, outOfMemory } = await signals.follow(run, options);
  if (outOfMemory !== true) return exitCode;
  const limit = memory === undefined ? '' : ` (its limit is ${memory})`;
  throw new SubmarineError({
    kind: 'refused',
    code: 'out-of-memory',
    message: `the command was killed because it ran out of memory${limit}`,
    data: { exitCode, memory },
  });
}
