import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { errorCode, InvalidDataError, SubmarineError } from '../errors.ts';
import { fileReason } from '../files/file-reason.ts';
import { readRegularFile } from '../files/regular-file.ts';
import { quote } from '../text/quote.ts';

/** The environment that `submarine env select` recorded for this user. */
export interface Selection {
  find(): Promise<string | undefined>;
  select(name: string): Promise<void>;
  clear(): Promise<void>;
}

/** Keeps the selection as one line in the file `selected` of the state folder. */
export function createSelection(stateFolder: string): Selection {
  const path = join(stateFolder, 'selected');
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
