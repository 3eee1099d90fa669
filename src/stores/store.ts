import type { EnvironmentDocument, ParsedDocument } from '../environment/environment.ts';

/** What a command that changes the store may be told besides. */
export interface ChangeOptions {
  /** Check everything and change nothing. */
  readonly dryRun?: boolean;
}

export interface AddOptions extends ChangeOptions {
  /** Whether a name that exists gets the new text, in its old place. */
  readonly replace?: boolean;
  /** The texts of the locks of those that are added, by name: kept together with them or not at all. */
  readonly locks?: ReadonlyMap<string, string>;
}

/**
 * A place where environments are kept by name. Its backends are chosen in `open-store.ts`.
 *
 * A change is made as a whole or not at all, and a dry run is refused for the same reasons. Every method may also throw
 * that the store cannot be read (65) or is no YAML (`InvalidFileError`), a change that it cannot be written (73) or
 * that another writer held it all the while (75).
 */
export interface Store {
  /** Where it is, for messages: a path or a URL. */
  readonly location: string;

  /**
   * Every document, sorted by name, those without one last. A document that is no valid environment is among them with
   * its problems, and so is the second of one name; lines are those of the whole store.
   */
  list(): Promise<readonly ParsedDocument[]>;

  /**
   * The environment of that name.
   *
   * @throws EnvironmentNotFoundError with the nearest name
   * @throws InvalidFileError when the document is no valid environment, or a second one has its name
   */
  get(name: string): Promise<EnvironmentDocument>;

  /**
   * Adds all of the documents or none.
   *
   * @throws NameTakenError with all names that exist, without `replace`
   * @throws InvalidDataError when two of the documents have one name
   * @throws InvalidFileError when two documents of the store have a name that is to be replaced
   */
  add(documents: readonly EnvironmentDocument[], options?: AddOptions): Promise<void>;

  /**
   * Deletes all of the names or none; of a name, every document that has it, valid or not.
   *
   * @throws EnvironmentNotFoundError for the first name that the store does not hold
   */
  delete(names: readonly string[], options?: ChangeOptions): Promise<void>;

  /** Where the lock of an environment lies, for messages; it need not exist. */
  lockLocation(name: string): string;

  /** The text of the lock of an environment; undefined when it has none. */
  findLock(name: string): Promise<string | undefined>;

  /** Keeps the lock of an environment, in the place of an older one. It goes when the environment is deleted. */
  writeLock(name: string, text: string): Promise<void>;
}
