import type { ErrorKind } from '../errors.ts';
import { SubmarineError } from '../errors.ts';
import type { Answer, Captured } from '../engines/dialogue.ts';
import type { CacheShell } from './cache-shell.ts';
import type { CachedKernel, CachePart } from './cached-kernel.ts';
import { parseCachedKernels, parseCacheParts } from './cached-kernel.ts';
import type { MarkedFile } from './kernel-mark.ts';
import { parseMarkedFiles } from './kernel-mark.ts';
import { isKernelHeld, kernelMutexPath } from './kernel-mutex.ts';
import { lastUses } from './kernel-uses.ts';
import type { PrefixFiles } from './prefix-files.ts';
import { parsePrefixFiles } from './prefix-files.ts';
import type { KernelRecords } from './kernel-records.ts';
import { parseKernelRecords } from './kernel-records.ts';

/** What became of the kernels that were to be removed; each by its `path`. */
interface Removal {
  readonly removed: readonly { readonly path: string; readonly freedBytes: number }[];
  /** Being built. */
  readonly busy: readonly string[];
  /** In use after all. */
  readonly kept: readonly string[];
  /** With files that this user cannot remove. */
  readonly failed: readonly string[];
}

/** What became of the package caches. */
interface Clearing {
  readonly freedBytes: number;
  /** The folder of a build that is going on, so that nothing was cleared. */
  readonly busy: string | undefined;
  /** Folders with files that this user cannot remove. */
  readonly failed: readonly string[];
}

/**
 * The kernels that were built on this machine or in the volume of an engine elsewhere, and what their builds keep.
 *
 * Every method throws a `SubmarineError` when the script cannot do its work.
 */
export class KernelCache {
  readonly location: string;
  readonly isFolder: boolean;
  readonly #shell: CacheShell;
  readonly #hostFolder: string;

  /** @param hostFolder - where it is noted what starts use and build; no container sees it */
  constructor(shell: CacheShell, hostFolder: string) {
    this.location = shell.location;
    this.isFolder = shell.isFolder;
    this.#shell = shell;
    this.#hostFolder = hostFolder;
  }

  /** The kernels, the one used last first. */
  async list(signal?: AbortSignal): Promise<readonly CachedKernel[]> {
    const [{ stdout }, uses] = await Promise.all([
      this.#run(['list'], signal),
      lastUses(this.#hostFolder, this.location),
    ]);
    const kernels = parseCachedKernels(stdout).map((kernel) => this.#asSeenHere(kernel, uses));
    return (await Promise.all(kernels)).toSorted(
      (left, right) => right.lastUsed.getTime() - left.lastUsed.getTime(),
    );
  }

  /** A build takes several containers, and between two of them only this machine knows of it. */
  async #asSeenHere(kernel: CachedKernel, uses: ReadonlyMap<string, Date>): Promise<CachedKernel> {
    const { path, state } = kernel;
    const lastUsed = later(kernel.lastUsed, uses.get(path));
    const isHeld = state !== 'complete' && (await isKernelHeld(this.#mutexPath(path)));
    return { ...kernel, lastUsed, state: isHeld ? 'building' : state };
  }

  #mutexPath(path: string): string {
    return kernelMutexPath(this.#hostFolder, this.location, path);
  }

  /** What each part of the cache takes. */
  async parts(signal?: AbortSignal): Promise<readonly CachePart[]> {
    return parseCacheParts((await this.#run(['sizes'], signal)).stdout);
  }

  /** What the prefix of a kernel is recorded to hold, and what it does hold. */
  async contents(
    { path }: CachedKernel,
    signal?: AbortSignal,
  ): Promise<{ readonly records: KernelRecords; readonly files: PrefixFiles }> {
    const { stdout } = await this.#run(['records', path], signal);
    const files = parsePrefixFiles((await this.#run(['files', path], signal)).stdout);
    return { records: parseKernelRecords(stdout, files), files };
  }

  /** What the mark of a kernel records of its files, as they are now. */
  async recorded(path: string, signal?: AbortSignal): Promise<readonly MarkedFile[]> {
    return parseMarkedFiles((await this.#run(['recorded', path], signal)).stdout.split('\n'));
  }

  /**
   * Removes kernels. Each is asked for once more at a moment when no start can find it any more, and put back when it
   * is in use.
   *
   * @param mayRemove - of the kernel at `path`, which a start found last at `lastUsed`
   */
  async remove(
    paths: readonly string[],
    mayRemove: (path: string, lastUsed: Date) => Promise<boolean>,
    signal?: AbortSignal,
  ): Promise<Removal> {
    const answer = async (line: string): Promise<string | undefined> => {
      const [word, path = '', seconds] = line.split('\t');
      if (word !== 'ask') return undefined;
      return (await mayRemove(path, new Date(Number(seconds) * 1000))) ? 'yes' : 'no';
    };
    const { stdout } = await this.#run(['remove', ...paths], signal, answer);
    const ended = (word: string) => rows(stdout).filter(([first]) => first === word);
    return {
      removed: ended('removed').map(([, path = '', kib]) => ({
        path,
        freedBytes: Number(kib) * 1024,
      })),
      busy: ended('busy').map(([, path = '']) => path),
      kept: ended('kept').map(([, path = '']) => path),
      failed: ended('failed').map(([, path = '']) => path),
    };
  }

  /** Empties the caches of packages that builds download into. */
  async clearPackages(signal?: AbortSignal): Promise<Clearing> {
    const said = rows((await this.#run(['clear'], signal)).stdout);
    const kib = said.find(([word]) => word === 'cleared')?.[1] ?? 0;
    return {
      freedBytes: Number(kib) * 1024,
      busy: said.find(([word]) => word === 'busy')?.[1],
      failed: said.flatMap(([word, path = '']) => (word === 'failed' ? [path] : [])),
    };
  }

  async #run(
    argv: readonly string[],
    signal: AbortSignal | undefined,
    answer: Answer = async () => undefined,
  ): Promise<Captured> {
    const captured = await this.#shell.run(argv, answer, signal);
    if (captured.exitCode === 0) return captured;
    throw scriptError(captured);
  }
}

function later(one: Date, other: Date | undefined): Date {
  return other !== undefined && other > one ? other : one;
}

function rows(stdout: string): readonly (readonly string[])[] {
  return stdout.split('\n').map((line) => line.split('\t'));
}

/** What the script says of an end of its own has the form of our errors; all else is the shell's. */
function scriptError({ exitCode, stderr }: Captured): SubmarineError {
  const [, message, remedy] = /^submarine: (.*)\n(?: {2}(.*))?/m.exec(stderr) ?? [];
  return message === undefined
    ? new SubmarineError({
        kind: 'refused',
        code: 'cache-not-readable',
        message: `the cache of kernels cannot be looked at: ${stderr.trim() || `exit code ${exitCode}`}`,
        remedy: 'look whether its folder can be read, or its image has sh, find, du and awk',
      })
    : new SubmarineError({
        kind: KINDS[exitCode] ?? 'refused',
        code: 'cache-refused',
        message,
        remedy,
      });
}

/** What the exit codes of the script mean. */
const KINDS: Readonly<Record<number, ErrorKind>> = {
  2: 'usage',
  65: 'invalid',
  66: 'not-found',
  73: 'cannot-write',
};
