import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join, relative } from 'node:path';

import type { Variables } from '../variables.ts';
import type { Head } from './find-repository.ts';
import { findRepository, readHead } from './find-repository.ts';
import { withOwnGitFolder } from './own-git-folder.ts';
import { hashGit, runGit } from './run-git.ts';

/** What git says of a folder. */
export interface CodeState {
  readonly commit: string;
  /** Absent where no branch is checked out. */
  readonly branch?: string | undefined;
  /** Whether files differ from the commit, or are not in it. */
  readonly dirty: boolean;
  /**
   * SHA-256 of all that differs, the contents of new files included: `sha256:…`. Absent where nothing does, and where
   * there is more of it than can be read while a command starts.
   */
  readonly changes?: string | undefined;
  /** How it differs, with new files: what `git apply` takes, but for files that are no text. */
  readonly diff?: string | undefined;
  /** Whether there is more of it. */
  readonly isDiffCut?: boolean | undefined;
}

interface StateOptions {
  /** Of the caller. */
  readonly env: Variables;
  readonly withDiff: boolean;
  /** Folders of which nothing is told, such as those of results; absolute. */
  readonly except?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One name is enough to know. */
const MAX_STATUS_BYTES = 64 * 1024;
const MAX_DIFF_BYTES = 1024 ** 2;
/** Of new files: their names, and what is in them. */
const MAX_NAMES_BYTES = 1024 ** 2;
const MAX_NEW_BYTES = 64 * 1024 ** 2;
const TIMEOUT_MS = 20_000;

/**
 * The commit that is checked out where a folder lies, and how the folder differs from it.
 *
 * A container may have written the repository's own configuration, attributes and hooks, by which git runs programs. So
 * git is given a folder of ours, see `withOwnGitFolder`.
 *
 * @returns undefined where the folder is in no repository, there is no git, or it takes longer than 20 s
 */
export async function readCodeState(
  folder: string,
  { env: callers, withDiff, except = [], signal }: StateOptions,
): Promise<CodeState | undefined> {
  try {
    const repository = await findRepository(folder);
    const head = repository && (await readHead(repository));
    if (repository === undefined || head === undefined) return undefined;
    return await withOwnGitFolder(repository, head.commit, callers, async (env) => {
      const calls = { env, cwd: folder, timeoutMs: TIMEOUT_MS, signal };
      return compare(head, { calls, paths: pathsBut(except, folder), withDiff });
    });
  } catch {
    return undefined;
  }
}

interface Compared {
  readonly calls: {
    readonly env: Variables;
    readonly cwd: string;
    readonly timeoutMs: number;
    readonly signal: AbortSignal | undefined;
  };
  /** For the end of a line of words. */
  readonly paths: readonly string[];
  readonly withDiff: boolean;
}

/** @see https://git-scm.com/docs/gitglossary#Documentation/gitglossary.txt-pathspec */
function pathsBut(except: readonly string[], folder: string): readonly string[] {
  const inside = except
    .map((path) => relative(folder, path))
    .filter((path) => path !== '' && !path.startsWith('..'));
  return ['--', '.', ...inside.map((path) => `:(exclude,literal)${path}`)];
}

async function compare(head: Head, compared: Compared): Promise<CodeState> {
  const { calls, paths, withDiff } = compared;
  const status = ['status', '--porcelain', '-z', '--untracked-files=normal'];
  const { text } = await runGit([...status, '--ignore-submodules=all', ...paths], {
    ...{ ...calls, maxBytes: MAX_STATUS_BYTES },
  });
  if (text === '') return { ...head, dirty: false };
  const isWhole = await addNewFiles(compared);
  const form = ['--no-ext-diff', '--no-textconv', '--no-color', '--full-index', '--relative'];
  const diff = await hashGit(['diff', ...form, '--ignore-submodules=all', 'HEAD', ...paths], {
    ...calls,
    maxBytes: MAX_DIFF_BYTES,
  });
  return {
    ...{ ...head, dirty: true },
    ...(isWhole ? { changes: diff.digest } : {}),
    ...(withDiff ? { diff: diff.text } : {}),
    ...(withDiff && diff.isCut ? { isDiffCut: true } : {}),
  };
}

/**
 * Has the next diff show the files that are in no commit, which are entered into the copy of the index.
 *
 * @returns false where there is too much in them
 */
async function addNewFiles({ calls, paths }: Compared): Promise<boolean> {
  const listing = ['ls-files', '--others', '--exclude-standard', '-z', ...paths];
  const listed = await runGit(listing, { ...calls, maxBytes: MAX_NAMES_BYTES });
  if (listed.isCut) return false;
  // What ends in a slash is a repository of its own.
  const names = listed.text.split('\0').filter((name) => name !== '' && !name.endsWith('/'));
  let bytes = 0;
  for (const name of names) bytes += sizeOf(await lstat(join(calls.cwd, name)));
  if (bytes > MAX_NEW_BYTES) return false;
  if (names.length === 0) return true;
  const adding = ['--pathspec-from-file=-', '--pathspec-file-nul'];
  await runGit(['--literal-pathspecs', 'add', '--intent-to-add', ...adding], {
    ...{ ...calls, input: names.join('\0') },
  });
  return true;
}

function sizeOf(stats: Stats): number {
  return stats.isFile() ? stats.size : 0;
}
