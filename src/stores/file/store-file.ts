import { Low } from 'lowdb';

import { parseEnvironment } from '../../environment/parse-environment.ts';
import { EnvironmentNotFoundError, isSystemError } from '../../errors.ts';
import { prepareTarget } from '../../files/atomic-file.ts';
import type { HeldLock, LockOptions } from '../../files/file-lock.ts';
import { StoreWriteError } from '../store-errors.ts';
import type { ChangeOptions } from '../store.ts';
import type { DocumentStream } from './document-stream.ts';
import { parseStream, serializeStream } from './document-stream.ts';
import type { FindDocument, LockChange } from './lock-folder.ts';
import { LockFolder } from './lock-folder.ts';
import { OldLockFolder } from './old-lock-folder.ts';
import type { ParseDocument, StoreEntry, StoreText } from './store-entries.ts';
import { readEntries, readEntriesOf } from './store-entries.ts';
import { YamlAdapter } from './yaml-adapter.ts';

export interface StoreFileOptions extends LockOptions {
  /** A folder that the store and its locks must lie in whenever they are read or written, links resolved. */
  readonly within?: string;
  /** Told after each change. */
  readonly changed?: () => void;
  /** Reads a document: `parseEnvironment`. */
  readonly parse?: ParseDocument;
}

/** What a change makes of a store that holds these entries. */
export type Edit = (stream: DocumentStream, entries: readonly StoreEntry[]) => Edited;

interface Edited {
  readonly stream: DocumentStream;
  readonly locks?: ReadonlyMap<string, LockChange>;
}

/** A change that was worked out and not made. */
interface Draft {
  readonly old: DocumentStream;
  readonly edited: Edited;
}

/**
 * The file of a store and its locks: what is read and how it is changed. Reading takes no lock: the file is always
 * whole, and `LockFolder` says what is seen of a change that is being made or was not finished.
 */
export class StoreFile {
  readonly #path: string;
  readonly #options: StoreFileOptions;
  readonly #locks: LockFolder;
  readonly #oldLocks: OldLockFolder;

  constructor(path: string, options: StoreFileOptions) {
    this.#path = path;
    this.#options = options;
    this.#locks = new LockFolder(path, options.within);
    this.#oldLocks = new OldLockFolder(
      path,
      options.within,
      (other) => new StoreFile(other, options).#findDocument,
    );
  }

  /** The text of the file as it is now. */
  read(): Promise<StoreText> {
    return this.#read(this.#open());
  }

  lockPath(name: string): string {
    return this.#locks.pathOf(name);
  }

  /** The text of the lock of a name as it is now. */
  async findLock(name: string): Promise<string | undefined> {
    return (
      (await this.#locks.find(name, this.#findDocument)) ??
      (await this.#oldLocks.find(name, this.#findDocument)) ??
      // It may have been moved from the old place in between.
      (await this.#locks.find(name, this.#findDocument))
    );
  }

  /**
   * Makes a change, documents and locks together; nothing is written where nothing changes.
   *
   * @param edit - called once; again only when somebody has written in the meantime
   * @throws StoreWriteError
   */
  async change({ dryRun = false, signal }: ChangeOptions, edit: Edit): Promise<void> {
    try {
      this.#locks.check();
      // What is refused is refused without waiting for a lock and without making a folder.
      const draft = await this.#draft(this.#open(), edit);
      if (dryRun) return;
      // Those who only read need no lock, nor the 2 ms that node takes to load what it needs.
      const { withFileLock } = await import('../../files/file-lock.ts');
      const target = await prepareTarget(this.#path, this.#options.within);
      const options = { ...this.#options, signal };
      await withFileLock(target, options, (lock) => this.#commit(edit, draft, lock));
    } catch (error) {
      throw isSystemError(error) ? new StoreWriteError(this.#path, error) : error;
    }
  }

  async #commit(edit: Edit, draft: Draft, { assertHeld }: HeldLock): Promise<void> {
    await this.#locks.recover(this.#findDocument);
    await this.#oldLocks.moveTo((name) => this.#locks.pathOf(name), this.#findDocument);
    const database = this.#open(assertHeld);
    const { old, edited } = await this.#draft(database, edit, draft);
    const { stream, locks = new Map() } = edited;
    const isChanged = serializeStream(old) !== serializeStream(stream);
    if (!isChanged && locks.size === 0) return;
    database.data = stream;
    try {
      await this.#locks.stage(locks);
      if (isChanged) await database.write();
    } catch (error) {
      // Only who still holds the lock may clear up; else the next writer does. What failed first is what is told.
      await assertHeld()
        .then(() => this.#locks.dropStaged())
        .catch(() => {});
      throw error;
    }
    // The change is made: a staged lock that cannot be moved to its place is read where it is.
    await this.#locks.applyStaged().catch(ignoreSystemError);
    this.#options.changed?.();
  }

  /**
   * Works a change out.
   *
   * @param before - worked out earlier: it holds if nobody has written since, and nothing is parsed again
   */
  async #draft(database: Low<DocumentStream>, edit: Edit, before?: Draft): Promise<Draft> {
    const text = await this.#read(database);
    const old = text.stream;
    if (before !== undefined && serializeStream(old) === serializeStream(before.old)) return before;
    const entries = await readEntries(text);
    return { old, edited: edit(old, entries) };
  }

  async #read(database: Low<DocumentStream>): Promise<StoreText> {
    await database.read();
    const { parse = parseEnvironment } = this.#options;
    return { stream: database.data, path: this.#path, parse };
  }

  #open(beforeReplace?: () => Promise<void>): Low<DocumentStream> {
    const { within } = this.#options;
    return new Low(new YamlAdapter(this.#path, { beforeReplace, within }), parseStream(''));
  }

  readonly #findDocument: FindDocument = async (name) => {
    try {
      const [{ document }] = await readEntriesOf('environment', name, await this.read());
      return document;
    } catch (error) {
      if (error instanceof EnvironmentNotFoundError) return undefined;
      throw error;
    }
  };
}

function ignoreSystemError(error: unknown): void {
  if (!isSystemError(error)) throw error;
}
