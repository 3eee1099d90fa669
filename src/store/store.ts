import type { EnvironmentDocument, ParsedDocument } from '../environment/environment.ts';

/** What a command that changes the store may be told besides. */
export interface ChangeOptions {
  /** Check everything and change nothing. */
  readonly dryRun: boolean;
}

/** A place where environments are kept by name. Its backends are chosen in `open-store.ts`. */
export interface Store {
  /** Where it is, for messages: a path or a URL. */
  readonly location: string;

  /** Every document, sorted by name; those that are no valid environment are among them, with their problems. */
  list(): Promise<readonly ParsedDocument[]>;

  /**
   * The environment of that name.
   *
   * @throws EnvironmentNotFoundError with the nearest name
   * @throws InvalidFileError when the document is no valid environment
   */
  get(name: string): Promise<EnvironmentDocument>;

  /**
   * Adds all of the documents or none; with `replace` a name that exists gets the new text in its old place.
   *
   * @throws NameTakenError when a name exists and `replace` is false
   */
  add(
    documents: readonly EnvironmentDocument[],
    options: ChangeOptions & { readonly replace: boolean },
  ): Promise<void>;

  /**
   * Deletes all of the names or none.
   *
   * @throws EnvironmentNotFoundError for the first name that the store does not hold
   */
  delete(names: readonly string[], options: ChangeOptions): Promise<void>;
}
