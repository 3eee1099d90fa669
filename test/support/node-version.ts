import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * A Node of that version: this one where it has the same major version, else what npm has of it, which is fetched once.
 *
 * @param version - exact: `24.9.0`
 * @returns the path of its program
 */
export async function nodeOf(version: string): Promise<string> {
  const [major] = version.split('.');
  if (process.version.startsWith(`v${major}.`)) return process.execPath;
  // The package `node` would fetch this one by a script of its own.
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(tmpdir(), `submarine-test-${name}-${version}`);
  const program = join(folder, 'node_modules', name, 'bin/node');
  if (existsSync(program)) return program;
  const fetched = await mkdtemp(`${folder}.`);
  const install = ['install', '--ignore-scripts', '--no-save', '--prefix', fetched];
  await promisify(execFile)('npm', [...install, `${name}@${version}`], { cwd: fetched });
  await rename(fetched, folder).catch(async (error: unknown) => {
    // Another run of the tests was faster.
    await rm(fetched, { recursive: true });
    if (!existsSync(program)) throw error;
  });
  return program;
}
