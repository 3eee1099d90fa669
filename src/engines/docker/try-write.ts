import type { Writable } from 'node:stream';

/**
 * Writes, and waits until there is room for more.
 *
 * @returns why it cannot be written: `EPIPE` where nobody reads it any more
 */
export async function tryWrite(stream: Writable, bytes: Buffer): Promise<Error | undefined> {
  // The callback is told first, and the stream then.
  const ignore = (): void => {};
  stream.on('error', ignore);
  const failure = await new Promise<Error | undefined>((resolve) => {
    stream.write(bytes, (error) => resolve(error ?? undefined));
  });
  if (failure === undefined) stream.off('error', ignore);
  return failure;
}
