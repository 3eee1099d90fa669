import { lstat, realpath } from 'node:fs/promises';
import { dirname, join, posix, resolve } from 'node:path';

import { isInside } from '../files/confined.ts';
import { ownUser } from '../files/own-user.ts';
import type { Repository } from './find-repository.ts';
import { findRepository, readGitText } from './find-repository.ts';

/** A file or folder of this machine, and where a container is to see it. */
export interface SeenFolder {
  readonly source: string;
  readonly target: string;
}

/**
 * What git needs of the repository that a folder belongs to and that lies outside of the folder: of another working
 * tree, a submodule, or a folder below the top. A `.git` file is believed where the folder that it names is this user's,
 * is a repository, and names the `.git` file in its turn: a project could name any folder.
 *
 * @param target - where a container sees the folder
 */
export async function outerGitFolders(
  folder: string,
  target: string,
): Promise<readonly SeenFolder[]> {
  try {
    const repository = await findRepository(folder);
    if (repository === undefined || !(await isOwnRepository(repository))) return [];
    const isTop = repository.top === resolve(folder);
    const top = isTop ? target : posix.dirname(target);
    const { named, gitFolder } = repository;
    const dotGit = { source: await realpath(join(repository.top, '.git')), target: `${top}/.git` };
    if (named === undefined) return isTop ? [] : [dotGit];
    const outer = await seenFolders(repository, posix.resolve(top, named.git));
    // One that lies in the folder is seen already.
    if (isInside(gitFolder, resolve(folder))) return [];
    return [...(isTop ? [] : [dotGit]), ...outer];
  } catch {
    return [];
  }
}

/** Where the container's `.git` file leads. */
async function seenFolders(
  { gitFolder, commonFolder, named }: Repository,
  seenGit: string,
): Promise<readonly SeenFolder[]> {
  const common = named?.common;
  const seenCommon = common === undefined ? seenGit : posix.resolve(seenGit, common);
  const folders = [{ source: await realpath(commonFolder), target: seenCommon }];
  return isInside(gitFolder, commonFolder)
    ? folders
    : [...folders, { source: await realpath(gitFolder), target: seenGit }];
}

async function isOwnRepository(repository: Repository): Promise<boolean> {
  const { top, gitFolder, commonFolder, named } = repository;
  const { uid } = ownUser();
  for (const folder of [top, gitFolder, commonFolder]) {
    const stats = await lstat(await realpath(folder));
    if (!stats.isDirectory() || (uid >= 0 && stats.uid !== uid)) return false;
  }
  for (const name of ['objects', 'refs']) {
    if (!(await lstat(join(commonFolder, name))).isDirectory()) return false;
  }
  return named === undefined || namesBack(repository);
}

/** Another working tree is named by the file `gitdir`, a submodule by its configuration. */
async function namesBack({ top, gitFolder, commonFolder }: Repository): Promise<boolean> {
  const git = await realpath(gitFolder);
  const common = await realpath(commonFolder);
  // Git keeps those of other working trees in the repository, so that no other can name it.
  if (git !== common && dirname(git) !== join(common, 'worktrees')) return false;
  const worktree = (await readGitText(join(gitFolder, 'gitdir')))?.trim();
  if (worktree !== undefined) {
    return (await realpath(dirname(resolve(gitFolder, worktree)))) === (await realpath(top));
  }
  const config = (await readGitText(join(gitFolder, 'config'))) ?? '';
  const [, submodule] = /^\s*worktree\s*=\s*(.+?)\s*$/m.exec(config) ?? [];
  if (submodule === undefined) return false;
  return (await realpath(resolve(gitFolder, submodule))) === (await realpath(top));
}
