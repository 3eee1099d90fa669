import type { EnvironmentDocument, ParsedDocument } from '../environment/environment.ts';
import type { ExperimentDocument, ParsedExperiment } from '../experiment/experiment.ts';

/** What a command that changes the store may be told besides. */
export interface ChangeOptions {
  /** Check everything and change nothing. */
  readonly dryRun?: boolean;
  /** Ends the waiting for another writer. */
  readonly signal?: AbortSignal | undefined;
}

export interface ReplaceOptions extends ChangeOptions {
  /** Whether a name that exists gets the new text, in its old place. */
  readonly replace?: boolean;
}

export interface AddOptions extends ReplaceOptions {
  /** The texts of the locks of those that are added, by name: kept together with them or not at all. */
  readonly locks?: ReadonlyMap<string, string>;
}

export interface WriteLockOptions extends Pick<ChangeOptions, 'signal'> {
  /** The version of the document that the lock was made for: the lock of another is not kept. */
  readonly ifMatch?: string;
}

/** A document of the store as it was read. */
export interface StoredDocument extends EnvironmentDocument {
  /** A text that is the same as long as the document is, to the byte; it means nothing else. */
  readonly version: string;
}

/** A document of the store and its lock, as both were at one moment. */
export interface DocumentWithLock extends StoredDocument {
  /** The text of the lock; undefined when there is none. */
  readonly lock: string | undefined;
}

/** An experiment of the store as it was read. */
export interface StoredExperiment extends ExperimentDocument {
  /** As that of a `StoredDocument`. */
  readonly version: string;
}

/**
 * The experiments of a store: documents beside the environments, with names of their own. They are read and changed as
 * environments are, and neither kind is seen or touched by what is done with the other.
 */
export interface ExperimentStore {
  /** As `Store.list`. */
  list(): Promise<readonly ParsedExperiment[]>;

  /** As `Store.names`. */
  names(): Promise<readonly string[]>;

  /**
   * @throws ExperimentNotFoundError with the nearest name
   * @throws InvalidFileError when the document is not a valid experiment, or a second one has its name
   */
  get(name: string): Promise<StoredExperiment>;

  /**
   * Adds all of the documents or none.
   *
   * @throws NameTakenError, InvalidDataError and InvalidFileError as `Store.add` does
   */
  add(documents: readonly ExperimentDocument[], options?: ReplaceOptions): Promise<void>;

  /**
   * Deletes all of the names or none.
   *
   * @throws ExperimentNotFoundError for the first name that the store does not hold
   */
  delete(names: readonly string[], options?: ChangeOptions): Promise<void>;
}

/**
 * A place where environments are kept by name, and experiments beside them. Its backends are chosen in `open-store.ts`;
 * what all of them do is told by `store.suite.ts`.
 *
 * A change is made as a whole or not at all, the documents together with their locks, and a dry run is refused for the
 * same reasons. Every method may also throw that the store cannot be read (`StoreReadError`) or is not YAML
 * (`InvalidFileError`), a change that it cannot be written (`StoreWriteError`) or that another writer held it all the
 * while (`FileBusyError`).
 */
export interface Store {
  /** Where it is, for messages: a path or a URL. */
  readonly location: string;

  /** The folder that relative paths in its documents start from; undefined where it is no file of this machine. */
  readonly folder: string | undefined;

  readonly experiments: ExperimentStore;

  /**
   * Every document but experiments, sorted by name, those without one last. A document that is not a valid environment is among them
   * with its problems, and so is the second of one name; lines are those of the whole store.
   */
  list(): Promise<readonly ParsedDocument[]>;

  /**
   * The names in the store, each once, sorted. A document whose name can be told without parsing it is not looked at
   * otherwise, so that some of them may not be valid.
   */
  names(): Promise<readonly string[]>;

  /**
   * The environment of that name. Other documents are not looked at, as long as they can be told from it.
   *
   * @throws EnvironmentNotFoundError with the nearest name
   * @throws InvalidFileError when the document is not a valid environment, or a second one has its name
   */
  get(name: string): Promise<StoredDocument>;

  /**
   * The environment of that name and its lock, as they belong together: of a change in between it sees all or nothing.
   *
   * @throws what `get` throws
   */
  getWithLock(name: string): Promise<DocumentWithLock>;

  /**
   * Adds all of the documents or none, each with its lock where one is given. One that is replaced without a lock
   * keeps its old one.
   *
   * @throws NameTakenError with all names that exist, without `replace`
   * @throws InvalidDataError when two of the documents have one name
   * @throws InvalidFileError when two documents of the store have a name that is to be replaced
   */
  add(documents: readonly EnvironmentDocument[], options?: AddOptions): Promise<void>;

  /**
   * Deletes all of the names or none, with their locks; of a name, every document that has it, valid or not.
   *
   * @throws EnvironmentNotFoundError for the first name that the store does not hold
   */
  delete(names: readonly string[], options?: ChangeOptions): Promise<void>;

  /** Where the lock of an environment lies, for messages; it need not exist. */
  lockLocation(name: string): string;

  /** The text of the lock of an environment as it is now; undefined when it has none. */
  findLock(name: string): Promise<string | undefined>;

  /**
   * Keeps the lock of an environment, in the place of an older one. It goes when the environment is deleted.
   *
   * @throws EnvironmentNotFoundError when the store does not hold it
   * @throws EnvironmentChangedError when it is not the version that the lock was made for
   */
  writeLock(name: string, text: string, options?: WriteLockOptions): Promise<void>;
}
