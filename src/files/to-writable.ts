import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';

/** The stream itself, or one over a descriptor, which stays open. */
export function toWritable(stream: number | Writable): Writable {
  return typeof stream === 'number'
    ? createWriteStream('', { fd: stream, autoClose: false })
    : stream;
}
