import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, expect, test } from '@jest/globals';

import { temporaryDirectory } from '../../test/support/bed.ts';
import { isInside, realTarget } from './confined.ts';

let folder: string;
let project: string;

beforeEach(async () => {
  folder = await temporaryDirectory();
  project = join(folder, 'project');
  await mkdir(join(project, 'sub'), { recursive: true });
  await mkdir(join(folder, 'home/deep'), { recursive: true });
  await writeFile(join(folder, 'home/secret'), '');
});

test.each([
  ['.', true],
  ['sub', true],
  ['not/there/yet', true],
  ['..a', true],
  ['..', false],
  ['../projects', false],
  ['../home/secret', false],
])('without links, %s is inside: %s', (path, inside) => {
  expect(isInside(join(project, path), project)).toBe(inside);
});

test.each([
  ['a link to a file', '../home/secret', 'link', 'home/secret'],
  ['a link to nothing yet', '../home/new', 'link', 'home/new'],
  ['a folder above', '../home', 'link/a/b', 'home/a/b'],
  ['a way back out of a link', 'sub/../../home', 'link/x', 'home/x'],
  ['a link to the inside', 'sub', 'link/x', 'project/sub/x'],
])('%s leads where the system would go', async (_what, text, path, target) => {
  await symlink(text, join(project, 'link'));

  expect(realTarget(join(project, path))).toBe(join(folder, target));
});

test('a step up behind a link is one from where the link leads', async () => {
  await symlink('../home/deep', join(project, 'out'));
  await symlink('out/../secret', join(project, 'link'));

  expect(realTarget(join(project, 'link'))).toBe(join(folder, 'home/secret'));
  expect(isInside(join(project, 'link'), project)).toBe(false);
});

test('links in a circle are an error of the system', async () => {
  await symlink('b', join(project, 'a'));
  await symlink('a', join(project, 'b'));

  expect(() => realTarget(join(project, 'a/x'))).toThrow('ELOOP');
});
