import type { Readable } from 'node:stream';
import { finished } from 'node:stream';

import { SubmarineError } from '../../errors.ts';

/**
 * Tells when what a command is to read on stdin breaks off, since the command itself would take that for the end.
 *
 * @param onBroken - told why: the stream has failed, or was closed before its end
 * @returns what ends the watch
 */
export function watchInput(
  stdin: number | Readable | undefined,
  onBroken: (error: SubmarineError) => void,
): () => void {
  if (typeof stdin !== 'object') return () => {};
  return finished(stdin, { writable: false }, (cause) => {
    if (cause === null || cause === undefined) return;
    onBroken(
      new SubmarineError({
        kind: 'refused',
        code: 'input-broken',
        message: `the input of the command has broken off: ${cause.message}`,
        cause,
      }),
    );
  });
}
