import { pipName } from '../lock/package-order.ts';
import type { KernelMark } from './kernel-mark.ts';
import { MARK, parseKernelMark } from './kernel-mark.ts';
import type { PrefixFiles } from './prefix-files.ts';

/** What a prefix is recorded to hold: by conda in `conda-meta`, by pip in each package's `.dist-info`. */
export interface KernelRecords {
  /** The paths of the records that there must be, as conda's history of the prefix tells; undefined without one. */
  readonly expected: readonly string[] | undefined;
  readonly packages: readonly InstalledPackage[];
  readonly requirements: readonly InstalledRequirement[];
}

/** A package of conda's. */
export interface InstalledPackage {
  /** The path of its record. */
  readonly record: string;
  readonly name: string;
  readonly version: string;
  readonly build: string;
  readonly url: string;
  /** Of its archive, where whoever installed it knew. */
  readonly sha256?: string;
  readonly files: readonly RecordedFile[];
}

/** A package that pip has installed. */
export interface InstalledRequirement {
  /** As indexes compare names: `typing-extensions`. */
  readonly name: string;
  readonly version: string;
  readonly files: readonly RecordedFile[];
}

/** A file that shall be there; its path in the prefix, and its sha256 where one is recorded. */
export interface RecordedFile {
  readonly path: string;
  readonly sha256?: string;
}

/** What `conda-meta/NAME.json` holds, as far as it is read here. */
interface CondaRecord {
  readonly name: string;
  readonly version: string;
  readonly build: string;
  readonly url: string;
  readonly sha256?: string;
  readonly files?: readonly string[];
  readonly paths_data?: { readonly paths?: readonly CondaPath[] };
}

interface CondaPath {
  readonly _path: string;
  readonly path_type: string;
  readonly sha256?: string;
  readonly sha256_in_prefix?: string;
  readonly prefix_placeholder?: string;
}

/**
 * Reads what `records` of the cache's script prints: each file behind a line of `\u001e` and its path.
 * A record that cannot be read is left out.
 *
 * @param files - what lies in the prefix
 * @see https://docs.conda.io/projects/conda/en/stable/dev-guide/deep-dives/install.html - on `conda-meta`
 */
export function parseKernelRecords(stdout: string, files: PrefixFiles): KernelRecords {
  const texts = textsOf(stdout);
  const packages = [...texts]
    .filter(([path]) => path.startsWith('conda-meta/') && path.endsWith('.json'))
    .flatMap(([path, text]) => parsePackage(path, text) ?? []);
  const ofConda = new Map(
    packages.flatMap((one) => one.files.map(({ path, sha256 }) => [path, sha256] as const)),
  );
  const requirements = [...texts.keys()]
    .flatMap((path) => /^(.*\.dist-info)\/METADATA$/.exec(path)?.[1] ?? [])
    .filter((folder) => isOfPip(folder, texts, ofConda, files))
    .map((folder) => toRequirement(folder, texts));
  return { expected: parseHistory(texts.get('conda-meta/history')), packages, requirements };
}

/** The mark among the records; undefined where there is none of the form that builds write now. */
export function findMark(stdout: string): KernelMark | undefined {
  const text = textsOf(stdout).get(MARK);
  return text === undefined ? undefined : parseKernelMark(text);
}

/** The text of each file by its path. */
function textsOf(stdout: string): ReadonlyMap<string, string> {
  const parts = stdout.split('\u001E').slice(1);
  return new Map(
    parts.map((part) => {
      const end = part.indexOf('\n');
      return [part.slice(0, end), part.slice(end + 1)];
    }),
  );
}

/**
 * What the lines of a history come to: `+CHANNEL::NAME-VERSION-BUILD` for what was installed, with a minus for what was
 * removed.
 */
function parseHistory(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined;
  const installed = new Set<string>();
  for (const line of text.split('\n')) {
    const [, sign, name] = /^([+-])(?:.*::)?(\S+)$/.exec(line) ?? [];
    if (name === undefined) continue;
    if (sign === '+') installed.add(`conda-meta/${name}.json`);
    else installed.delete(`conda-meta/${name}.json`);
  }
  return [...installed];
}

