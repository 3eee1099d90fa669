import { errorCode, InvalidDataError, SubmarineError } from '../errors.ts';
import { quote } from '../text/quote.ts';

/** The store already holds environments of these names, and nobody asked for them to be replaced. */
export class NameTakenError extends InvalidDataError {
  readonly names: readonly string[];

  constructor(names: readonly string[]) {
    const what = names.length === 1 ? 'an environment' : 'environments';
    super(`the store already has ${what} ${names.map(quote).join(', ')}`, undefined, {
      code: 'name-taken',
      data: { names },
    });
    this.names = names;
  }
}

/** The file of the store is there and cannot be read; that it is not YAML is an `InvalidFileError`. */
export class StoreReadError extends InvalidDataError {
  constructor(path: string, cause: unknown) {
    super(`cannot read the store ${quote(path)}: ${reasonOf(cause)}`, undefined, {
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
      message: `cannot write the store ${quote(path)}: ${reasonOf(cause)}`,
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

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'its file system is read-only',
  ENOSPC: 'no space is left on the disk',
  EDQUOT: 'the disk quota is used up',
  ENOTSUP: 'it is not a regular file',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is not a folder',
  EEXIST: 'a part of its path is not a folder',
  EFBIG: 'it is larger than a file may be here',
  ELOOP: 'its symbolic links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
};

function reasonOf(error: unknown): string {
  return REASONS[errorCode(error) ?? ''] ?? String(error);
}
