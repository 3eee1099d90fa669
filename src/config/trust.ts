import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';

import { InvalidDataError, isSystemError, SubmarineError } from '../errors.ts';
import { assertOwnFolder, makePrivateFolder } from '../files/private-file.ts';
import { readJson, writePrivateJson } from '../files/private-json.ts';
import { quote } from '../text/quote.ts';
import type { ConfigurationFile } from './explorer.ts';
import { findConfigurationFile } from './explorer.ts';

/** What has become of a file: `changed` has another text than was accepted, or is no file that can be read. */
type TrustState = 'accepted' | 'changed' | 'gone';

export interface TrustedFile {
  readonly path: string;
  readonly state: TrustState;
}

/** The configuration files that the user accepted though others may write them. Paths are absolute, without links. */
interface Trust {
  list(): Promise<readonly TrustedFile[]>;
  /** What the user accepted by that path: the file where it still has the same text, else its state. */
  find(path: string): Promise<ConfigurationFile | Exclude<TrustState, 'accepted'> | undefined>;
  accept(file: ConfigurationFile): Promise<void>;
  revoke(paths: readonly string[]): Promise<void>;
}

/** Digests by path. */
type Digests = ReadonlyMap<string, string>;

/**
 * Keeps paths and digests in the file `trusted.json` of the state folder.
 *
 * Every method throws an InvalidDataError that names this file when it is not what we wrote, or its folder when somebody
 * else owns it.
 */
export function createTrust(stateFolder: string): Trust {
  const path = join(stateFolder, 'trusted.json');
  return {
    async list() {
      const digests = [...(await readDigests(path))].toSorted(([a], [b]) => (a < b ? -1 : 1));
      return Promise.all(
        digests.map(async ([path, digest]) => {
          const found = await compare(path, digest);
          return { path, state: typeof found === 'string' ? found : ('accepted' as const) };
        }),
      );
    },
    async find(wanted) {
      const digest = (await readDigests(path)).get(wanted);
      return digest === undefined ? undefined : compare(wanted, digest);
    },
    async accept(file) {
      await change(path, (old) => new Map([...old, [file.path, digestOf(file)]]));
    },
    async revoke(paths) {
      await change(
        path,
        (old) => new Map([...old].filter(([accepted]) => !paths.includes(accepted))),
      );
    },
  };
}

async function compare(
  path: string,
  digest: string,
): Promise<ConfigurationFile | Exclude<TrustState, 'accepted'>> {
  try {
    const file = await findConfigurationFile(path);
    if (file === undefined) return 'gone';
    return digestOf(file) === digest ? file : 'changed';
  } catch (error) {
    if (error instanceof InvalidDataError) return 'changed';
    throw error;
  }
}

/** Of the bytes: texts that differ where they are not UTF-8 would be one. */
function digestOf({ bytes }: ConfigurationFile): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

async function readDigests(path: string): Promise<Digests> {
  // Whoever can write the list accepts for the user.
  assertOwnFolder(dirname(path));
  const value = (await readJson(path)) ?? {};
  const entries = typeof value === 'object' ? Object.entries(value) : [];
  const isOurs = entries.every(
    (entry): entry is [string, string] =>
      typeof entry[1] === 'string' && entry[1].startsWith('sha256:'),
  );
  if (isOurs && typeof value === 'object' && !Array.isArray(value)) return new Map(entries);
  throw new InvalidDataError(
    `${quote(path)} is not a list of accepted files`,
    'delete it, and accept them again',
  );
}

/** Two changes at once both last. */
async function change(path: string, edit: (old: Digests) => Digests): Promise<void> {
  const { withFileLock } = await import('../files/file-lock.ts');
  try {
    const target = join(await makePrivateFolder(dirname(path)), 'trusted.json');
    await withFileLock(target, {}, async () =>
      writePrivateJson(target, Object.fromEntries(edit(await readDigests(target)))),
    );
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SubmarineError({
      kind: 'cannot-write',
      code: 'trust-not-writable',
      message: `cannot write ${quote(path)}: ${reason}`,
      remedy: 'make the folder writable',
      cause,
    });
  }
}
