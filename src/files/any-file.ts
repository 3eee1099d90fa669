import { constants, openSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';

import { throwIfAborted } from '../errors.ts';

/**
 * Reads a file of any kind, once: a FIFO, or the `/dev/fd/63` of a shell's `<(…)`, too. A FIFO is waited for until
 * somebody has written to it, as elsewhere, but no longer than until the signal is aborted.
 *
 * @throws InterruptedError
 * @throws what the system call threw
 */
export async function readAnyFile(path: string, signal?: AbortSignal): Promise<Buffer> {
  throwIfAborted(signal);
  return (await stat(path)).isFIFO() ? readFifo(path, signal) : readFile(path);
}

/** A blocking open or read would hold a thread, and with it the process, and nothing could end it. */
async function readFifo(path: string, signal: AbortSignal | undefined): Promise<Buffer> {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const pipe = new Socket({ fd, readable: true, writable: false });
  const end = (): void => void pipe.destroy();
  signal?.addEventListener('abort', end, { once: true });
  try {
    return await buffer(pipe);
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  } finally {
    signal?.removeEventListener('abort', end);
  }
}
