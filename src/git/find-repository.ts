import { lstat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { readRegularFile } from '../files/regular-file.ts';

/** A working tree of git, as its files say; no program of git has been asked. */
export interface Repository {
  /** The folder of the working tree. */
  readonly top: string;
  /** Where HEAD and the index of this working tree are. */
  readonly gitFolder: string;
  /** Where objects and references are, which the working trees of one repository share. */
  readonly commonFolder: string;
  /** How `.git` names the first of them, where it is a file, and that the second, where it is another. */
  readonly named?: { readonly git: string; readonly common: string | undefined } | undefined;
}

/** What HEAD says. */
export interface Head {
  /** Of 40 or 64 hexadecimal digits. */
  readonly commit: string;
  /** Absent where no branch is checked out. */
  readonly branch?: string;
}

const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
/** A name that leads out of the folder of references is none. */
const REFERENCE = /^refs\/(?!.*(?:^|\/)\.{1,2}(?:\/|$))[^\s\p{Cc}]+$/u;
/** As much as such a file may hold. */
const MAX_BYTES = 64 * 1024;
const MAX_REFERENCES_BYTES = 16 * 1024 ** 2;

/** The repository that a folder lies in; undefined where it lies in none. */
export async function findRepository(folder: string): Promise<Repository | undefined> {
  for (let top = resolve(folder); ; top = dirname(top)) {
    const path = join(top, '.git');
    const stats = await lstat(path).catch(() => undefined);
    if (stats?.isDirectory() === true) return { top, gitFolder: path, commonFolder: path };
    if (stats?.isFile() === true) return linked(top, path);
    if (top === dirname(top)) return undefined;
  }
}

/** In another working tree, or a submodule, `.git` is a file that says where the folder is. */
async function linked(top: string, path: string): Promise<Repository | undefined> {
  const [, named] = /^gitdir: (.+)$/m.exec((await readGitText(path)) ?? '') ?? [];
  if (named === undefined) return undefined;
  const gitFolder = resolve(top, named.trim());
  const common = (await readGitText(join(gitFolder, 'commondir')))?.trim();
  return {
    top,
    gitFolder,
    commonFolder: common === undefined ? gitFolder : resolve(gitFolder, common),
    named: { git: named.trim(), common },
  };
}

/** Undefined where nothing was committed yet, or HEAD is none of git's. */
export async function readHead({ gitFolder, commonFolder }: Repository): Promise<Head | undefined> {
  const text = (await readGitText(join(gitFolder, 'HEAD')))?.trim() ?? '';
  if (COMMIT.test(text)) return { commit: text };
  const [, reference = ''] = /^ref: (.+)$/.exec(text) ?? [];
  if (!REFERENCE.test(reference)) return undefined;
  const commit =
    (await readGitText(join(gitFolder, reference)))?.trim() ??
    (await readGitText(join(commonFolder, reference)))?.trim() ??
    (await packed(commonFolder, reference));
  if (commit === undefined || !COMMIT.test(commit)) return undefined;
  return { commit, branch: reference.replace(/^refs\/heads\//, '') };
}

async function packed(commonFolder: string, reference: string): Promise<string | undefined> {
  const text = await readGitText(join(commonFolder, 'packed-refs'), MAX_REFERENCES_BYTES);
  return text
    ?.split('\n')
    .find((line) => line.endsWith(` ${reference}`))
    ?.split(' ')[0];
}

/** A small file of git's; undefined for what is none. A container may have put anything in its place. */
export async function readGitText(path: string, maxBytes = MAX_BYTES): Promise<string | undefined> {
  return readRegularFile(path, { maxBytes }).then(String, () => undefined);
}
