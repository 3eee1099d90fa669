import { createReadStream } from 'node:fs';

import type { ChannelIndex } from './channel-index.ts';

/** What a channel says of one package. */
interface RepodataRecord {
  readonly name: string;
}

/** A part of a channel's list, in the form of the whole. */
export interface Repodata {
  readonly info: object;
  readonly packages: Record<string, RepodataRecord>;
  readonly 'packages.conda': Record<string, RepodataRecord>;
  readonly repodata_version: number;
}

const [QUOTE, BACKSLASH, OPEN, CLOSE, OPEN_LIST, CLOSE_LIST] = Buffer.from(String.raw`"\{}[]`);
const COMMA = 0x2c;
/** What stands between the values of JSON is no greater. */
const BLANK = 0x20;
/** Names of files are at most 255 bytes. */
const LONGEST_KEY = 600;

/**
 * Reads those packages of a list that a file name tells to be wanted. The list may be hundreds of megabytes, so it is
 * never held as a whole: its bytes are looked over for where each package begins and ends.
 *
 * @param signal - ends the reading
 * @throws SyntaxError when it is no object of JSON, or one that breaks off
 */
export async function readRecords(
  { path, offset }: ChannelIndex,
  isWanted: (fileName: string) => boolean,
  signal?: AbortSignal,
): Promise<Repodata> {
  const found: Repodata = { info: {}, packages: {}, 'packages.conda': {}, repodata_version: 1 };
  for await (const { section, key, value } of members({ path, offset }, signal)) {
    if (section === 'info') Object.assign(found.info, { [key]: JSON.parse(value()) });
    else if (section === 'packages' || section === 'packages.conda') {
      if (isWanted(key)) found[section][key] = JSON.parse(value()) as RepodataRecord;
    }
  }
  return found;
}

interface Member {
  readonly section: string;
  readonly key: string;
  /** Its text; worth the time only where it is wanted. */
  readonly value: () => string;
}

/** The members of each object that is itself a member of the whole. */
async function* members(
  { path, offset }: Pick<ChannelIndex, 'path' | 'offset'>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Member> {
  const scanner = new Scanner();
  const bytes = createReadStream(path, { start: offset, highWaterMark: 1 << 20, signal });
  for await (const chunk of bytes) {
    yield* scanner.push(chunk as Buffer);
  }
  if (!scanner.isWhole) throw new SyntaxError('the list is no object of JSON, or it breaks off');
}

/** Finds where the members of the second level begin and end, in pieces of any size. */
class Scanner {
  #depth = 0;
  #first: number | undefined;
  #inString = false;
  #escaped = false;
  #section = '';
  /** What has been read since the last comma or bracket that counts, up to the chunk at hand. */
  #pending: Buffer[] = [];

  get isWhole(): boolean {
    return this.#first === OPEN && this.#depth === 0;
  }

  *push(chunk: Buffer): Generator<Member> {
    let start = 0;
    this.#first ??= chunk.find((byte) => byte > BLANK);
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) this.#inString = false;
        continue;
      }
      if (byte === QUOTE) this.#inString = true;
      else if (byte === OPEN || byte === OPEN_LIST) {
        this.#depth += 1;
        if (this.#depth > 2) continue;
        this.#section = keyOf(this.#take(chunk.subarray(start, at)));
        start = at + 1;
      } else if (byte === CLOSE || byte === CLOSE_LIST || byte === COMMA) {
        if (this.#depth <= 2) {
          yield* this.#member(this.#take(chunk.subarray(start, at)));
          start = at + 1;
        }
        if (byte !== COMMA) this.#depth -= 1;
      }
    }
    this.#pending.push(Buffer.from(chunk.subarray(start)));
  }

  #take(last: Buffer): Buffer {
    const whole = this.#pending.length === 0 ? last : Buffer.concat([...this.#pending, last]);
    this.#pending = [];
    return whole;
  }

  *#member(bytes: Buffer): Generator<Member> {
    if (this.#depth !== 2) return;
    const beginning = bytes.toString('latin1', 0, LONGEST_KEY);
    const [before, key] = /^\s*"((?:[^"\\]|\\.)*)"\s*:/.exec(beginning) ?? [];
    if (before === undefined || key === undefined) return;
    yield { section: this.#section, key, value: () => bytes.toString('utf8', before.length) };
  }
}

/** The name in front of a colon; empty where there is none. */
function keyOf(bytes: Buffer): string {
  const [, key = ''] = /"((?:[^"\\]|\\.)*)"\s*:\s*$/.exec(bytes.toString()) ?? [];
  return key;
}
