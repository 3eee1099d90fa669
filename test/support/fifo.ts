import { join } from 'node:path';

import { execa } from 'execa';

import { temporaryDirectory } from './bed.ts';

/** Makes a FIFO that everybody may read, and writes the text into it once it is opened. Returns its path. */
export async function fifoOf(text: string): Promise<string> {
  const path = join(await temporaryDirectory(), 'fifo');
  await execa('mkfifo', ['-m', '666', path]);
  // Not by Node itself, which a FIFO that nobody opens would keep from ending.
  void execa('sh', ['-c', 'cat >"$0"', path], { input: text, reject: false });
  return path;
}
