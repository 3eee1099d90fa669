import { lstat, readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { ParsedDocument } from '../../environment/environment.ts';
import { isSystemError } from '../../errors.ts';
import { prepareTarget, replaceFile } from '../../files/atomic-file.ts';
import { assertInside } from '../../files/confined.ts';
import { StoreWriteError } from '../store-errors.ts';
import { versionOf } from './document-version.ts';
import {
  lockFileName,
  lockReadError,
  moveFile,
  nameOfLockFile,
  readLockFile,
  removeFile,
  unlessAbsent,
} from './lock-files.ts';

/** What a change makes of the lock of a name: a text for a version of the document, or nothing more. */
export type LockChange = { readonly version: string; readonly text: string } | 'deleted';

/** Asked for a name: the first document of the store that has it; undefined where there is none. */
export type FindDocument = (name: string) => Promise<ParsedDocument | undefined>;

/** A lock that is to take the place of an old one; of the version `deleted` where the old one is to go. */
interface StagedLock {
  readonly path: string;
  readonly name: string;
  readonly version: string;
}

const DELETED = 'deleted';
const STAGED = /^([0-9a-f]{64}|deleted)@(.+)$/;
/** Such a lock, or what is left of one that was not written to its end. */
const OWN_FILE = /^\.?(?:[0-9a-f]{64}|deleted)@/;

/**
 * The locks of a store's environments, a file each, in a folder beside the store: `environments.yaml.lock/demo.yaml`.
 *
 * The store's file and a lock cannot be replaced in one step, so the store's file decides. A change first puts its
 * locks into the folder `.next`, each under the version of the document that it is for; then it replaces the store's
 * file; then it moves the locks to their places. A reader takes a staged lock only when the document
 * that the store holds is of that version. So whoever looks finds the old document with the old lock or the new one
 * with the new lock, wherever the writer was killed or the disk was full; the next writer clears up. Two cases are
 * left: a document that somebody edits by hand after such a crash, and before the next change, has the old lock again
 * (its digest then shows it to be stale, where the kernel is another); and of a crash while several locks are given to
 * documents that do not change, some may be new and some old.
 *
 * All that writes is done under the lock of the store's file.
 */
export class LockFolder {
  readonly #folder: string;
  readonly #next: string;
  readonly #within: string | undefined;

  /**
   * @param storePath - of the store's own file
   * @param within - a folder that every lock must lie in, links resolved
   */
  constructor(storePath: string, within?: string) {
    this.#folder = `${storePath}.lock`;
    this.#next = join(this.#folder, '.next');
    this.#within = within;
  }

  pathOf(name: string): string {
    return join(this.#folder, lockFileName(name));
  }

  async find(name: string, findDocument: FindDocument): Promise<string | undefined> {
    const place = this.pathOf(name);
    const all = await this.#staged().catch((cause: unknown) => {
      throw lockReadError(place, cause);
    });
    const staged = all.filter((one) => one.name === name);
    if (staged.length > 0) {
      const document = await findDocument(name);
      const own = staged.find((one) => isOf(one, document));
      if (own?.version === DELETED) return undefined;
      // One that is not there any more has been moved to its place.
      const text = own && (await readLockFile(own.path, this.#within));
      if (text !== undefined) return text;
    }
    return readLockFile(place, this.#within);
  }

  /** @throws OutsideError when the folder lies elsewhere */
  check(): void {
    if (this.#within !== undefined) assertInside(this.#folder, this.#within);
  }

  /** Writes down what a change will make of locks, before it is made. */
  async stage(changes: ReadonlyMap<string, LockChange>): Promise<void> {
    for (const [name, change] of changes) {
      const place = this.pathOf(name);
      try {
        if (change !== DELETED) {
          const like = await prepareTarget(place, this.#within);
          await this.#write(`${change.version}@${lockFileName(name)}`, change.text, like);
        } else if ((await unlessAbsent(lstat(place)))?.isDirectory() === false) {
          await this.#write(`${DELETED}@${lockFileName(name)}`, '');
        }
      } catch (error) {
        throw isSystemError(error) ? new StoreWriteError(place, error) : error;
      }
    }
  }

  async #write(file: string, text: string, like?: string): Promise<void> {
    const target = await prepareTarget(join(this.#next, file), this.#within);
    await replaceFile(target, text, undefined, { within: this.#within, like });
  }

  /** After a change: moves what was staged to its place. */
  applyStaged(): Promise<void> {
    return this.#settle(async () => true);
  }

  /** Instead of a change: gives up what was staged. */
  dropStaged(): Promise<void> {
    return this.#settle(async () => false);
  }

  /** Before a change: finishes what a writer left that ended in the middle, as the store's file decides. */
  recover(findDocument: FindDocument): Promise<void> {
    return this.#settle(async (staged) => isOf(staged, await findDocument(staged.name)));
  }

  async #settle(isDecided: (staged: StagedLock) => Promise<boolean>): Promise<void> {
    for (const staged of await this.#staged()) {
      if (!(await isDecided(staged))) continue;
      const place = this.pathOf(staged.name);
      await (staged.version === DELETED
        ? removeFile(place, this.#within)
        : moveFile(staged.path, await prepareTarget(place, this.#within), this.#within));
    }
    await this.#clearNext();
    // The last lock takes the folder with it.
    await rmdir(this.#folder).catch(() => {});
  }

  /** Removes nothing but our own files: a container may have put a link to a folder of the project here. */
  async #clearNext(): Promise<void> {
    for (const file of (await this.#filesOfNext()).filter((one) => OWN_FILE.test(one))) {
      await removeFile(join(this.#next, file), this.#within);
    }
    await rmdir(this.#next).catch(() => {});
  }

  async #filesOfNext(): Promise<readonly string[]> {
    if (this.#within !== undefined) assertInside(this.#next, this.#within);
    return (await unlessAbsent(readdir(this.#next))) ?? [];
  }

  async #staged(): Promise<readonly StagedLock[]> {
    return (await this.#filesOfNext()).flatMap((file) => {
      const [, version, own = ''] = STAGED.exec(file) ?? [];
      const name = nameOfLockFile(own);
      if (name === undefined || version === undefined) return [];
      return [{ path: join(this.#next, file), name, version }];
    });
  }
}

function isOf({ version }: StagedLock, document: ParsedDocument | undefined): boolean {
  return version === (document === undefined ? DELETED : versionOf(document));
}
