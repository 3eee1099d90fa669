import { readdir, rmdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';

import { prepareTarget } from '../../files/atomic-file.ts';
import { assertInside } from '../../files/confined.ts';
import { kernelDigest, kernelSpecification } from '../../kernel/kernel-digest.ts';
import { moveFile, readLockFile, removeFile, unlessAbsent } from './lock-files.ts';
import type { FindDocument } from './lock-folder.ts';

const ENDINGS = ['.yaml', '.yml', ''];
const LOCK_FILE = /^([A-Za-z\d][\w.-]*)\.yaml$/;
const DIGEST = /^digest: ([0-9a-f]{64})$/m;

/** The documents of the store in another file. */
type AskStore = (path: string) => FindDocument;

/**
 * Where locks were kept at first: `team.lock/demo.yaml`, for `team.yaml` and `team.yml` alike. What still lies
 * there is read, and moved by the first change of the store.
 *
 * Where there is one such store, all of it belongs to that one. Where there are several, a lock is read by a store
 * whose environment of that name has the kernel that it was made for, and moved when no other store has one; anything
 * else stays where it is.
 */
export class OldLockFolder {
  readonly #storePath: string;
  readonly #folder: string;
  readonly #within: string | undefined;
  readonly #ask: AskStore;

  constructor(storePath: string, within: string | undefined, ask: AskStore) {
    this.#storePath = storePath;
    this.#folder = `${withoutEnding(storePath)}.lock`;
    this.#within = within;
    this.#ask = ask;
  }

  async find(name: string, findDocument: FindDocument): Promise<string | undefined> {
    const text = await readLockFile(this.#pathOf(name), this.#within);
    if (text === undefined || (await this.#otherStores()).length === 0) return text;
    return (await claims(findDocument, name, text)) ? text : undefined;
  }

  /**
   * Moves what belongs to the store, under the lock of its file.
   *
   * @param placeOf - where the lock of a name lies now; one that is there already stays
   */
  async moveTo(placeOf: (name: string) => string, findDocument: FindDocument): Promise<void> {
    if (this.#within !== undefined) assertInside(this.#folder, this.#within);
    const files = (await unlessAbsent(readdir(this.#folder))) ?? [];
    const others = files.length === 0 ? [] : await this.#otherStores();
    for (const name of files.flatMap((file) => LOCK_FILE.exec(file)?.[1] ?? [])) {
      const from = this.#pathOf(name);
      const to = placeOf(name);
      if (from === to || !(await this.#isOurs(name, findDocument, others))) continue;
      const isTaken = (await unlessAbsent(stat(to))) !== undefined;
      await (isTaken
        ? removeFile(from, this.#within)
        : moveFile(from, await prepareTarget(to, this.#within), this.#within));
    }
    await rmdir(this.#folder).catch(() => {});
  }

  async #isOurs(
    name: string,
    findDocument: FindDocument,
    others: readonly string[],
  ): Promise<boolean> {
    if (others.length === 0) return true;
    // One that cannot be read stays, and hinders no change.
    const text = await readLockFile(this.#pathOf(name), this.#within).catch(() => undefined);
    if (text === undefined || !(await claims(findDocument, name, text))) return false;
    for (const path of others) {
      // Of a store that cannot be read nobody knows.
      if (await claims(this.#ask(path), name, text).catch(() => true)) return false;
    }
    return true;
  }

  #pathOf(name: string): string {
    return join(this.#folder, `${name}.yaml`);
  }

  /** The files beside the store that had, or have, the same folder. */
  async #otherStores(): Promise<readonly string[]> {
    const stem = withoutEnding(this.#storePath);
    const paths = ENDINGS.map((ending) => `${stem}${ending}`);
    const found: string[] = [];
    for (const path of paths.filter((one) => one !== this.#storePath)) {
      if ((await stat(path).catch(() => undefined))?.isFile() === true) found.push(path);
    }
    return found;
  }
}

function withoutEnding(path: string): string {
  return path.slice(0, path.length - extname(path).length);
}

/** Whether a store's environment has the kernel that a lock was made for. */
async function claims(findDocument: FindDocument, name: string, lock: string): Promise<boolean> {
  const environment = (await findDocument(name))?.environment;
  if (environment === undefined) return false;
  const digest = kernelDigest(kernelSpecification(environment.kernel ?? {}));
  return DIGEST.exec(lock)?.[1] === digest;
}
