/** What was written to one of two outputs. */
export interface Written {
  readonly output: 'stdout' | 'stderr';
  readonly bytes: Buffer;
}

/** Which output it is, three zeros, and the number of the bytes that follow, big-endian. */
const HEADER_BYTES = 8;
const STDERR = 2;

/**
 * Takes two outputs apart that an engine has put into one stream, in frames. Those that come together are given
 * together, as far as they are of one output: the engine makes a frame of each line.
 *
 * @throws RangeError when the stream ends within a frame
 * @see https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach
 */
export async function* parseFrames(pieces: AsyncIterable<Buffer>): AsyncGenerator<Written> {
  let header: Buffer = Buffer.alloc(0);
  let left = 0;
  for await (const piece of pieces) {
    const together: Written[] = [];
    for (let at = 0; at < piece.length;) {
      if (left === 0) {
        // What lacks of a header, which can come in two pieces.
        const read = piece.subarray(at, at + HEADER_BYTES - (header.length % HEADER_BYTES));
        header = Buffer.concat([header.length === HEADER_BYTES ? NOTHING : header, read]);
        at += read.length;
        if (header.length === HEADER_BYTES) left = header.readUInt32BE(4);
        continue;
      }
      const bytes = piece.subarray(at, at + left);
      together.push({ output: header[0] === STDERR ? 'stderr' : 'stdout', bytes });
      at += bytes.length;
      left -= bytes.length;
    }
    yield* joined(together);
  }
  if (left > 0 || header.length % HEADER_BYTES > 0) throw new RangeError('a frame was cut off');
}

const NOTHING: Buffer = Buffer.alloc(0);

function* joined(frames: readonly Written[]): Generator<Written> {
  let from = 0;
  for (const [index, { output }] of frames.entries()) {
    if (frames[index + 1]?.output === output) continue;
    const bytes = Buffer.concat(frames.slice(from, index + 1).map((frame) => frame.bytes));
    yield { output, bytes };
    from = index + 1;
  }
}
