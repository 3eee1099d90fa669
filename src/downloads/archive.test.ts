import { expect, test } from '@jest/globals';

import type { Archive } from './archive.ts';
import { planArchives } from './archive.ts';

const SHA = 'a'.repeat(64);
const MD5 = 'b'.repeat(32);

const archive = (url: string, more: Partial<Archive> = {}): Archive => ({
  url,
  kind: 'conda',
  ...more,
});

test.each([
  ['https://h.example/noarch/a-1-0.conda', 'a-1-0.conda'],
  ['https://h.example/x/a-1%2Bcpu-0.tar.bz2?part=/1#sha256=2', 'a-1+cpu-0.tar.bz2'],
  ['http://h.example:80/a.whl', 'a.whl'],
])('%s is kept as %s', (url, name) => {
  expect(planArchives([archive(url)])).toMatchObject([{ name, url }]);
});

test.each([
  'https://h.example',
  'https://h.example/',
  'https://h.example/x/?a/b.conda',
  'https://h.example/x/..',
  'https://h.example/x/%2e%2e',
  'https://h.example/x/.',
  'https://h.example/x/a%2Fb.conda',
  'https://h.example/x/a%00.conda',
  'https://h.example/x/a%0a.conda',
  'https://h.example/x/%zz.conda',
])('%s names no file', (url) => {
  expect(() => planArchives([archive(url)])).toThrow(
    expect.objectContaining({
      kind: 'invalid',
      message: `the address "${url}" does not end in the name of a file`,
    }),
  );
});

test('what lies in the image is left out, and what is served otherwise is refused without its login', () => {
  expect(planArchives([archive('file:///opt/channel/noarch/a-1-0.conda')])).toEqual([]);
  expect(() => planArchives([archive('s3://ann:secret@bucket/t/tk-1/x/a-1-0.conda')])).toThrow(
    expect.objectContaining({
      message:
        'cannot download "s3://bucket/x/a-1-0.conda": archives are fetched from http:// and https:// only',
    }),
  );
});

test('an archive is known by its sha256, else by its md5, in small letters', () => {
  const url = 'https://h.example/a-1-0.conda';

  expect(planArchives([archive(url, { sha256: SHA.toUpperCase(), md5: MD5 })])).toMatchObject([
    { checksum: { algorithm: 'sha256', digest: SHA } },
  ]);
  expect(planArchives([archive(url, { md5: MD5 })])).toMatchObject([
    { checksum: { algorithm: 'md5', digest: MD5 } },
  ]);
  expect(() => planArchives([archive(url, { sha256: '../../etc' })])).toThrow(
    '"../../etc" is not the sha256 of "a-1-0.conda"',
  );
});

test('one file is fetched once, and two files of one name are refused', () => {
  const one = 'https://h.example/x/a-1-0.conda';
  const other = 'https://h.example/y/a-1-0.conda';

  expect(planArchives([archive(one), archive(one)])).toHaveLength(1);
  expect(
    planArchives([archive(one, { sha256: SHA }), archive(other, { sha256: SHA })]),
  ).toHaveLength(1);
  expect(planArchives([archive(one), archive(other, { kind: 'pip' })])).toHaveLength(2);
  for (const more of [{}, { sha256: 'c'.repeat(64) }]) {
    expect(() => planArchives([archive(one, { sha256: SHA }), archive(other, more)])).toThrow(
      `two archives are called "a-1-0.conda": "${one}" and "${other}"`,
    );
  }
});
