import type { EnvironmentDocument, ParsedDocument } from '../../environment/environment.ts';
import type { StreamPart } from '../../environment/split-documents.ts';
import { InvalidDataError, InvalidFileError } from '../../errors.ts';
import { quote } from '../../text/quote.ts';
import { EnvironmentChangedError, NameTakenError } from '../store-errors.ts';
import type {
  AddOptions,
  ChangeOptions,
  DocumentWithLock,
  Store,
  StoredDocument,
  WriteLockOptions,
} from '../store.ts';
import {
  appendDocuments,
  deleteDocuments,
  documentsOf,
  replaceDocuments,
} from './document-stream.ts';
import { versionOf } from './document-version.ts';
import type { LockChange } from './lock-folder.ts';
import type { StoreEntry } from './store-entries.ts';
import { entriesOf, readEntries, readEntriesOf } from './store-entries.ts';
import type { StoreFileOptions } from './store-file.ts';
import { StoreFile } from './store-file.ts';

/** A store in one YAML file, which people may edit too, with its locks in a folder beside it. */
export class FileStore implements Store {
  readonly location: string;
  readonly #file: StoreFile;

  /** @param path - of the YAML file, which need not exist */
  constructor(path: string, options: StoreFileOptions = {}) {
    this.location = path;
    this.#file = new StoreFile(path, options);
  }

  async list(): Promise<readonly ParsedDocument[]> {
    const entries = await readEntries(await this.#file.read());
    return entries.toSorted(byName).map(({ document }) => document);
  }

  async get(name: string): Promise<StoredDocument> {
    const [first, second] = await readEntriesOf(name, await this.#file.read());
    const { document } = second ?? first;
    if (document.environment === undefined) {
      throw new InvalidFileError(this.location, document.problems);
    }
    const { text, environment } = document;
    return { text, environment, version: versionOf(document) };
  }

  async getWithLock(name: string): Promise<DocumentWithLock> {
    for (;;) {
      const document = await this.get(name);
      const lock = await this.findLock(name);
      // A lock that was read while the document stayed as it is belongs to it.
      if ((await this.get(name)).version === document.version) return { ...document, lock };
    }
  }

  async add(
    documents: readonly EnvironmentDocument[],
    { replace = false, locks = new Map(), ...options }: AddOptions = {},
  ): Promise<void> {
    refuseTwins(documents);
    await this.#file.change(options, (old, entries) => {
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
      const stream = appendDocuments(
        replaceDocuments(old, texts),
        added.map(({ text }) => text),
      );
      const names = [
        ...entries.map(({ name }) => name),
        ...added.map(({ environment }) => environment.name),
      ];
      return { stream, locks: lockChanges(locks, names, documentsOf(stream)) };
    });
  }

  async delete(names: readonly string[], options: ChangeOptions = {}): Promise<void> {
    await this.#file.change(options, (old, entries) => {
      const doomed = names.flatMap((name) => entriesOf(name, entries));
      return {
        stream: deleteDocuments(old, new Set(doomed.map(({ part }) => part))),
        locks: new Map(names.map((name) => [name, 'deleted'])),
      };
    });
  }

  lockLocation(name: string): string {
    return this.#file.lockPath(name);
  }

  findLock(name: string): Promise<string | undefined> {
    return this.#file.findLock(name);
  }

  async writeLock(
    name: string,
    text: string,
    { ifMatch, signal }: WriteLockOptions = {},
  ): Promise<void> {
    await this.#file.change({ signal }, (stream, entries) => {
      const [{ document }] = entriesOf(name, entries);
      const version = versionOf(document);
      if (ifMatch !== undefined && ifMatch !== version) throw new EnvironmentChangedError(name);
      return { stream, locks: new Map([[name, { version, text }]]) };
    });
  }

  /** Of two documents of one name nobody can say which is to be replaced. */
  #onlyEntry({ environment }: EnvironmentDocument, entries: readonly StoreEntry[]): StoreEntry {
    const [first, second] = entriesOf(environment.name, entries);
    if (second === undefined) return first;
    throw new InvalidFileError(this.location, second.document.problems);
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

/** @param names - those of the parts, in their order */
function lockChanges(
  locks: ReadonlyMap<string, string>,
  names: readonly (string | undefined)[],
  parts: readonly StreamPart[],
): ReadonlyMap<string, LockChange> {
  return new Map(
    [...locks].flatMap(([name, text]): [string, LockChange][] => {
      const part = parts[names.indexOf(name)];
      return part === undefined ? [] : [[name, { version: versionOf(part), text }]];
    }),
  );
}

function byName(left: StoreEntry, right: StoreEntry): number {
  if (left.name === right.name) return 0;
  if (left.name === undefined) return 1;
  return right.name === undefined || left.name < right.name ? -1 : 1;
}
