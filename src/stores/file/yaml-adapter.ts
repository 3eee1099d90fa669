import type { Adapter } from 'lowdb';

import type { Problem } from '../../errors.ts';
import { errorCode, InvalidDataError, InvalidFileError, isSystemError } from '../../errors.ts';
import { prepareTarget, replaceFile } from '../../files/atomic-file.ts';
import { readOwnFile } from '../../files/confined.ts';
import type { DocumentStream } from './document-stream.ts';
import { parseStream, serializeStream } from './document-stream.ts';
import { StoreChangedError, StoreReadError, StoreWriteError } from '../store-errors.ts';

interface YamlAdapterOptions {
  /** Asked last before the new file takes the place of the old one; may throw. */
  readonly beforeReplace?: (() => Promise<void>) | undefined;
  /** A folder that the file must lie in, links resolved. */
  readonly within?: string | undefined;
}

/** Reads a YAML file as a stream of documents for lowdb, and writes it back as a whole or not at all. */
export class YamlAdapter implements Adapter<DocumentStream> {
  readonly #path: string;
  readonly #options: YamlAdapterOptions;
  /** What was in the file when it was last read. */
  #known: Buffer | undefined;

  constructor(path: string, options: YamlAdapterOptions = {}) {
    this.#path = path;
    this.#options = options;
  }

  /**
   * The stream of the file; an empty one where there is no file, because lowdb keeps its old data for `null`.
   *
   * @throws StoreReadError
   * @throws InvalidFileError when the file is not UTF-8: read as if it were, it could not be written back unchanged
   */
  async read(): Promise<DocumentStream> {
    const bytes = await this.#readBytes();
    this.#known = bytes;
    try {
      return parseStream(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
    } catch (error) {
      if (errorCode(error) !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error;
      throw new InvalidFileError(this.#path, [encodingProblem(bytes)]);
    }
  }

  /**
   * @throws StoreWriteError
   * @throws StoreChangedError when another program, an editor say, wrote the file since it was read: it knows no lock
   */
  async write(stream: DocumentStream): Promise<void> {
    const { beforeReplace, within } = this.#options;
    const check = async (): Promise<void> => {
      await beforeReplace?.();
      if (this.#known?.equals(await this.#readBytes()) === false) {
        throw new StoreChangedError(this.#path);
      }
    };
    try {
      const target = await prepareTarget(this.#path, within);
      await replaceFile(target, serializeStream(stream), check, { within });
    } catch (error) {
      throw isSystemError(error) ? new StoreWriteError(this.#path, error) : error;
    }
  }

  async #readBytes(): Promise<Buffer> {
    try {
      return await readOwnFile(this.#path, this.#options.within);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return Buffer.alloc(0);
      if (error instanceof InvalidDataError) throw error;
      throw new StoreReadError(this.#path, error);
    }
  }
}

function encodingProblem(bytes: Buffer): Problem {
  const before = bytes.toString('utf8').split('\uFFFD', 1)[0] ?? '';
  const lines = before.split('\n');
  return {
    line: lines.length,
    column: (lines.at(-1)?.length ?? 0) + 1,
    message: 'the file is not UTF-8 here',
    remedy: 'save it as UTF-8',
  };
}
