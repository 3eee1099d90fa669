import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { InvalidDataError } from '../errors.ts';
import { writePrivateFile } from '../files/private-file.ts';
import { quote } from '../text/quote.ts';
import { readOwnFile } from './own-file.ts';

/** Texts that belong to runs, each kept once however many runs it is of. */
export interface KeptTexts {
  /** @returns its digest: `sha256:…` */
  keep(text: string): Promise<string>;
  /**
   * @returns undefined when it is gone
   * @throws InvalidDataError when it is not the text that was kept
   */
  find(digest: string): Promise<string | undefined>;
  /** Removes those that nothing needs any more; `used` is asked where there are any. */
  removeOthers(used: () => Promise<ReadonlySet<string> | undefined>): Promise<void>;
}

/**
 * Keeps them as files for nobody but the user, each by its digest.
 *
 * @param what - they are, for messages: `lock`
 */
export function keptTexts(folder: string, what: string, ending: string): KeptTexts {
  const pathOf = (digest: string): string => join(folder, digest.replace(PREFIX, '') + ending);
  return {
    keep: async (text) => {
      const digest = digestOf(text);
      const path = pathOf(digest);
      const kept = await readOwnFile(path).catch(() => undefined);
      if (kept !== text) await writePrivateFile(path, text);
      return digest;
    },
    find: async (digest) => {
      const path = pathOf(digest);
      const text = DIGEST.test(digest) ? await readOwnFile(path) : undefined;
      if (text === undefined || digestOf(text) === digest) return text;
      throw new InvalidDataError(`the ${what} of a run was changed: ${quote(path)}`, 'delete it', {
        code: `recorded-${what}-changed`,
        data: { path },
      });
    },
    removeOthers: async (used) => {
      const names = await readdir(folder).catch(() => []);
      const wanted = names.length === 0 ? undefined : await used();
      if (wanted === undefined) return;
      for (const name of names) {
        if (!wanted.has(PREFIX + name.replace(/\..*$/, ''))) await rm(join(folder, name));
      }
    },
  };
}

const PREFIX = 'sha256:';
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** @returns as `sha256:…` */
export function digestOf(text: string): string {
  return PREFIX + createHash('sha256').update(text).digest('hex');
}
