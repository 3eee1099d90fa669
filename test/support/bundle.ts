import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { rolldown } from 'rolldown';

/** A TypeScript program as a file that node starts, in a folder that every user can read; ask `remove` at the end. */
export interface BundledProgram {
  readonly path: string;
  remove(): Promise<void>;
}

export async function bundleProgram(entry: string): Promise<BundledProgram> {
  const folder = await mkdtemp(join(tmpdir(), 'submarine-bundle-'));
  await chmod(folder, 0o755);
  const bundle = await rolldown({ input: entry, platform: 'node', logLevel: 'silent' });
  await bundle.write({ dir: folder, format: 'esm', entryFileNames: 'program.mjs' });
  await bundle.close();
  return {
    path: join(folder, 'program.mjs'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
