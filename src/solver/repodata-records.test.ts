import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { temporaryDirectory } from '../../test/support/bed.ts';
import { readRecords } from './repodata-records.ts';

const REPODATA = {
  info: { subdir: 'linux-64', base_url: 'https://packages.example/{x}', list: [1, { a: 2 }] },
  packages: {
    'a-1-0.tar.bz2': { name: 'a', text: 'braces } ] , { in "quotes" \\', depends: ['b', 'c'] },
    'b-1-0.tar.bz2': { name: 'b', nested: { 'a-1-0.tar.bz2': [] } },
  },
  'packages.conda': { 'a-2-0.conda': { name: 'a', license: 'ü €' }, 'c-1-0.conda': { name: 'c' } },
  removed: ['a-0-0.tar.bz2', 'x:y'],
  repodata_version: 1,
};

test.each([
  ['one line', JSON.stringify(REPODATA)],
  ['many lines', JSON.stringify(REPODATA, undefined, 2)],
  ['a megabyte of others in front', JSON.stringify(withMany(REPODATA))],
])('the wanted packages are found in a list of %s', async (_, text) => {
  const path = join(await temporaryDirectory(), 'repodata.json');
  await writeFile(path, `before${text}`);

  const found = await readRecords({ name: 'repodata.json', path, offset: 6 }, (name) =>
    name.startsWith('a-'),
  );

  expect(found).toEqual({
    info: REPODATA.info,
    packages: { 'a-1-0.tar.bz2': REPODATA.packages['a-1-0.tar.bz2'] },
    'packages.conda': { 'a-2-0.conda': REPODATA['packages.conda']['a-2-0.conda'] },
    repodata_version: 1,
  });
});

function withMany(repodata: typeof REPODATA) {
  const many = Array.from({ length: 20_000 }, (_, index) => [
    `many-${index}-0.tar.bz2`,
    { name: 'many', depends: ['€'.repeat(40)] },
  ]);
  return { ...repodata, packages: { ...Object.fromEntries(many), ...repodata.packages } };
}

test.each([
  ['a page', '<html>'],
  ['a list', '[]'],
  ['nothing', ''],
  ['a beginning', JSON.stringify(REPODATA).slice(0, -20)],
])('%s is no list', async (_, text) => {
  const path = join(await temporaryDirectory(), 'repodata.json');
  await writeFile(path, text);

  await expect(readRecords({ name: 'repodata.json', path, offset: 0 }, () => true)).rejects.toThrow(
    SyntaxError,
  );
});
