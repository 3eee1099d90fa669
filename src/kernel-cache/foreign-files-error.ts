import { SubmarineError } from '../errors.ts';
import { shellQuote } from '../text/quote.ts';
import type { KernelCache } from './kernel-cache.ts';

/** Files of the cache that this user may not remove: builds that ran as another user have made them. */
export class ForeignFilesError extends SubmarineError {
  /**
   * @param paths - in the cache
   * @param done - what was removed all the same
   */
  constructor({ location, isFolder }: KernelCache, paths: readonly string[], done: unknown) {
    const shown = paths.map((path) => shellQuote(`${isFolder ? location : '/submarine'}/${path}`));
    super({
      kind: 'cannot-write',
      code: 'foreign-files',
      message: 'files of another user are in the way, so not all was removed',
      remedy: isFolder
        ? `type: sudo rm -rf ${shown.join(' ')}`
        : `in a container with the volume ${location} at /submarine: rm -rf ${shown.join(' ')}`,
      data: { location, paths, done },
    });
  }
}
