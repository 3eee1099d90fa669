import { resolve } from 'node:path';

import { InterruptedError, InvalidDataError } from '../../errors.ts';
import { readAnyFile } from '../../files/any-file.ts';
import { fileReason } from '../../files/file-reason.ts';
import { readRegularFile } from '../../files/regular-file.ts';
import { quote } from '../../text/quote.ts';
import type { Call } from '../events.ts';
import type { Caller } from '../submarine.ts';

/** A file that a request names: its path, from the caller's folder on, or what was read already. */
export type FileSource = string | GivenFile;

/** A file as it was read. */
export interface GivenFile {
  readonly bytes: Uint8Array;
  /** What it is called in messages. */
  readonly source: string;
  /** Its path, beside which it may refer to others; undefined for what is not a file. */
  readonly path?: string | undefined;
  /** Whether it comes from elsewhere, and may refer to no file of this machine. */
  readonly isFetched?: boolean | undefined;
}

/** Whether a file is named by its address. */
export function isAddress(file: string): boolean {
  return /^https?:/i.test(file);
}

/**
 * Reads a file that is read once: a FIFO or the `/dev/fd/63` of a shell's `<(…)`, too; or fetches one that is named by
 * its address.
 *
 * @throws InvalidDataError when it cannot be read
 */
export async function readGivenFile(
  file: FileSource,
  caller: Pick<Caller, 'cwd' | 'variables' | 'folders'>,
  call?: Call,
): Promise<GivenFile> {
  if (typeof file === 'string' && isAddress(file)) {
    const { fetchFile } = await import('./fetch-file.ts');
    return { bytes: await fetchFile(file, caller, call), source: file, isFetched: true };
  }
  return read(file, caller, (path) => readAnyFile(path, call?.signal));
}

/**
 * Reads a lock, which is a regular file.
 *
 * @throws InvalidDataError when it cannot be read
 */
export function readGivenLock(file: FileSource, caller: Pick<Caller, 'cwd'>): Promise<GivenFile> {
  return read(file, caller, readRegularFile);
}

async function read(
  file: FileSource,
  { cwd }: Pick<Caller, 'cwd'>,
  readPath: (path: string) => Promise<Buffer>,
): Promise<GivenFile> {
  if (typeof file === 'object') return file;
  const path = resolve(cwd, file);
  try {
    return { bytes: await readPath(path), source: file, path };
  } catch (cause) {
    if (cause instanceof InterruptedError) throw cause;
    throw new InvalidDataError(
      `cannot read ${quote(file)}: ${fileReason(cause)}`,
      'check its name and its permissions',
      { code: 'file-not-readable', data: { path }, cause },
    );
  }
}
