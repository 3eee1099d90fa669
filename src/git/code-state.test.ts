import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { temporaryDirectory } from '../../test/support/bed.ts';
import { readCodeState } from './code-state.ts';

let folder: string;
/** Made by whatever a repository has git run. */
let marker: string;

beforeEach(async () => {
  const parent = await temporaryDirectory();
  folder = join(parent, 'project');
  marker = join(parent, 'it-ran');
  await mkdir(folder);
  git('init', '--quiet', '--initial-branch=main');
  await writeFile(join(folder, 'train.py'), 'print(1)\n');
  git('add', '.');
  git('commit', '--quiet', '--message=first');
});

function git(...words: readonly string[]): string {
  const own = ['-c', 'user.name=me', '-c', 'user.email=me@example'];
  return execFileSync('git', [...own, ...words], { cwd: folder, encoding: 'utf8' }).trim();
}

function read(where = folder, withDiff = true) {
  return readCodeState(where, { env: { PATH: process.env['PATH'] }, withDiff });
}

test('a folder as it was committed is clean', async () => {
  expect(await read()).toEqual({
    ...{ commit: git('rev-parse', 'HEAD'), branch: 'main', dirty: false },
  });
});

test('what was changed is told, and shown where that is asked for', async () => {
  await writeFile(join(folder, 'train.py'), 'print(2)\n');

  expect(await read()).toMatchObject({
    dirty: true,
    diff: expect.stringContaining('-print(1)\n+print(2)\n'),
  });
  expect(await read(folder, false)).not.toHaveProperty('diff');
});

test('a file that is in no commit makes it dirty, unless it is ignored', async () => {
  await writeFile(join(folder, '.gitignore'), 'out/\n');
  git('add', '.gitignore');
  git('commit', '--quiet', '--message=ignore');
  await mkdir(join(folder, 'out'));
  await writeFile(join(folder, 'out/result'), '1');
  expect(await read()).toMatchObject({ dirty: false });

  await writeFile(join(folder, 'new.py'), 'print(3)\n');
  expect(await read()).toMatchObject({
    dirty: true,
    diff: expect.stringMatching(/new file mode 100644\n[^]*\+print\(3\)\n/),
  });
});

test('the patterns of the repository alone, and those of the user, are heeded', async () => {
  const home = join(folder, '..', 'home');
  await mkdir(join(home, '.config/git'), { recursive: true });
  for (const name of ['mine', 'ours', 'named']) await writeFile(join(folder, name), '1');
  const env = { PATH: process.env['PATH'], HOME: home };
  const isDirty = async () => (await readCodeState(folder, { env, withDiff: false }))?.dirty;

  await writeFile(join(folder, '.git/info/exclude'), 'ours\n');
  await writeFile(join(home, '.config/git/ignore'), 'mine\n');
  expect(await isDirty()).toBe(true);
  await rm(join(folder, 'named'));
  expect(await isDirty()).toBe(false);

  await writeFile(join(folder, 'named'), '1');
  await writeFile(join(home, '.gitconfig'), '[core]\nexcludesFile = ~/a "b" \\\\ file\n');
  await writeFile(join(home, 'a b \\ file'), 'named\nmine\n');
  expect(await isDirty()).toBe(false);
});

describe('what differs has a digest', () => {
  const digest = async (options: { readonly except?: readonly string[] } = {}) => {
    const env = { PATH: process.env['PATH'] };
    return (await readCodeState(folder, { env, withDiff: false, ...options }))?.changes;
  };

  test('of new files and those that are no text, too, and is the same for the same', async () => {
    await writeFile(join(folder, 'new.bin'), Buffer.from([0, 1, 2]));
    const before = await digest();
    expect(before).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await digest()).toBe(before);

    await writeFile(join(folder, 'new.bin'), Buffer.from([0, 1, 3]));
    expect(await digest()).not.toBe(before);
  });

  test('of what lies behind the diff that is kept', async () => {
    await writeFile(join(folder, 'train.py'), 'x = 1\n'.repeat(400_000));
    const before = await digest();
    await writeFile(join(folder, 'train.py'), `${'x = 1\n'.repeat(400_000)}y = 2\n`);
    expect(await digest()).not.toBe(before);
  });

  test('but for folders that are left out', async () => {
    await mkdir(join(folder, 'out*'));
    await writeFile(join(folder, 'out*/result'), '1');
    const except = [join(folder, 'out*'), join(folder, '..', 'other')];
    expect(await read()).toMatchObject({ dirty: true });
    expect(await digest({ except })).toBeUndefined();

    await writeFile(join(folder, 'outer'), '1');
    expect(await digest({ except })).toBeDefined();
  });

  test('unless there is too much in new files', async () => {
    await truncate(await newFile('large'), 65 * 1024 ** 2);
    expect(await read()).toMatchObject({ dirty: true, diff: '' });
    expect(await digest()).toBeUndefined();
  });

  async function newFile(name: string): Promise<string> {
    await writeFile(join(folder, name), '');
    return join(folder, name);
  }
});

