import { readFile } from 'node:fs/promises';

/** What the last line of the bootstrap does, and the script of the cache does in its own way. */
const START = '\nmain "$@"\n';

/**
 * The program that looks after the cache: the bootstrap's functions, and behind them the commands of
 * `submarine-cache.sh`. It is given to a shell as one argument, so that nothing needs to be put into a container.
 *
 * @param folder - `bootstrap/` of the package, a URL that ends in `/`
 */
export async function readCacheScript(folder: URL): Promise<string> {
  const [bootstrap, commands] = await Promise.all(
    ['submarine-bootstrap.sh', 'submarine-cache.sh'].map((name) =>
      readFile(new URL(name, folder), 'utf8'),
    ),
  );
  return `${bootstrap?.replace(START, '\n')}\n${commands}`;
}
