import type { ErrorKind } from '../errors.ts';
import { SubmarineError } from '../errors.ts';
import type { Answer, Captured } from '../engines/dialogue.ts';
import type { CacheShell } from './cache-shell.ts';
import type { AbandonedBuild, CachedKernel, CachePart } from './cached-kernel.ts';
import { parseCachedKernels, parseCacheParts, parseSizes } from './cached-kernel.ts';
import type { MarkedFile } from './kernel-mark.ts';
import { parseMarkedFiles } from './kernel-mark.ts';
import { isKernelHeld, kernelMutexPath, withFreeKernels } from './kernel-mutex.ts';
import { forgetUse, lastUse, lastUses } from './kernel-uses.ts';
import type { KernelContents } from './kernel-contents.ts';
import { linesOf, parsePrefixFiles } from './prefix-files.ts';
import { findMark, parseKernelRecords } from './kernel-records.ts';

/** What became of the kernels that were to be removed; each by its `path`. */
export interface Removal {
  readonly removed: readonly { readonly path: string; readonly freedBytes: number }[];
  /** Being built, or removed by somebody else. */
  readonly busy: readonly string[];
  /** In use after all. */
  readonly kept: readonly string[];
  /** With files that this user cannot remove. */
  readonly failed: readonly string[];
}

/** What became of files that nobody needs. */
interface Clearing {
  readonly freedBytes: number;
  /** What holds files that this user cannot remove; paths in the cache. */
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
  async contents({ path }: CachedKernel, signal?: AbortSignal): Promise<KernelContents> {
    const records = (await this.#run(['records', path], signal)).stdout;
    const { stdout } = await this.#run(['files', path], signal);
    const files = parsePrefixFiles(stdout);
    return {
      records: parseKernelRecords(records, files),
      mark: findMark(records),
      files,
      recorded: parseMarkedFiles(linesOf('stat ', stdout)),
      newer: linesOf('newer ./', stdout),
    };
  }

  /** What the mark of a kernel records of its files, as they are now. */
  async recorded(path: string, signal?: AbortSignal): Promise<readonly MarkedFile[]> {
    return parseMarkedFiles((await this.#run(['recorded', path], signal)).stdout.split('\n'));
  }

  /**
   * Removes kernels. Each is asked for once more at a moment when no start can find it any more, and put back when it
   * is in use. Nobody builds one meanwhile; one that is being built is left alone.
   *
   * @param paths - of kernels, see `CachedKernel`
   * @param mayRemove - of the kernel at `path`, which a start of this machine found last at `lastUsed`
   */
  async remove(
    paths: readonly string[],
    mayRemove: (path: string, lastUsed: Date | undefined) => Promise<boolean>,
    signal?: AbortSignal,
  ): Promise<Removal> {
    const mutexPath = (path: string): string => this.#mutexPath(path);
    return withFreeKernels(paths, mutexPath, async (free) => {
      const removal = await this.#removeFree(free, mayRemove, signal);
      const held = paths.filter((path) => !free.includes(path));
      return { ...removal, busy: [...held, ...removal.busy] };
    });
  }

  async #removeFree(
    paths: readonly string[],
    mayRemove: (path: string, lastUsed: Date | undefined) => Promise<boolean>,
    signal: AbortSignal | undefined,
  ): Promise<Removal> {
    if (paths.length === 0) return { removed: [], busy: [], kept: [], failed: [] };
    const [host, location] = [this.#hostFolder, this.location];
    const answer = async (line: string): Promise<string | undefined> => {
      const [word, path = ''] = line.split('\t');
      if (word !== 'ask') return undefined;
      return (await mayRemove(path, await lastUse(host, location, path))) ? 'yes' : 'no';
    };
    const said = rows((await this.#run(['remove', ...paths], signal, answer)).stdout);
    const ended = (word: string) => said.filter(([first]) => first === word);
    const removed = ended('removed').map(([, path = '', kib]) => ({
      path,
      freedBytes: Number(kib) * 1024,
    }));
    for (const { path } of removed) await forgetUse(host, location, path);
    return {
      removed,
      busy: ended('busy').map(([, path = '']) => path),
      kept: ended('kept').map(([, path = '']) => path),
      failed: ended('failed').map(([, path = '']) => path),
    };
  }

  /** What builds have left that were killed; of a build that is going on, nothing. */
  async abandonedBuilds(signal?: AbortSignal): Promise<readonly AbandonedBuild[]> {
    const builds = parseSizes((await this.#run(['builds'], signal)).stdout);
    const held = await Promise.all(builds.map(({ name }) => isKernelHeld(this.#mutexPath(name))));
    return builds.filter((_, index) => held[index] === false);
  }

  /** Removes it. */
  async removeAbandoned(
    builds: readonly AbandonedBuild[],
    signal?: AbortSignal,
  ): Promise<Clearing> {
    const mutexPath = ({ name }: AbandonedBuild): string => this.#mutexPath(name);
    return withFreeKernels(builds, mutexPath, async (free) => {
      if (free.length === 0) return { freedBytes: 0, failed: [] };
      return this.#clear(['sweep', ...free.map(({ name }) => name)], signal);
    });
  }

  /** Empties the store of archives, and removes what earlier versions left beside the kernels. */
  async clearPackages(signal?: AbortSignal): Promise<Clearing> {
    return this.#clear(['clear'], signal);
  }

  async #clear(argv: readonly string[], signal: AbortSignal | undefined): Promise<Clearing> {
    const said = rows((await this.#run(argv, signal)).stdout);
    const [, kib = 0] = said.find(([word]) => word === 'cleared' || word === 'swept') ?? [];
    return {
      freedBytes: Number(kib) * 1024,
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
