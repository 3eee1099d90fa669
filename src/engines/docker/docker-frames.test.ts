import { expect, test } from '@jest/globals';

import { parseFrames } from './docker-frames.ts';

function frame(output: number, text: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = output;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

const ALL = Buffer.concat([frame(1, 'one\n'), frame(1, 'two\n'), frame(2, 'err\n'), frame(1, '')]);

/** The stream in pieces of so many bytes. */
async function* inPieces(stream: Buffer, bytes: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < stream.length; at += bytes) yield stream.subarray(at, at + bytes);
}

async function parsed(stream: Buffer, bytes: number) {
  const said = { stdout: '', stderr: '' };
  let count = 0;
  for await (const written of parseFrames(inPieces(stream, bytes))) {
    said[written.output] += written.bytes.toString();
    count += 1;
  }
  return { ...said, count };
}

test.each([1, 3, 8, 13, ALL.length])(
  'outputs are told apart in pieces of %d bytes',
  async (bytes) => {
    expect(await parsed(ALL, bytes)).toMatchObject({ stdout: 'one\ntwo\n', stderr: 'err\n' });
  },
);

test('what comes together of one output is given together', async () => {
  expect(await parsed(ALL, ALL.length)).toMatchObject({ count: 2 });
});

test.each([4, 10])('a stream that ends after %d bytes was cut off', async (length) => {
  await expect(parsed(ALL.subarray(0, length), 64)).rejects.toThrow('a frame was cut off');
});
