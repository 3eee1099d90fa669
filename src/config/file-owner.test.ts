import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, expect, test } from '@jest/globals';

import { temporaryDirectory } from '../../test/support/bed.ts';
import { whyForeign } from './file-owner.ts';

const USER = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await temporaryDirectory();
  path = join(folder, '.submarinerc');
});

test.each(['.submarinerc', 'file/.submarinerc', 'folder/.submarinerc'])(
  'what was there a moment ago, %s, is no file',
  async (name) => {
    await writeFile(join(folder, 'file'), '');

    expect(whyForeign({ folder, path: join(folder, name) }, USER)).toBe('gone');
  },
);

test.each([
  ['to itself', '.submarinerc', 'a link in a circle'],
  ['to nothing', 'not-there', 'a link to nothing'],
  ['through a file', 'file/x', 'a link to nothing'],
])('a link %s is an error that names it', async (_what, target, kind) => {
  await writeFile(join(folder, 'file'), '');
  await symlink(target, path);

  expect(() => whyForeign({ folder, path }, USER)).toThrow(`"${path}" is ${kind}`);
});

test('as many links are followed as the system follows', async () => {
  await writeFile(join(folder, '0'), '');
  for (let link = 1; link <= 41; link += 1)
    await symlink(String(link - 1), join(folder, `${link}`));
  const judge = (name: string) => whyForeign({ folder, path: join(folder, name) }, USER);

  expect(judge('40')).toBeUndefined();
  expect(() => judge('41')).toThrow('a link in a circle');
});

test('a broken link that others can put there is passed by, as anything of theirs', async () => {
  const open = join(folder, 'open');
  await mkdir(open);
  await chmod(open, 0o777);
  await symlink('circle', join(open, 'circle'));
  await symlink('not-there', join(open, 'nothing'));

  for (const name of ['circle', 'nothing']) {
    expect(whyForeign({ folder: open, path: join(open, name) }, USER)).toEqual({
      why: `anyone can write to "${open}"`,
    });
  }
});

test('what cannot be looked at counts as that of others', async () => {
  await symlink('x'.repeat(300), path);

  expect(whyForeign({ folder, path }, USER)).toEqual({
    why: `"${path}" cannot be looked at (ENAMETOOLONG)`,
  });
});
