import { InvalidFileError } from '../../errors.ts';
import type { ExperimentDocument, ParsedExperiment } from '../../experiment/experiment.ts';
import type { ChangeOptions, ExperimentStore, ReplaceOptions, StoredExperiment } from '../store.ts';
import { addDocuments, byName, deleteNamed, refuseTwins } from './document-changes.ts';
import { versionOf } from './document-version.ts';
import { readEntriesOf, readEntriesOfKind, readNames } from './store-entries.ts';
import type { StoreFile } from './store-file.ts';

const kind = 'experiment';

/** The experiments of a store in a file, which has the environments, too. */
export class FileExperiments implements ExperimentStore {
  readonly #location: string;
  readonly #file: StoreFile;

  /** @param location - of the file, for messages */
  constructor(location: string, file: StoreFile) {
    this.#location = location;
    this.#file = file;
  }

  async list(): Promise<readonly ParsedExperiment[]> {
    const entries = await readEntriesOfKind(kind, await this.#file.read());
    return entries.toSorted(byName).map(({ document }) => document);
  }

  async names(): Promise<readonly string[]> {
    return readNames(kind, await this.#file.read());
  }

  async get(name: string): Promise<StoredExperiment> {
    const [first, second] = await readEntriesOf(kind, name, await this.#file.read());
    const { document } = second ?? first;
    if (document.experiment === undefined) {
      throw new InvalidFileError(this.#location, document.problems);
    }
    const { text, experiment } = document;
    return { text, experiment, version: versionOf(document) };
  }

  async add(
    given: readonly ExperimentDocument[],
    { replace = false, ...options }: ReplaceOptions = {},
  ): Promise<void> {
    const documents = given.map(({ text, experiment }) => ({ name: experiment.name, text }));
    refuseTwins(kind, documents);
    const addition = { kind, documents, replace, location: this.#location } as const;
    await this.#file.change(options, (old, entries) => ({
      stream: addDocuments(old, entries, addition).stream,
    }));
  }

  async delete(names: readonly string[], options: ChangeOptions = {}): Promise<void> {
    await this.#file.change(options, (old, entries) => ({
      stream: deleteNamed(old, entries, { kind, names }),
    }));
  }
}
