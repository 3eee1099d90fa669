import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { createSelection } from './selection.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'submarine-selection-'));
});

afterEach(() => rm(folder, { recursive: true }));

test('what was selected is found until it is cleared', async () => {
  const selection = createSelection(join(folder, 'state'));

  expect(await selection.find()).toBeUndefined();
  await selection.select('abc');
  expect(await selection.find()).toBe('abc');
  await selection.clear();
  expect(await selection.find()).toBeUndefined();
  await selection.clear();
});

test('a store that is named has a selection of its own', async () => {
  const state = join(folder, 'state');
  const [own, team, other] = [undefined, '/team.yaml', '/other.yaml'].map((store) =>
    createSelection(state, store),
  );
  await own?.select('mine');
  await team?.select('ours');

  expect(await own?.find()).toBe('mine');
  expect(await team?.find()).toBe('ours');
  expect(await other?.find()).toBeUndefined();
  await team?.clear();
  expect(await own?.find()).toBe('mine');
});

test('it is written for the user alone, and nothing is left beside it', async () => {
  await createSelection(join(folder, 'state')).select('abc');

  expect((await stat(join(folder, 'state'))).mode & 0o777).toBe(0o700);
  expect((await stat(join(folder, 'state/selected'))).mode & 0o777).toBe(0o600);
  expect(await readdir(join(folder, 'state'))).toEqual(['selected']);
});

test('a state folder that cannot be made is said, with exit code 73', async () => {
  await writeFile(join(folder, 'state'), '');

  await expect(createSelection(join(folder, 'state')).select('abc')).rejects.toMatchObject({
    kind: 'cannot-write',
  });
});
