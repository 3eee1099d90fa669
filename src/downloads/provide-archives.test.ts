import { mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { digestOf, serve } from '../../test/support/archive-server.ts';
import { temporaryDirectory } from '../../test/support/bed.ts';
import type { Archive } from './archive.ts';
import type { DownloadOptions, DownloadProgress } from './provide-archives.ts';
import { provideArchives } from './provide-archives.ts';

const BYTES = Buffer.from('the bytes of an archive');
const SHA = digestOf(BYTES);
const NAME = 'a-1-0.conda';

const givesBytes: Parameters<typeof serve>[0] = (_, response) => void response.end(BYTES);

async function newPlaces() {
  const cache = await temporaryDirectory();
  return { store: join(cache, 'archives'), folder: join(cache, 'builds/linux-64-1') };
}

const options = (more: Partial<DownloadOptions> = {}): DownloadOptions => ({
  env: {},
  home: '/nowhere',
  offline: false,
  ...more,
});

const modeOf = async (path: string): Promise<string> =>
  ((await stat(path)).mode & 0o777).toString(8);

test.each([0o022, 0o077])(
  'with the umask %i archives are kept for the user alone, and given to a build for anybody to read',
  async (umask) => {
    const { url, requests } = await serve(givesBytes);
    const places = await newPlaces();
    const archives: Archive[] = [
      { url: `${url}/noarch/${NAME}`, sha256: SHA, kind: 'conda' },
      { url: `${url}/b-1.whl`, md5: digestOf(BYTES, 'md5'), kind: 'pip' },
      { url: `${url}/c-1.whl`, kind: 'pip' },
      { url: 'file:///opt/channel/noarch/d-1-0.conda', kind: 'conda' },
    ];
    const before = process.umask(umask);
    try {
      await provideArchives(archives, places, options());
    } finally {
      process.umask(before);
    }

    expect(await readdir(places.store, { recursive: true })).toEqual(
      expect.arrayContaining([SHA, `${SHA}/${NAME}`, `md5-${digestOf(BYTES, 'md5')}/b-1.whl`]),
    );
    expect(await readdir(places.store)).toHaveLength(2);
    expect(await readdir(join(places.folder, 'conda'))).toEqual([NAME]);
    expect(await readdir(join(places.folder, 'pip'))).toEqual(['b-1.whl', 'c-1.whl']);
    const given = ['conda/a-1-0.conda', 'pip/b-1.whl', 'pip/c-1.whl'];
    for (const path of given.map((name) => join(places.folder, name))) {
      expect(await readFile(path)).toEqual(BYTES);
      expect(await modeOf(path)).toBe('644');
    }
    expect(await modeOf(places.store)).toBe('700');
    expect(await modeOf(join(places.folder, 'conda'))).toBe('755');
    expect(await modeOf(places.folder)).toBe('755');
    expect(requests).toHaveLength(3);
  },
);

test('what the store has is given to another build without asking, as the same file', async () => {
  const { url, requests } = await serve(givesBytes);
  const { store, folder } = await newPlaces();
  const archives: Archive[] = [{ url: `${url}/${NAME}`, sha256: SHA, kind: 'conda' }];
  await provideArchives(archives, { store, folder }, options());

  const other = `${folder}-other`;
  await provideArchives(archives, { store, folder: other }, options({ offline: true }));
  // Again, into a folder that a build has left.
  await provideArchives(archives, { store, folder: other }, options({ offline: true }));

  expect(requests).toHaveLength(1);
  const { ino, nlink } = await stat(join(other, 'conda', NAME));
  expect(ino).toBe((await stat(join(store, SHA, NAME))).ino);
  expect(nlink).toBe(3);
  expect(await readdir(join(other, 'conda'))).toEqual([NAME]);
});

test('on another file system archives are copied', async () => {
  const { url } = await serve(givesBytes);
  const { store } = await newPlaces();
  const folder = join('/dev/shm', `submarine-test-${process.pid}`);
  try {
    await provideArchives(
      [{ url: `${url}/${NAME}`, sha256: SHA, kind: 'conda' }],
      { store, folder },
      options(),
    );

    expect(await readFile(join(folder, 'conda', NAME))).toEqual(BYTES);
    expect(await modeOf(join(folder, 'conda', NAME))).toBe('644');
    expect((await stat(join(store, SHA, NAME))).nlink).toBe(1);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test.each<[string, (path: string) => Promise<void>]>([
  ['other bytes', (path) => writeFile(path, 'others')],
  ['fewer bytes', (path) => writeFile(path, BYTES.subarray(1))],
  [
    'a link',
    async (path) => {
      await rm(path);
      await symlink('/etc/hostname', path);
    },
  ],
])('an archive in the store that became %s is fetched again', async (_, change) => {
  const { url, requests } = await serve(givesBytes);
  const { store, folder } = await newPlaces();
  const archives: Archive[] = [{ url: `${url}/${NAME}`, sha256: SHA, kind: 'conda' }];
  await provideArchives(archives, { store, folder }, options());
  const stored = join(store, SHA, NAME);
  await change(stored);

  await provideArchives(archives, { store, folder: `${folder}-other` }, options());

  expect(requests).toHaveLength(2);
  expect(await readFile(join(`${folder}-other`, 'conda', NAME))).toEqual(BYTES);
  expect(await readFile(stored)).toEqual(BYTES);
});

test('offline, what is missing is named, and nothing is asked', async () => {
  const { url, requests } = await serve(givesBytes);
  const places = await newPlaces();
  const archives = [1, 2, 3, 4, 5, 6, 7].map((number): Archive => ({
    url: `${url}/a-${number}-0.conda`,
    sha256: SHA,
    kind: 'conda',
  }));

  await expect(provideArchives(archives, places, options({ offline: true }))).rejects.toMatchObject(
    {
      kind: 'invalid',
      code: 'not-downloaded',
      message:
        'packages are missing that no build has downloaded yet, and it is offline: "a-1-0.conda", "a-2-0.conda", "a-3-0.conda", "a-4-0.conda", "a-5-0.conda" and 2 more',
    },
  );
  expect(requests).toEqual([]);
});

test('two at once leave one whole archive and nothing beside it', async () => {
  const big = Buffer.alloc(3_000_000, 'x');
  const { url } = await serve((_, response) => void response.end(big));
  const { store, folder } = await newPlaces();
  const archives = [1, 2, 3].map((number): Archive => ({
    url: `${url}/${number}.conda`,
    sha256: digestOf(big),
    kind: 'conda',
  }));

  await Promise.all(
    [1, 2, 3, 4].map((build) =>
      provideArchives(
        archives,
        { store, folder: build < 3 ? folder : `${folder}-${build}` },
        options(),
      ),
    ),
  );

  expect(await readdir(join(store, digestOf(big)))).toEqual(['1.conda', '2.conda', '3.conda']);
  for (const place of [folder, `${folder}-3`, `${folder}-4`]) {
    expect(await readdir(join(place, 'conda'))).toEqual(['1.conda', '2.conda', '3.conda']);
    expect(digestOf(await readFile(join(place, 'conda/2.conda')))).toBe(digestOf(big));
  }
});

test('no more than six are fetched at once, and what has come is told', async () => {
  let [running, most] = [0, 0];
  const { url } = await serve((_, response) => {
    running += 1;
    most = Math.max(most, running);
    setTimeout(() => {
      running -= 1;
      response.end(BYTES);
    }, 20);
  });
  const archives = Array.from({ length: 20 }, (_, index): Archive => ({
    url: `${url}/${index}.whl`,
    sha256: SHA,
    kind: 'pip',
  }));
  const told: DownloadProgress[] = [];

  await provideArchives(
    archives,
    await newPlaces(),
    options({ progress: (done) => void told.push(done) }),
  );

  expect(most).toBe(6);
  expect(told.at(-1)).toEqual({ files: 20, of: 20, bytes: 20 * BYTES.length });
  expect(told.map(({ files }) => files)).toEqual(
    told.map(({ files }) => files).toSorted((a, b) => a - b),
  );
});

test('what a process left that was killed is removed when its archive is fetched again', async () => {
  const { url } = await serve(givesBytes);
  const { store, folder } = await newPlaces();
  await mkdir(join(store, SHA), { recursive: true });
  const [old, recent] = ['.0123456789ab.part', '.ba9876543210.part'];
  await writeFile(join(store, SHA, old), 'x');
  await writeFile(join(store, SHA, recent), 'x');
  await utimes(join(store, SHA, old), 1, 1);

  await provideArchives(
    [{ url: `${url}/${NAME}`, sha256: SHA, kind: 'conda' }],
    { store, folder },
    options(),
  );

  expect(await readdir(join(store, SHA))).toEqual([recent, NAME]);
});

test('a store that is cleared meanwhile is begun anew', async () => {
  const { store, folder } = await newPlaces();
  const { url, requests } = await serve((_, response) => {
    response.write(BYTES.subarray(0, 3));
    const cleared = requests.length > 1 ? Promise.resolve() : rm(store, { recursive: true });
    void cleared.then(() => response.end(BYTES.subarray(3)));
  });

  await provideArchives(
    [{ url: `${url}/${NAME}`, sha256: SHA, kind: 'conda' }],
    { store, folder },
    options(),
  );

  expect(await readFile(join(folder, 'conda', NAME))).toEqual(BYTES);
  expect(await readFile(join(store, SHA, NAME))).toEqual(BYTES);
});

test('a place that cannot be written is told with its path', async () => {
  const { url } = await serve(givesBytes);
  const { store, folder } = await newPlaces();
  const archives: Archive[] = [{ url: `${url}/${NAME}`, sha256: SHA, kind: 'conda' }];
  await writeFile(store, '');
  await expect(provideArchives(archives, { store, folder }, options())).rejects.toMatchObject({
    kind: 'cannot-write',
    code: 'downloads-not-writable',
    message: `cannot keep downloads in "${store}": a part of its path is not a folder`,
  });

  await rm(store);
  await mkdir(join(store, SHA, NAME), { recursive: true });
  await expect(provideArchives(archives, { store, folder }, options())).rejects.toMatchObject({
    kind: 'cannot-write',
    message: `cannot keep downloads in "${join(store, SHA, NAME)}": it is a folder`,
  });
});
