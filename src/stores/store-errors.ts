import type { DocumentKind } from '../environment/document-kind.ts';
import { errorCode, InvalidDataError, SubmarineError } from '../errors.ts';
import { fileReason } from '../files/file-reason.ts';
import { quote } from '../text/quote.ts';

/** The store already holds documents of these names and one kind, and nobody asked for them to be replaced. */
export class NameTakenError extends InvalidDataError {
  readonly names: readonly string[];

  constructor(names: readonly string[], kind: DocumentKind = 'environment') {
    const what = names.length === 1 ? `an ${kind}` : `${kind}s`;
    super(`the store already has ${what} ${names.map(quote).join(', ')}`, undefined, {
      code: 'name-taken',
      data: { names },
    });
    this.names = names;
  }
}

/** The file of the store is there and cannot be read. One that is not YAML is an `InvalidFileError`. */
export class StoreReadError extends InvalidDataError {
  constructor(path: string, cause: unknown) {
    super(`cannot read the store ${quote(path)}: ${fileReason(cause)}`, undefined, {
      code: 'store-not-readable',
      data: { path, reason: errorCode(cause) },
      cause,
    });
  }
}

/** The file of the store, its folder or its lock cannot be written; the store is as it was. */
export class StoreWriteError extends SubmarineError {
  constructor(path: string, cause: unknown) {
    super({
      kind: 'cannot-write',
      code: 'store-not-writable',
      message: `cannot write the store ${quote(path)}: ${fileReason(cause)}`,
      data: { path, reason: errorCode(cause) },
      cause,
    });
  }
}

/** A program that knows no lock, such as an editor, wrote the store while a change was being made. */
export class StoreChangedError extends SubmarineError {
  constructor(path: string) {
    super({
      kind: 'busy',
      code: 'store-changed',
      message: `the store ${quote(path)} was changed by another program just now`,
      remedy: 'try again',
      data: { path },
    });
  }
}

/** An environment is another than the one that was read before. */
export class EnvironmentChangedError extends SubmarineError {
  constructor(name: string) {
    super({
      kind: 'busy',
      code: 'environment-changed',
      message: `the environment ${quote(name)} was changed in the meantime`,
      remedy: 'try again',
      data: { name },
    });
  }
}