test('a repository is not written to', async () => {
  const files = async () => (await readdir(join(folder, '.git'), { recursive: true })).toSorted();
  const before = await files();
  await writeFile(join(folder, 'new.py'), 'print(3)\n');
  await read();

  expect(await files()).toEqual(before);
});

test('of a diff that is larger, 1 MiB is kept, and it is told', async () => {
  await writeFile(join(folder, 'train.py'), 'x = 1\n'.repeat(400_000));

  const state = await read();

  expect(state?.isDiffCut).toBe(true);
  expect(Buffer.byteLength(state?.diff ?? '')).toBeLessThanOrEqual(1024 ** 2);
});

test('a sub-folder is told of by itself', async () => {
  await mkdir(join(folder, 'deep'));
  await writeFile(join(folder, 'deep/a.py'), '1\n');
  git('add', '.');
  git('commit', '--quiet', '--message=deep');
  await writeFile(join(folder, 'train.py'), 'changed\n');
  expect(await read(join(folder, 'deep'))).toMatchObject({ dirty: false });

  await writeFile(join(folder, 'deep/a.py'), '2\n');
  expect((await read(join(folder, 'deep')))?.diff).toContain('+++ b/a.py\n');
});

test('another working tree, packed references and a commit without a branch are understood', async () => {
  const tree = join(folder, '..', 'tree');
  git('worktree', 'add', '--quiet', '-b', 'other', tree);
  git('pack-refs', '--all');
  expect(await read(tree)).toMatchObject({ branch: 'other', dirty: false });

  git('checkout', '--quiet', '--detach');
  expect(await read()).toEqual({ commit: git('rev-parse', 'HEAD'), dirty: false });
});

test('there is nothing to tell of a folder in no repository, or one without a commit', async () => {
  const alone = join(await temporaryDirectory(), 'alone');
  await mkdir(alone);
  expect(await read(alone)).toBeUndefined();

  execFileSync('git', ['init', '--quiet', alone]);
  expect(await read(alone)).toBeUndefined();
});

test('without git, or where it cannot read the objects, nothing is told', async () => {
  expect(
    await readCodeState(folder, { env: { PATH: '/nowhere' }, withDiff: true }),
  ).toBeUndefined();

  await rm(join(folder, '.git/objects'), { recursive: true });
  expect(await read()).toBeUndefined();
});

describe('what a container has planted in a repository does not run:', () => {
  const plant: Readonly<Record<string, () => Promise<void>>> = {
    'a filter': async () => {
      await writeFile(join(folder, '.gitattributes'), '* filter=evil\n');
      git('config', 'filter.evil.clean', `touch ${marker}; cat`);
      git('config', 'filter.evil.process', `touch ${marker}`);
    },
    'a file system monitor': async () => void git('config', 'core.fsmonitor', `touch ${marker}`),
    'a textconv': async () => {
      await writeFile(join(folder, '.gitattributes'), '* diff=evil\n');
      git('config', 'diff.evil.textconv', `touch ${marker}; cat`);
      git('config', 'diff.evil.command', `touch ${marker}; cat`);
    },
    'an external diff': async () => void git('config', 'diff.external', `touch ${marker}`),
    'a hook': async () => {
      for (const name of ['post-index-change', 'fsmonitor-watchman', 'pre-commit']) {
        const hook = join(folder, '.git/hooks', name);
        await writeFile(hook, `#!/bin/sh\ntouch ${marker}\n`);
        await chmod(hook, 0o755);
      }
    },
    'a pager': async () => void git('config', 'core.pager', `touch ${marker}; cat`),
    'a file to include': async () => {
      await writeFile(join(folder, '.git/more'), `[core]\nfsmonitor = touch ${marker}\n`);
      git('config', 'include.path', 'more');
    },
    'a remote to fetch what is missing from': async () => {
      git('config', 'remote.origin.url', `ext::sh -c "touch ${marker}"`);
      git('config', 'remote.origin.promisor', 'true');
      git('config', 'extensions.partialClone', 'origin');
      git('config', 'protocol.ext.allow', 'always');
      await rm(join(folder, '.git/objects', git('rev-parse', 'HEAD^{tree}').slice(0, 2)), {
        recursive: true,
      });
    },
  };

  test.each(Object.entries(plant))('%s', async (_what, make) => {
    await make();
    await writeFile(join(folder, 'train.py'), 'print(2)\n');

    await read();

    expect(existsSync(marker)).toBe(false);
  });

  test('a name for HEAD that leads out of the repository', async () => {
    await writeFile(join(folder, '.git/HEAD'), 'ref: refs/../../../secret\n');
    await writeFile(join(folder, '..', 'secret'), `${'a'.repeat(40)}\n`);

    expect(await read()).toBeUndefined();
  });

  test('a FIFO in the place of what is read', async () => {
    for (const name of ['HEAD', 'index', 'packed-refs']) {
      await rm(join(folder, '.git', name), { force: true });
      execFileSync('mkfifo', [join(folder, '.git', name)]);
    }

    expect(await read()).toBeUndefined();
  });
});

test('nothing of it is left behind', async () => {
  const ours = async () =>
    (await readdir(tmpdir())).filter((name) => name.startsWith('submarine-git-'));
  const before = await ours();

  await read();

  expect(await ours()).toEqual(before);
});
