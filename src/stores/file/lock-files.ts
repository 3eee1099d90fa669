import { rename, unlink } from 'node:fs/promises';

import { errorCode, InvalidDataError } from '../../errors.ts';
import { inFolder, readOwnFile } from '../../files/confined.ts';
import { fileReason } from '../../files/file-reason.ts';
import { quote } from '../../text/quote.ts';

const LOCK_FILE = /^([+A-Za-z\d][+\w.-]*)\.yaml$/;

/**
 * The name of the file of an environment's lock. A capital letter has a `+` in front of it, which is in no name of an
 * environment, so that `Demo` and `demo` are two files also where a file system does not tell them apart.
 */
export function lockFileName(name: string): string {
  return `${name.replaceAll(/[A-Z]/g, '+$&')}.yaml`;
}

/** The name of the environment that a file is the lock of; undefined for another file. */
export function nameOfLockFile(file: string): string | undefined {
  return LOCK_FILE.exec(file)?.[1]?.replaceAll('+', '');
}

/**
 * @param within - a folder that the file must lie in, links resolved
 * @returns undefined when there is none
 * @throws InvalidDataError when it cannot be read, is not a regular file or, in such a folder, is a link or elsewhere
 */
export async function readLockFile(path: string, within?: string): Promise<string | undefined> {
  try {
    return (await readOwnFile(path, within)).toString();
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT' || errorCode(cause) === 'ENOTDIR') return undefined;
    throw lockReadError(path, cause);
  }
}

/** What is said of a lock that is there and cannot be read. */
export function lockReadError(path: string, cause: unknown): InvalidDataError {
  if (cause instanceof InvalidDataError) return cause;
  return new InvalidDataError(
    `cannot read the lock ${quote(path)}: ${fileReason(cause)}`,
    'give yourself access, or remove it and lock again',
    { cause },
  );
}

/** @param to - from `prepareTarget` */
export function moveFile(from: string, to: string, within?: string): Promise<void> {
  return held(from, within, (source) => held(to, within, (target) => rename(source, target)));
}

/** Removes a file, or a link and not what it leads to, where it is there. */
export async function removeFile(path: string, within?: string): Promise<void> {
  await unlessAbsent(held(path, within, unlink));
}

/** What some work on a file comes to; undefined when the file, or its folder, is not there. */
export async function unlessAbsent<Value>(work: Promise<Value>): Promise<Value | undefined> {
  return work.catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  });
}

function held<Value>(
  path: string,
  within: string | undefined,
  work: (path: string) => Promise<Value>,
): Promise<Value> {
  return within === undefined ? work(path) : inFolder(path, within, work);
}
