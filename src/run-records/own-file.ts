import { lstatSync } from 'node:fs';
import { dirname } from 'node:path';

import { errorCode, InvalidDataError } from '../errors.ts';
import { fileReason } from '../files/file-reason.ts';
import { ownUser } from '../files/own-user.ts';
import { assertOwnFolder } from '../files/private-file.ts';
import { readRegularFile } from '../files/regular-file.ts';
import { quote } from '../text/quote.ts';

/**
 * Reads a file of records, which say what is started again: one that somebody else can have written is not read.
 *
 * @returns undefined when there is none
 * @throws InvalidDataError when it cannot be read
 */
export async function readOwnFile(path: string): Promise<string | undefined> {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    assertOwnFolder(dirname(path));
    if (ownUser().uid >= 0 && stats.uid !== ownUser().uid) {
      throw new InvalidDataError(
        `refusing to read ${quote(path)}: uid ${stats.uid} owns it`,
        'delete it',
        {
          code: 'record-foreign',
          data: { path },
        },
      );
    }
    return (await readRegularFile(path, { noLink: true })).toString();
  } catch (error) {
    if (error instanceof InvalidDataError) throw error;
    if (errorCode(error) === 'ENOENT') return undefined;
    throw unreadable(path, error);
  }
}

/** Why a file or a folder of records cannot be read. */
export function unreadable(path: string, cause: unknown): InvalidDataError {
  return new InvalidDataError(
    `cannot read ${quote(path)}: ${fileReason(cause)}`,
    'give yourself access, or delete it',
    { code: 'record-unreadable', data: { path }, cause },
  );
}
