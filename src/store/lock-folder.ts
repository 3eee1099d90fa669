import { readFile, rm, rmdir } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';

import { errorCode, InvalidDataError, isSystemError } from '../errors.ts';
import { prepareTarget, replaceFile } from '../files/atomic-file.ts';
import { quote } from '../text/quote.ts';
import { StoreWriteError } from './store-errors.ts';

/** The locks of a store's environments, a file each, in a folder beside the store: `environments.lock/NAME.yaml`. */
export class LockFolder {
  readonly #folder: string;

  /** @param storePath - of the store's own file */
  constructor(storePath: string) {
    this.#folder = `${storePath.slice(0, storePath.length - extname(storePath).length)}.lock`;
  }

  /** Names of environments are names of files, too. */
  pathOf(name: string): string {
    return join(this.#folder, `${name}.yaml`);
  }

  async find(name: string): Promise<string | undefined> {
    try {
      return await readFile(this.pathOf(name), 'utf8');
    } catch (cause) {
      if (errorCode(cause) === 'ENOENT' || errorCode(cause) === 'ENOTDIR') return undefined;
      throw new InvalidDataError(
        `the lock ${quote(this.pathOf(name))} cannot be read (${errorCode(cause) ?? String(cause)})`,
        'give yourself access, or remove it and lock again',
        { cause },
      );
    }
  }

  /** Of two that write at once the last wins, and each leaves a whole file. */
  async write(name: string, text: string): Promise<void> {
    const path = this.pathOf(name);
    // Those who only read need no lock.
    const { withFileLock } = await import('../files/file-lock.ts');
    try {
      const target = await prepareTarget(path);
      await withFileLock(target, {}, ({ assertHeld }) => replaceFile(target, text, assertHeld));
    } catch (error) {
      throw isSystemError(error) ? new StoreWriteError(path, error) : error;
    }
  }

  async delete(name: string): Promise<void> {
    const path = this.pathOf(name);
    try {
      await rm(path, { force: true });
      // The last one takes the folder with it.
      await rmdir(dirname(path)).catch(() => {});
    } catch (error) {
      throw isSystemError(error) ? new StoreWriteError(path, error) : error;
    }
  }
}
