import { readFile } from 'node:fs/promises';

/**
 * The program that looks after the cache. It is given to a shell as one argument, so that nothing needs to be put into
 * a container.
 *
 * @param folder - `bootstrap/` of the package, a URL that ends in `/`
 */
export function readCacheScript(folder: URL): Promise<string> {
  return readFile(new URL('submarine-cache.sh', folder), 'utf8');
}
