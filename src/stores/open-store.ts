import { resolve } from 'node:path';

import { UsageError } from '../errors.ts';
import { fileUrlPath } from '../files/file-url.ts';
import { quote } from '../text/quote.ts';
import { FileStore } from './file/file-store.ts';
import type { StoreFileOptions } from './file/store-file.ts';
import type { Store } from './store.ts';

export interface OpenOptions extends StoreFileOptions {
  /** The folder that a relative path starts from. */
  readonly cwd: string;
}

// One letter is the drive of a Windows path.
const SCHEME = /^([a-z][a-z\d+.-]+):/i;

/**
 * Opens the store that a location names; nothing is read yet.
 *
 * @param location - a path, or a URL whose scheme chooses the backend: `file:` so far
 * @throws UsageError for another scheme, or a URL that names no file of this machine
 */
export async function openStore(
  location: string,
  { cwd, ...options }: OpenOptions,
): Promise<Store> {
  const scheme = SCHEME.exec(location)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'file') {
    throw new UsageError(
      `there is no kind of store called ${quote(`${scheme}:`)}`,
      'give a path, or a URL that begins with file: (a path with a colon as ./NAME)',
      { code: 'unknown-store', data: { scheme } },
    );
  }
  if (location === '') {
    throw new UsageError('the store has an empty name', 'give the path of a YAML file');
  }
  const path = scheme === 'file' ? pathOf(location, cwd) : resolve(cwd, location);
  return new FileStore(path, options);
}

function pathOf(url: string, cwd: string): string {
  try {
    return fileUrlPath(url, cwd);
  } catch (error) {
    throw new UsageError(
      `${quote(url)} names no file of this machine`,
      'write it as file:///folder/environments.yaml, or as a path',
      { cause: error },
    );
  }
}
