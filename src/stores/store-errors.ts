import { errorCode, ExitCode, InvalidDataError, SubmarineError } from '../errors.ts';
import { quote } from '../text/quote.ts';

/** The store already holds environments of these names, and nobody asked for them to be replaced. */
export class NameTakenError extends InvalidDataError {
  readonly names: readonly string[];

  constructor(names: readonly string[]) {
    super(
      `the store already has ${names.length === 1 ? 'an environment' : 'environments'} ${names.map(quote).join(', ')}`,
      `choose another name, or replace ${names.length === 1 ? 'it' : 'them'} with --replace`,
    );
    this.names = names;
  }
}

/** The file of the store is there and cannot be read; that it is no YAML is an `InvalidFileError`. */
export class StoreReadError extends InvalidDataError {
  constructor(path: string, cause: unknown) {
    const [reason, remedy] = explain(cause);
    super(`cannot read the store ${quote(path)}: ${reason}`, remedy, { cause });
  }
}

/** The file of the store, its folder or its lock cannot be written; the store is as it was. */
export class StoreWriteError extends SubmarineError {
  constructor(path: string, cause: unknown) {
    const [reason, remedy] = explain(cause);
    super(`cannot write the store ${quote(path)}: ${reason}`, remedy, ExitCode.cannotWrite, {
      cause,
    });
  }
}

/** A program that knows no lock, such as an editor, wrote the store while a change was being made. */
export class StoreChangedError extends SubmarineError {
  constructor(path: string) {
    super(
      `the store ${quote(path)} was changed by another program just now`,
      'try again',
      ExitCode.tryAgain,
    );
  }
}

const ELSEWHERE = 'keep the store in another place with --store FILE';

const EXPLANATIONS: Readonly<Record<string, readonly [reason: string, remedy: string]>> = {
  EACCES: ['permission denied', `ask the owner of the file and its folder, or ${ELSEWHERE}`],
  EPERM: ['not permitted', `ask the owner of the file and its folder, or ${ELSEWHERE}`],
  EROFS: ['its file system is read-only', ELSEWHERE],
  ENOSPC: ['no space is left on the disk', `free some space, or ${ELSEWHERE}`],
  EDQUOT: ['the disk quota is used up', `free some space, or ${ELSEWHERE}`],
  ENOTSUP: ['it is no regular file', 'name a file with --store FILE'],
  EISDIR: ['it is a folder', 'name a file in it with --store FILE'],
  ENOTDIR: ['a part of its path is no folder', 'name another file with --store FILE'],
  EEXIST: ['a part of its path is no folder', 'name another file with --store FILE'],
  EFBIG: ['it is larger than a file may be here', `raise the limit (ulimit -f), or ${ELSEWHERE}`],
  ELOOP: [
    'its symbolic links lead in a circle',
    'mend the links, or name another file with --store FILE',
  ],
  ENAMETOOLONG: ['its name is too long', 'name another file with --store FILE'],
};

function explain(error: unknown): readonly [reason: string, remedy: string] {
  return EXPLANATIONS[errorCode(error) ?? ''] ?? [String(error), ELSEWHERE];
}
