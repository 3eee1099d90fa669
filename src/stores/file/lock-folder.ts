import { readFile, rm, rmdir } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';

import { errorCode, InvalidDataError, isSystemError } from '../../errors.ts';
import { prepareTarget, replaceFile } from '../../files/atomic-file.ts';
import { assertInside, inFolder, readOwnFile } from '../../files/confined.ts';
import { quote } from '../../text/quote.ts';
import { StoreWriteError } from '../store-errors.ts';

/** The locks of a store's environments, a file each, in a folder beside the store: `environments.lock/NAME.yaml`. */
export class LockFolder {
  readonly #folder: string;
  readonly #within: string | undefined;

  /**
   * @param storePath - of the store's own file
   * @param within - a folder that every lock must lie in, links resolved
   */
  constructor(storePath: string, within?: string) {
    this.#within = within;
    this.#folder = `${storePath.slice(0, storePath.length - extname(storePath).length)}.lock`;
  }

  /** Names of environments are names of files, too. */
  pathOf(name: string): string {
    return join(this.#folder, `${name}.yaml`);
  }

  async find(name: string): Promise<string | undefined> {
    const path = this.pathOf(name);
    const within = this.#within;
    try {
      return within === undefined
        ? await readFile(path, 'utf8')
        : (await readOwnFile(path, within)).toString();
    } catch (cause) {
      if (errorCode(cause) === 'ENOENT' || errorCode(cause) === 'ENOTDIR') return undefined;
      if (cause instanceof InvalidDataError) throw cause;
      throw new InvalidDataError(
        `the lock ${quote(path)} cannot be read (${errorCode(cause) ?? String(cause)})`,
        'give yourself access, or remove it and lock again',
        { cause },
      );
    }
  }

  /** Of two that write at once the last wins, and each leaves a whole file. */
  async write(name: string, text: string): Promise<void> {
    const path = this.pathOf(name);
    // Those who only read need no lock.
    const { withFileLock } = await import('../../files/file-lock.ts');
    try {
      const target = await prepareTarget(path, this.#within);
      await withFileLock(target, {}, ({ assertHeld }) =>
        replaceFile(target, text, assertHeld, this.#within),
      );
    } catch (error) {
      throw isSystemError(error) ? new StoreWriteError(path, error) : error;
    }
  }

  /** @throws OutsideError when the lock of that name lies elsewhere */
  check(name: string): void {
    const path = this.pathOf(name);
    try {
      if (this.#within !== undefined) assertInside(dirname(path), this.#within);
    } catch (error) {
      throw isSystemError(error) ? new StoreWriteError(path, error) : error;
    }
  }

  async delete(name: string): Promise<void> {
    const path = this.pathOf(name);
    try {
      await this.#remove(path);
      // The last one takes the folder with it.
      await rmdir(dirname(path)).catch(() => {});
    } catch (error) {
      throw isSystemError(error) ? new StoreWriteError(path, error) : error;
    }
  }

  /** A link goes itself, and not what it leads to. */
  async #remove(path: string): Promise<void> {
    if (this.#within === undefined) return rm(path, { force: true });
    await inFolder(path, this.#within, (own) => rm(own, { force: true })).catch(
      (error: unknown) => {
        if (errorCode(error) !== 'ENOENT') throw error;
      },
    );
  }
}
