import { Low } from 'lowdb';

import type { EnvironmentDocument, ParsedDocument } from '../../environment/environment.ts';
import {
  EnvironmentNotFoundError,
  InvalidDataError,
  InvalidFileError,
  isSystemError,
} from '../../errors.ts';
import { prepareTarget } from '../../files/atomic-file.ts';
import type { LockOptions } from '../../files/file-lock.ts';
import { nearest } from '../../text/nearest.ts';
import { quote } from '../../text/quote.ts';
import type { DocumentStream } from './document-stream.ts';
import {
  appendDocuments,
  deleteDocuments,
  parseStream,
  replaceDocuments,
  serializeStream,
} from './document-stream.ts';
import { LockFolder } from './lock-folder.ts';
import type { StoreEntry } from './store-entries.ts';
import { readEntries } from './store-entries.ts';
import { NameTakenError, StoreWriteError } from '../store-errors.ts';
import type { AddOptions, ChangeOptions, Store } from '../store.ts';
import { YamlAdapter } from './yaml-adapter.ts';

export interface FileStoreOptions extends LockOptions {
  /** A folder that the store and its locks must lie in whenever they are read or written, links resolved. */
  readonly within?: string;
  /** Told after each change. */
  readonly changed?: () => void;
}

/** What a change makes of a store. */
type Edit = (stream: DocumentStream, entries: readonly StoreEntry[]) => DocumentStream;

/** A store in one YAML file, which people may edit too. Reading takes no lock: the file is always whole. */
export class FileStore implements Store {
  readonly location: string;
  readonly #options: FileStoreOptions;
  readonly #locks: LockFolder;

  /** @param path - of the YAML file, which need not exist */
  constructor(path: string, options: FileStoreOptions = {}) {
    this.location = path;
    this.#options = options;
    this.#locks = new LockFolder(path, options.within);
  }

  async list(): Promise<readonly ParsedDocument[]> {
    return (await this.#entries()).toSorted(byName).map(({ document }) => document);
  }

  async get(name: string): Promise<EnvironmentDocument> {
    const entries = await this.#entries();
    const [first, second] = entriesOf(name, entries);
    const { document } = second ?? first;
    if (document.environment === undefined) {
      throw new InvalidFileError(this.location, document.problems);
    }
    return document;
  }

  async add(
    documents: readonly EnvironmentDocument[],
    { replace = false, locks = new Map(), ...options }: AddOptions = {},
  ): Promise<void> {
    refuseTwins(documents);
    await this.#change(options, (stream, entries) => {
      const held = new Map(entries.map(({ name, part }) => [name, part]));
      const isTaken = ({ environment }: EnvironmentDocument): boolean => held.has(environment.name);
      const taken = documents.filter(isTaken);
      if (taken.length > 0 && !replace) {
        throw new NameTakenError(taken.map(({ environment }) => environment.name));
      }
      const texts = new Map(
        taken.map((document) => [this.#onlyEntry(document, entries).part, document.text]),
      );
      const added = documents.filter((document) => !isTaken(document));
      return appendDocuments(
        replaceDocuments(stream, texts),
        added.map(({ text }) => text),
      );
    });
    if (options.dryRun === true) return;
    for (const [name, text] of locks) await this.#locks.write(name, text);
  }

  async delete(names: readonly string[], options: ChangeOptions = {}): Promise<void> {
    for (const name of names) this.#locks.check(name);
    await this.#change(options, (stream, entries) => {
      const doomed = names.flatMap((name) => entriesOf(name, entries));
      return deleteDocuments(stream, new Set(doomed.map(({ part }) => part)));
    });
    if (options.dryRun !== true) for (const name of names) await this.#locks.delete(name);
  }

  lockLocation(name: string): string {
    return this.#locks.pathOf(name);
  }

  findLock(name: string): Promise<string | undefined> {
    return this.#locks.find(name);
  }

  async writeLock(name: string, text: string): Promise<void> {
    await this.#locks.write(name, text);
    this.#options.changed?.();
  }

  async #entries(): Promise<readonly StoreEntry[]> {
    const database = this.#open();
    await database.read();
    return readEntries(database.data, this.location);
  }

  /** Of two documents of one name nobody can say which is to be replaced. */
  #onlyEntry({ environment }: EnvironmentDocument, entries: readonly StoreEntry[]): StoreEntry {
    const [first, second] = entriesOf(environment.name, entries);
    if (second === undefined) return first;
    throw new InvalidFileError(this.location, second.document.problems);
  }

  async #change({ dryRun = false }: ChangeOptions, edit: Edit): Promise<void> {
    // What is refused is refused without waiting for a lock and without making a folder.
    await this.#edited(edit);
    if (dryRun) return;
    // Those who only read need no lock, nor the 2 ms that node takes to load what it needs.
    const { withFileLock } = await import('../../files/file-lock.ts');
    try {
      const target = await prepareTarget(this.location, this.#options.within);
      await withFileLock(target, this.#options, async ({ assertHeld }) => {
        const { database, isChanged } = await this.#edited(edit, assertHeld);
        if (!isChanged) return;
        await database.write();
        this.#options.changed?.();
      });
    } catch (error) {
      throw isSystemError(error) ? new StoreWriteError(this.location, error) : error;
    }
  }

  async #edited(
    edit: Edit,
    beforeReplace?: () => Promise<void>,
  ): Promise<{ database: Low<DocumentStream>; isChanged: boolean }> {
    const database = this.#open(beforeReplace);
    await database.read();
    const old = database.data;
    database.data = edit(old, await readEntries(old, this.location));
    return { database, isChanged: serializeStream(old) !== serializeStream(database.data) };
  }

  #open(beforeReplace?: () => Promise<void>): Low<DocumentStream> {
    const { within } = this.#options;
    return new Low(new YamlAdapter(this.location, { beforeReplace, within }), parseStream(''));
  }
}

function refuseTwins(documents: readonly EnvironmentDocument[]): void {
  const names = documents.map(({ environment }) => environment.name);
  const twin = names.find((name, index) => names.indexOf(name) !== index);
  if (twin === undefined) return;
  throw new InvalidDataError(
    `two of the environments to add are named ${quote(twin)}`,
    'give each a name of its own',
  );
}

/** Every document of a name, in the order of the file: at least one. */
function entriesOf(
  name: string,
  entries: readonly StoreEntry[],
): readonly [StoreEntry, ...StoreEntry[]] {
  const [first, ...others] = entries.filter((entry) => entry.name === name);
  if (first !== undefined) return [first, ...others];
  const names = entries.flatMap((entry) => entry.name ?? []);
  throw new EnvironmentNotFoundError(name, nearest(name, names));
}

function byName(left: StoreEntry, right: StoreEntry): number {
  if (left.name === right.name) return 0;
  if (left.name === undefined) return 1;
  return right.name === undefined || left.name < right.name ? -1 : 1;
}
