import { ExitCode, SubmarineError } from '../errors.ts';
import { shellQuote } from '../text/quote.ts';
import type { KernelCache } from './kernel-cache.ts';

/** Files of the cache that this user may not remove: builds that ran as another user have made them. */
export class ForeignFilesError extends SubmarineError {
  /** @param paths - in the cache */
  constructor({ location, isFolder }: KernelCache, paths: readonly string[]) {
    const shown = paths.map((path) => shellQuote(`${isFolder ? location : '/submarine'}/${path}`));
    super(
      'files of another user are in the way, so not all was removed',
      isFolder
        ? `type: sudo rm -rf ${shown.join(' ')}`
        : `in a container with the volume ${location} at /submarine: rm -rf ${shown.join(' ')}`,
      ExitCode.cannotWrite,
    );
  }
}