/** Undefined for a record that cannot be read. */
function parsePackage(path: string, text: string): InstalledPackage | undefined {
  try {
    return toPackage(path, JSON.parse(text) as CondaRecord);
  } catch {
    return undefined;
  }
}

function toPackage(record: string, value: CondaRecord): InstalledPackage {
  const { name, version, build, url, sha256, files = [], paths_data: data } = value;
  return {
    ...{ record, name, version, build, url },
    ...(sha256 === undefined ? {} : { sha256 }),
    files: data?.paths?.flatMap(toFile) ?? files.map((path) => ({ path })),
  };
}

/**
 * The hash of a file into which the prefix was written is another one than the package's; that of a link is the hash
 * of nothing. Python's compiled files change with their sources, and come and go.
 */
function toFile(recorded: CondaPath): readonly RecordedFile[] {
  const { _path: path, path_type: type, prefix_placeholder: placeholder } = recorded;
  if (type === 'directory' || path.endsWith('.pyc')) return [];
  const sha256 =
    recorded.sha256_in_prefix ?? (placeholder === undefined ? recorded.sha256 : undefined);
  return [type === 'softlink' || sha256 === undefined ? { path } : { path, sha256 }];
}

/**
 * Packages of conda's have such a folder, too; pip may have put another one in its place. The installer that it names
 * does not tell: some packages of conda's were made with pip's help and still name it, and list files that they left out.
 */
function isOfPip(
  folder: string,
  texts: ReadonlyMap<string, string>,
  ofConda: ReadonlyMap<string, string | undefined>,
  files: PrefixFiles,
): boolean {
  if (!ofConda.has(`${folder}/METADATA`)) return true;
  const installer = texts.get(`${folder}/INSTALLER`)?.trim();
  if (installer !== 'pip' && installer !== 'uv') return false;
  return [...files]
    .filter(([path]) => path.startsWith(`${folder}/`))
    .some(([path, { sha256 }]) => sha256 === undefined || ofConda.get(path) !== sha256);
}

function toRequirement(folder: string, texts: ReadonlyMap<string, string>): InstalledRequirement {
  const metadata = texts.get(`${folder}/METADATA`) ?? '';
  const record = texts.get(`${folder}/RECORD`) ?? '';
  return {
    name: pipName(/^Name:[ \t]*(\S+)/m.exec(metadata)?.[1] ?? ''),
    version: /^Version:[ \t]*(\S+)/m.exec(metadata)?.[1] ?? '',
    files: record.split('\n').flatMap((line) => toRecorded(line, folder)),
  };
}

/**
 * A line of RECORD: `PATH,sha256=HASH,SIZE`, the path from the folder of the packages and in quotes where it holds a
 * comma, the hash in base64 without padding.
 *
 * @see https://packaging.python.org/en/latest/specifications/recording-installed-packages/#the-record-file
 */
function toRecorded(line: string, folder: string): readonly RecordedFile[] {
  const [, quoted, plain, algorithm, hash = ''] =
    /^(?:"((?:[^"]|"")*)"|([^,]*)),(?:(\w+)=([\w-]+))?,/.exec(line) ?? [];
  const name = quoted?.replaceAll('""', '"') ?? plain;
  if (name === undefined || name === '' || name.startsWith('/') || name.endsWith('.pyc')) return [];
  const path = joined(folder.replace(/[^/]*$/, ''), name);
  if (path === undefined) return [];
  return [
    algorithm === 'sha256'
      ? { path, sha256: Buffer.from(hash, 'base64url').toString('hex') }
      : { path },
  ];
}

/** The path in the prefix; undefined for one that leads out of it. */
function joined(folder: string, path: string): string | undefined {
  const words: string[] = [];
  for (const word of `${folder}${path}`.split('/')) {
    if (word === '..' && words.pop() === undefined) return undefined;
    if (word !== '..' && word !== '.' && word !== '') words.push(word);
  }
  return words.join('/');
}
