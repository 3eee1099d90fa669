import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';

import { readRegularFile } from '../files/regular-file.ts';
import type { Variables } from '../variables.ts';
import type { Head, Repository } from './find-repository.ts';
import { findRepository, readHead } from './find-repository.ts';

/** What git says of a folder. */
export interface CodeState {
  readonly commit: string;
  /** Absent where no branch is checked out. */
  readonly branch?: string | undefined;
  /** Whether files differ from the commit, or are not in it. */
  readonly dirty: boolean;
  /** How, of the files that are in the commit. */
  readonly diff?: string | undefined;
  /** Whether there is more of it. */
  readonly isDiffCut?: boolean | undefined;
}

interface StateOptions {
  /** Of the caller, for `PATH`. */
  readonly env: Variables;
  readonly withDiff: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** One name is enough to know. */
const MAX_STATUS_BYTES = 64 * 1024;
const MAX_DIFF_BYTES = 1024 ** 2;
const TIMEOUT_MS = 20_000;

/**
 * The commit that is checked out where a folder lies, and how the folder differs from it.
 *
 * A container may have written the repository's own configuration, attributes and hooks, by which git runs programs. So
 * git is given a folder of ours, with the hash in HEAD, a copy of the index and no configuration; of the repository it
 * reads objects alone.
 *
 * @returns undefined where the folder is in no repository, there is no git, or it takes longer than 20 s
 * @see https://git-scm.com/docs/git#_environment_variables
 */
export async function readCodeState(
  folder: string,
  options: StateOptions,
): Promise<CodeState | undefined> {
  try {
    const repository = await findRepository(folder);
    const head = repository && (await readHead(repository));
    if (repository === undefined || head === undefined) return undefined;
    return await withOwnFolder(repository, head, (ours) =>
      compare(folder, head, { ...options, env: variablesFor(repository, ours, options.env) }),
    );
  } catch {
    return undefined;
  }
}

async function compare(
  folder: string,
  head: Head,
  { env, withDiff, signal }: StateOptions,
): Promise<CodeState> {
  const git = (words: readonly string[], maxBytes: number): Promise<Output> =>
    run([...words, '--ignore-submodules=all', '--', '.'], { env, cwd: folder, maxBytes, signal });
  const status = await git(
    ['status', '--porcelain', '-z', '--untracked-files=normal'],
    MAX_STATUS_BYTES,
  );
  const state = { ...head, dirty: status.text !== '' };
  if (!state.dirty || !withDiff) return state;
  const diff = await git(
    ['diff', '--no-ext-diff', '--no-textconv', '--no-color', '--relative', 'HEAD'],
    MAX_DIFF_BYTES,
  );
  return { ...state, diff: diff.text, ...(diff.isCut ? { isDiffCut: true } : {}) };
}

async function withOwnFolder<Value>(
  { gitFolder }: Repository,
  { commit }: Head,
  work: (ours: string) => Promise<Value>,
): Promise<Value> {
  const ours = await mkdtemp(join(tmpdir(), 'submarine-git-'));
  try {
    const index = await readRegularFile(join(gitFolder, 'index')).catch(() => undefined);
    for (const name of ['objects', 'refs']) await mkdir(join(ours, name));
    await writeFile(join(ours, 'HEAD'), `${commit}\n`);
    if (index !== undefined) await writeFile(join(ours, 'index'), index);
    const format = commit.length === 64 ? '[extensions]\nobjectFormat = sha256\n' : '';
    const version = format === '' ? 0 : 1;
    await writeFile(
      join(ours, 'config'),
      `[core]\nrepositoryformatversion = ${version}\nbare = false\n${format}`,
    );
    return await work(ours);
  } finally {
    await rm(ours, { recursive: true, force: true });
  }
}

/** None of the user's own for git, nor of the repository's. */
function variablesFor({ top, commonFolder }: Repository, ours: string, env: Variables): Variables {
  return {
    PATH: env['PATH'],
    LC_ALL: 'C',
    HOME: ours,
    GIT_DIR: ours,
    GIT_WORK_TREE: top,
    GIT_OBJECT_DIRECTORY: join(commonFolder, 'objects'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_PAGER: 'cat',
  };
}

interface Output {
  readonly text: string;
  /** Whether there was more. */
  readonly isCut: boolean;
}

interface Running extends Pick<StateOptions, 'env' | 'signal'> {
  readonly cwd: string;
  readonly maxBytes: number;
}

/** @throws what Node threw where there is no git, and where it fails or takes too long */
function run(words: readonly string[], { env, cwd, maxBytes, signal }: Running): Promise<Output> {
  const options = { env, cwd, maxBuffer: maxBytes, timeout: TIMEOUT_MS, signal };
  return new Promise((resolve, reject) => {
    execFile('git', words, options, (error, stdout) => {
      const isCut =
        error?.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER' && error.message.startsWith('stdout');
      if (error !== null && !isCut) return reject(error);
      resolve({ text: stdout, isCut });
    }).stdin?.end();
  });
}
