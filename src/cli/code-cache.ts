import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';

/** The process that runs the chunks: its flags, and its end. */
type Process = Pick<NodeJS.Process, 'execArgv' | 'env' | 'once'>;

interface Compiled {
  readonly path: string;
  readonly script: Script;
}

/**
 * Keeps what V8 makes of our chunks beside them, as Python does in `__pycache__`, so that the next start need not
 * compile them again: 12 ms of 45.
 *
 * A kept file has the name of its chunk, in which stands the hash of what is in it, and lies in a folder for this
 * version of V8 and these flags. What V8 refuses all the same, as on a machine with another processor, is compiled and
 * kept anew.
 *
 * @param chunks - the folder of the chunks
 */
export function keepCompiledCode(chunks: string, self: Process): void {
  const compiled: Compiled[] = [];
  const folder = folderOf(chunks, self);
  const { extensions } = createRequire(join(chunks, 'main.cjs'));
  const { '.js': loadOther } = extensions;
  const load = (module: NodeJS.Module, filename: string): void => {
    const path = join(folder, basename(filename));
    const kept = readIfThere(path);
    const script = compile(filename, kept);
    if (kept === undefined || script.cachedDataRejected === true) compiled.push({ path, script });
    const run = script.runInThisContext() as (...values: unknown[]) => void;
    run.call(module.exports, module.exports, createRequire(filename), module, filename, chunks);
  };
  extensions['.cjs'] = (module: NodeJS.Module, filename: string): void =>
    dirname(filename) === chunks ? load(module, filename) : loadOther(module, filename);
  self.once('exit', () => {
    if (compiled.length > 0) keep(chunks, folder, compiled);
  });
}

/** V8 has a tag for this, in a module of Node's that takes 2 ms to load, and checks what it is given in any case. */
function folderOf(chunks: string, { execArgv, env }: Process): string {
  const flags = [...execArgv, env['NODE_OPTIONS'] ?? ''].join(' ');
  const kind = `${process.versions.v8}-${process.arch}-${flags}`;
  return join(chunks, 'compiled', kind.replaceAll(/[^\w.-]+/g, '_').slice(0, 200));
}

function compile(filename: string, kept: Buffer | undefined): Script {
  const source = readFileSync(filename, 'utf8');
  return new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename,
    ...(kept === undefined ? {} : { cachedData: kept }),
  });
}

/** What cannot be kept is compiled again the next time. */
function keep(chunks: string, folder: string, compiled: readonly Compiled[]): void {
  try {
    // In the folder of somebody else we leave nothing: its owner could not remove the files.
    if (statSync(chunks).uid !== (process.getuid?.() ?? 0)) return;
    mkdirSync(folder, { recursive: true });
    for (const { path, script } of compiled) writeWhole(path, script.createCachedData());
  } catch {
    // As if it had not been tried.
  }
}

/** Others may be reading or writing the same file. */
function writeWhole(path: string, content: Buffer): void {
  const next = `${path}.${process.pid}`;
  try {
    writeFileSync(next, content);
    renameSync(next, path);
  } finally {
    rmSync(next, { force: true });
  }
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
