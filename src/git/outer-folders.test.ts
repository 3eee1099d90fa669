import { execFileSync } from 'node:child_process';
import { chown, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { temporaryDirectory } from '../../test/support/bed.ts';
import { outerGitFolders } from './outer-folders.ts';

let parent: string;
let folder: string;

beforeEach(async () => {
  parent = await temporaryDirectory();
  folder = await makeRepository('project');
});

async function makeRepository(name: string): Promise<string> {
  const path = join(parent, name);
  await mkdir(join(path, 'sub/deep'), { recursive: true });
  await writeFile(join(path, 'sub/deep/file'), '1');
  git(path, 'init', '--quiet');
  git(path, 'add', '.');
  git(path, 'commit', '--quiet', '--message=first');
  return path;
}

function git(cwd: string, ...words: readonly string[]): string {
  const own = [
    '-c',
    'user.name=me',
    '-c',
    'user.email=me@example',
    '-c',
    'protocol.file.allow=always',
  ];
  return execFileSync('git', [...own, ...words], { cwd, encoding: 'utf8' }).trim();
}

describe('what git needs outside of a folder is', () => {
  test('nothing, where the folder is the top of its repository, or of none', async () => {
    expect(await outerGitFolders(folder, '/code/project')).toEqual([]);
    expect(await outerGitFolders(parent, '/code/x')).toEqual([]);
  });

  test('the repository, of a folder below the top', async () => {
    expect(await outerGitFolders(join(folder, 'sub'), '/code/sub')).toEqual([
      { source: join(folder, '.git'), target: '/code/.git' },
    ]);
  });

  test('the repository at its own place, of a further working tree and a folder in it', async () => {
    git(folder, 'worktree', 'add', '--quiet', '../tree');
    const repository = { source: join(folder, '.git'), target: join(folder, '.git') };
    const tree = join(parent, 'tree');

    expect(await outerGitFolders(tree, '/code/tree')).toEqual([repository]);
    expect(await outerGitFolders(join(tree, 'sub'), '/code/sub')).toEqual([
      { source: join(tree, '.git'), target: '/code/.git' },
      repository,
    ]);
  });

  test('its part of the repository around it, of a submodule', async () => {
    await makeRepository('library');
    git(folder, 'submodule', '--quiet', 'add', '../library');

    expect(await outerGitFolders(join(folder, 'library'), '/code/library')).toEqual([
      { source: join(folder, '.git/modules/library'), target: '/code/.git/modules/library' },
    ]);
  });
});

describe('a .git file is not believed', () => {
  test.each([
    ['a folder of the user that is no repository', 'secrets'],
    ['another repository of the user', 'other/.git'],
  ])('that names %s', async (_, named) => {
    await makeRepository('other');
    await mkdir(join(parent, 'secrets'));
    await writeFile(join(parent, 'secrets/gitdir'), join(parent, 'evil/.git'));
    await mkdir(join(parent, 'evil'));
    await writeFile(join(parent, 'evil/.git'), `gitdir: ../${named}\n`);

    expect(await outerGitFolders(join(parent, 'evil'), '/code/evil')).toEqual([]);
  });

  test('that names a part of the project, which names another repository as its common folder', async () => {
    await makeRepository('other');
    await mkdir(join(parent, 'evil/fake'), { recursive: true });
    await writeFile(join(parent, 'evil/.git'), 'gitdir: fake\n');
    await writeFile(join(parent, 'evil/fake/gitdir'), join(parent, 'evil/.git'));
    await writeFile(join(parent, 'evil/fake/commondir'), '../../other/.git\n');
    await mkdir(join(parent, 'evil/sub'));

    expect(await outerGitFolders(join(parent, 'evil'), '/code/evil')).toEqual([]);
    expect(await outerGitFolders(join(parent, 'evil/sub'), '/code/sub')).toEqual([]);
  });

  test('that is a link, or lies with another user’s repository', async () => {
    await mkdir(join(parent, 'linked/sub'), { recursive: true });
    await symlink(join(folder, '.git'), join(parent, 'linked/.git'));
    expect(await outerGitFolders(join(parent, 'linked/sub'), '/code/sub')).toEqual([]);

    if (process.getuid?.() !== 0) return;
    await chown(join(folder, '.git'), 12_345, 12_345);
    expect(await outerGitFolders(join(folder, 'sub'), '/code/sub')).toEqual([]);
  });
});
