import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
} from 'node:fs';
import { join } from 'node:path';

const { O_RDONLY, O_NONBLOCK, O_NOCTTY, O_NOFOLLOW } = constants;
// Windows has none of these.
const FLAGS = O_RDONLY | (O_NONBLOCK ?? 0) | (O_NOCTTY ?? 0) | (O_NOFOLLOW ?? 0);

/**
 * Reads a small regular file below a folder into which somebody else may write. It is found through no link below that
 * folder, also where one takes the place of a folder meanwhile: on Linux what was opened is asked where it lies. At
 * once, since a start waits for it.
 *
 * @param path - from the folder
 * @returns undefined where there is no such file, it cannot be read, or it has more than `maxBytes`
 */
export function readUnlinkedFile(
  folder: string,
  path: string,
  maxBytes: number,
): Buffer | undefined {
  try {
    const place = join(realpathSync.native(folder), path);
    // A FIFO or a device is not even opened.
    if (realpathSync.native(place) !== place || !lstatSync(place).isFile()) return undefined;
    const file = openSync(place, FLAGS);
    try {
      return isAt(file, place) ? readWhole(file, maxBytes) : undefined;
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

function isAt(file: number, place: string): boolean {
  return fstatSync(file).isFile() && (pathOf(file) ?? place) === place;
}

/** Where an open file lies; undefined where the system does not say. */
function pathOf(file: number): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${file}`);
  } catch {
    return undefined;
  }
}

/** The size that a file says it has is not believed. */
function readWhole(file: number, maxBytes: number): Buffer | undefined {
  const buffer = Buffer.alloc(Math.min(fstatSync(file).size, maxBytes) + 1);
  let length = 0;
  while (length < buffer.length) {
    const bytesRead = readSync(file, buffer, length, buffer.length - length, null);
    if (bytesRead === 0) return buffer.subarray(0, length);
    length += bytesRead;
  }
  return undefined;
}
