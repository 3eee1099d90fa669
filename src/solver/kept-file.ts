import { createHash, randomBytes } from 'node:crypto';
import { lstat, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { errorCode, SubmarineError } from '../errors.ts';
import { makePrivateFolder } from '../files/private-file.ts';
import { quote } from '../text/quote.ts';

/** A piece of a channel that was fetched, in one file: a line of JSON about it, then its bytes. */
export interface KeptFile {
  readonly path: string;
  /** Where its bytes begin. */
  readonly offset: number;
  readonly about: About;
}

/** What is known of an answer. */
export interface About {
  /** 404: there is no such file, which is worth remembering for work without a network. */
  readonly status: 200 | 404;
  readonly etag?: string;
  readonly lastModified?: string;
}

const LONGEST_LINE = 4096;
/** No download pauses for so long. */
const ABANDONED_MS = 3_600_000;
/** What a disk says and no server: the body of an answer fails in other words. */
const NOT_WRITABLE: ReadonlySet<string> = new Set([
  ...['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO'],
  ...['EROFS', 'EACCES', 'EPERM', 'ENOENT', 'ENOTDIR', 'EEXIST'],
]);

/** Where it is kept, in what the command keeps for itself on this machine. */
export function channelFolder(hostFolder: string): string {
  return join(hostFolder, 'channels');
}

/** What was fetched of channels, by its address. */
export class KeptFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @returns undefined where nothing that can be used was kept */
  async find(url: string): Promise<KeptFile | undefined> {
    const path = this.#pathOf(url);
    try {
      const line = await firstLine(path);
      return { path, offset: Buffer.byteLength(line) + 1, about: JSON.parse(line) as About };
    } catch {
      return undefined;
    }
  }

  /**
   * Keeps an answer in the place of an older one, which whoever is reading it keeps. One that breaks off, or is ended by
   * the signal, leaves nothing.
   *
   * @throws SubmarineError `channels-not-writable`, and what the body throws
   */
  async keep(
    url: string,
    about: About,
    body: Readable = Readable.from([]),
    signal?: AbortSignal,
  ): Promise<KeptFile> {
    const path = this.#pathOf(url);
    const unfinished = `${path}.${randomBytes(4).toString('hex')}`;
    // Of one length, so that whoever has found the older one may still open the newer.
    const line = `${JSON.stringify(about).padEnd(LONGEST_LINE - 1)}\n`;
    // A private channel may be listed here, which is for nobody else to read.
    try {
      await makePrivateFolder(this.#folder);
      await this.#sweep();
      // A stream that opens the file itself may still be about to make it when it is removed below.
      const file = (await open(unfinished, 'wx', 0o600)).createWriteStream();
      file.write(line);
      await pipeline(body, file, { signal });
      await rename(unfinished, path);
    } catch (error) {
      body.destroy();
      await rm(unfinished, { force: true }).catch(() => {});
      throw NOT_WRITABLE.has(errorCode(error) ?? '') ? this.#unwritten(error) : error;
    }
    return { path, offset: Buffer.byteLength(line), about };
  }

  /** What all of it takes on the disk. */
  async bytes(): Promise<number> {
    const names = await readdir(this.#folder).catch(() => []);
    const sizes = names.map((name) => lstat(join(this.#folder, name)).catch(() => undefined));
    return (await Promise.all(sizes)).reduce((sum, found) => sum + (found?.blocks ?? 0) * 512, 0);
  }

  /** Forgets all of it. */
  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  #unwritten(cause: unknown): SubmarineError {
    return new SubmarineError({
      kind: 'cannot-write',
      code: 'channels-not-writable',
      message: `what is fetched of channels cannot be kept in ${quote(this.#folder)} (${errorCode(cause)})`,
      remedy:
        'make room, give yourself access, or name another folder for caches in $XDG_CACHE_HOME',
      cause,
    });
  }

  /** Removes what processes have left that ended in the middle: a list may have hundreds of megabytes. */
  async #sweep(): Promise<void> {
    const names = await readdir(this.#folder);
    for (const name of names.filter((one) => one.includes('.'))) {
      const path = join(this.#folder, name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
      if (Date.now() - mtimeMs > ABANDONED_MS) await rm(path, { force: true });
    }
  }

  #pathOf(url: string): string {
    return join(this.#folder, createHash('sha256').update(url).digest('hex').slice(0, 32));
  }
}

async function firstLine(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LONGEST_LINE), 0, LONGEST_LINE, 0);
    return buffer.toString('utf8', 0, buffer.subarray(0, bytesRead).indexOf('\n'));
  } finally {
    await file.close();
  }
}
