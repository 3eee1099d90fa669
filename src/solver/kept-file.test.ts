import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { expect, test } from '@jest/globals';

import { temporaryDirectory } from '../../test/support/bed.ts';
import type { About } from './kept-file.ts';
import { KeptFiles } from './kept-file.ts';

const URL = 'https://c.example/noarch/repodata.json';

test('what is kept is found again, and a newer answer begins where the older one did', async () => {
  const kept = new KeptFiles(join(await temporaryDirectory(), 'channels'));
  const keep = (about: About, text: string) => kept.keep(URL, about, Readable.from([text]));

  const old = await keep({ status: 200 }, 'old');
  expect(await kept.find(URL)).toEqual(old);
  const about = { status: 200, etag: '"0123456789"', lastModified: 'today' } as const;
  expect(await keep(about, 'new')).toEqual({ ...old, about });
  expect((await readFile(old.path)).subarray(old.offset).toString()).toBe('new');
});

test('an answer without content is kept, and another address is not there', async () => {
  const kept = new KeptFiles(await temporaryDirectory());

  await kept.keep(URL, { status: 404 }, undefined);
  expect(await kept.find(URL)).toMatchObject({ about: { status: 404 } });
  expect(await kept.find(`${URL}.zst`)).toBeUndefined();
});
