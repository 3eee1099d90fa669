import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { errorCode, InvalidDataError, SubmarineError } from '../errors.ts';
import { fileReason } from '../files/file-reason.ts';
import { readRegularFile } from '../files/regular-file.ts';
import { quote } from '../text/quote.ts';
import { shortHash } from '../text/short-hash.ts';

/** The environment of a store that this user selected. */
export interface Selection {
  find(): Promise<string | undefined>;
  select(name: string): Promise<void>;
  clear(): Promise<void>;
}

/**
 * Keeps the selection as one line in a file of the state folder: `selected`, or one of its own for a store that was
 * named, since another store may have the same names.
 *
 * @param store - its location; undefined for the store that is used where none is named
 */
export function createSelection(stateFolder: string, store?: string): Selection {
  const path = join(stateFolder, store === undefined ? 'selected' : `selected-${shortHash(store)}`);
  return {
    async find() {
      try {
        const name = (await readRegularFile(path)).toString().trim();
        return name === '' ? undefined : name;
      } catch (error) {
        if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return undefined;
        throw new InvalidDataError(
          `cannot read the selection ${quote(path)}: ${fileReason(error)}`,
          'give yourself access, or delete it',
          { cause: error },
        );
      }
    },
    async select(name) {
      // Those who only read need none of this.
      const { writePrivateFile } = await import('../files/private-file.ts');
      await writePrivateFile(path, `${name}\n`).catch((error: unknown) => {
        throw cannotWrite(path, error);
      });
    },
    async clear() {
      await rm(path, { force: true }).catch((error: unknown) => {
        if (errorCode(error) !== 'ENOTDIR') throw cannotWrite(path, error);
      });
    },
  };
}

function cannotWrite(path: string, cause: unknown): SubmarineError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SubmarineError({
    kind: 'cannot-write',
    code: 'selection-not-writable',
    message: `the selection cannot be written to ${quote(path)}: ${reason}`,
    cause,
  });
}
