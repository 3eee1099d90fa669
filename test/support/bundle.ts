import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** A TypeScript program as a file that node starts, in a folder that every user can read. */
export interface BundledProgram {
  readonly path: string;
  remove(): Promise<void>;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** @param entry - the path of the program in this repository */
export async function bundleProgram(entry: string): Promise<BundledProgram> {
  const folder = await mkdtemp(join(tmpdir(), 'submarine-bundle-'));
  await chmod(folder, 0o755);
  // A process of its own: rolldown's native part refuses values that were made inside jest.
  const rolldown = join(ROOT, 'node_modules/rolldown/bin/cli.mjs');
  const dist = join(folder, 'dist');
  const options = ['--platform', 'node', '--dir', dist, '--entry-file-names', 'program.mjs'];
  await promisify(execFile)(process.execPath, [rolldown, entry, ...options], { cwd: ROOT });
  await symlink(join(ROOT, 'dist/solver-worker.cjs'), join(dist, 'solver-worker.cjs'));
  return {
    path: join(dist, 'program.mjs'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
