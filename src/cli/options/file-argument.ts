import type { FileSource } from '../../operations/environments/given-file.ts';
import type { Context } from '../context.ts';

// The second is read as the first because where stdin is a socket, as a parent process may have made it, nobody can
// open it by that name.
const STDIN = new Set(['-', '/dev/stdin']);

/** The file that an argument names: its path, or what stdin holds for `-`. */
export async function toFileSource(path: string, { io }: Pick<Context, 'io'>): Promise<FileSource> {
  return STDIN.has(path) ? { bytes: await io.readStdin(), source: '<stdin>' } : path;
}
