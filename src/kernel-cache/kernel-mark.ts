import { readUnlinkedFile } from '../files/unlinked-file.ts';

/** What the end of a build wrote down about a kernel, in `conda-meta/submarine-complete`. */
export interface KernelMark {
  /** Of what the kernel is made from: 64 hexadecimal digits. */
  readonly digest: string;
  /** The id of the image that built it; empty where that was not known. */
  readonly image: string;
  /** The path of conda, mamba or micromamba in that image. */
  readonly builder: string;
  /** What changes which code runs in the kernel: its programs, `.pth` files and scripts of activation. */
  readonly files: readonly MarkedFile[];
}

/** A file, or a link itself, as `lstat` tells of it. */
export interface MarkedFile {
  /** From the prefix. */
  readonly path: string;
  readonly bytes: number;
  /** When it was last written, in whole seconds since 1970. */
  readonly seconds: number;
}

/** The file that says of a kernel that it is whole, in its prefix. */
export const MARK = 'conda-meta/submarine-complete';
const MAX_BYTES = 1024 ** 2;

/**
 * Reads the text of a mark: `submarine-kernel 2`, then lines of `digest`, `image` and `builder`, and one of
 * `file SIZE SECONDS PATH` for each file. Lines of other words are of a later version, and left out.
 *
 * @returns undefined for a text of another form, as earlier versions wrote it
 */
export function parseKernelMark(text: string): KernelMark | undefined {
  const [first, ...lines] = text.split('\n');
  if (first !== 'submarine-kernel 2') return undefined;
  const values = new Map(lines.map((line) => splitWord(line)));
  const digest = values.get('digest') ?? '';
  if (!/^[0-9a-f]{64}$/.test(digest)) return undefined;
  return {
    digest,
    image: values.get('image') ?? '',
    builder: values.get('builder') ?? '',
    files: parseMarkedFiles(lines, 'file '),
  };
}

/** Reads lines of `SIZE SECONDS PATH`, those that begin with a word. */
export function parseMarkedFiles(lines: readonly string[], word = ''): readonly MarkedFile[] {
  return lines.flatMap((line) => {
    if (!line.startsWith(word)) return [];
    const [, bytes, seconds, path] = /^(\d+) (-?\d+) (.+)$/.exec(line.slice(word.length)) ?? [];
    if (path === undefined) return [];
    return [{ path, bytes: Number(bytes), seconds: Number(seconds) }];
  });
}

function splitWord(line: string): readonly [string, string] {
  const [word = ''] = line.split(' ', 1);
  return [word, line.slice(word.length + 1)];
}

/**
 * Reads the mark of a kernel on this machine. Whatever lies in the cache, a container may have written: no link is
 * followed, nothing but a regular file of at most 1 MiB is read, and the mark of another kernel counts for nothing.
 *
 * @param path - of the kernel: `linux-64-glibc2.36/2f93ec1eb45b0d6c691fb333a240976a`
 * @returns undefined where no kernel is that could be used: none at all, an unfinished one, or one of an earlier version
 */
export function readKernelMark(cacheFolder: string, path: string): KernelMark | undefined {
  const text = readUnlinkedFile(cacheFolder, `kernels/${path}/${MARK}`, MAX_BYTES);
  const mark = text === undefined ? undefined : parseKernelMark(text.toString());
  return mark?.digest.startsWith(path.replace(/^.*\//, '')) === true ? mark : undefined;
}
