import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { MARK } from '../../src/kernel-cache/kernel-mark.ts';

/** The text of a mark that records no files. */
export function markText(digest: string, image = 'sha256:1'): string {
  const head = ['submarine-kernel 2', `digest ${digest.padEnd(64, '0')}`, `image ${image}`];
  return `${[...head, 'builder /opt/conda/bin/conda'].join('\n')}\n`;
}

/** Marks a prefix as whole, whose folder has the name of its kernel. */
export async function markPrefix(prefix: string): Promise<void> {
  await writeFile(join(prefix, MARK), markText(prefix.replace(/^.*\//, '')));
}
