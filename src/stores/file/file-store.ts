import { dirname } from 'node:path';

import type { EnvironmentDocument, ParsedDocument } from '../../environment/environment.ts';
import type { StreamPart } from '../../environment/split-documents.ts';
import { InvalidFileError } from '../../errors.ts';
import { EnvironmentChangedError } from '../store-errors.ts';
import type {
  AddOptions,
  ChangeOptions,
  DocumentWithLock,
  ExperimentStore,
  Store,
  StoredDocument,
  WriteLockOptions,
} from '../store.ts';
import { addDocuments, byName, deleteNamed, refuseTwins } from './document-changes.ts';
import { documentsOf } from './document-stream.ts';
import { versionOf } from './document-version.ts';
import { FileExperiments } from './file-experiments.ts';
import type { LockChange } from './lock-folder.ts';
import { entriesOf, readEntriesOf, readEntriesOfKind, readNames } from './store-entries.ts';
import type { StoreFileOptions } from './store-file.ts';
import { StoreFile } from './store-file.ts';

const kind = 'environment';

/** A store in one YAML file, which people may edit too, with its locks in a folder beside it. */
export class FileStore implements Store {
  readonly location: string;
  readonly folder: string;
  readonly experiments: ExperimentStore;
  readonly #file: StoreFile;

  /** @param path - of the YAML file, which need not exist */
  constructor(path: string, options: StoreFileOptions = {}) {
    this.location = path;
    this.folder = dirname(path);
    this.#file = new StoreFile(path, options);
    this.experiments = new FileExperiments(path, this.#file);
  }

  async list(): Promise<readonly ParsedDocument[]> {
    const entries = await readEntriesOfKind(kind, await this.#file.read());
    return entries.toSorted(byName).map(({ document }) => document);
  }

  async names(): Promise<readonly string[]> {
    return readNames(kind, await this.#file.read());
  }

  async get(name: string): Promise<StoredDocument> {
    const [first, second] = await readEntriesOf(kind, name, await this.#file.read());
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
    given: readonly EnvironmentDocument[],
    { replace = false, locks = new Map(), ...options }: AddOptions = {},
  ): Promise<void> {
    const documents = given.map(({ text, environment }) => ({ name: environment.name, text }));
    refuseTwins(kind, documents);
    const addition = { kind, documents, replace, location: this.location } as const;
    await this.#file.change(options, (old, entries) => {
      const { stream, added } = addDocuments(old, entries, addition);
      const names = [
        // An experiment may have the same name, and has no lock.
        ...entries.map((entry) => (entry.kind === kind ? entry.name : undefined)),
        ...added.map(({ name }) => name),
      ];
      return { stream, locks: lockChanges(locks, names, documentsOf(stream)) };
    });
  }

  async delete(names: readonly string[], options: ChangeOptions = {}): Promise<void> {
    await this.#file.change(options, (old, entries) => ({
      stream: deleteNamed(old, entries, { kind, names }),
      locks: new Map(names.map((name) => [name, 'deleted'])),
    }));
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
      const [{ document }] = entriesOf(kind, name, entries);
      const version = versionOf(document);
      if (ifMatch !== undefined && ifMatch !== version) throw new EnvironmentChangedError(name);
      return { stream, locks: new Map([[name, { version, text }]]) };
    });
  }
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
