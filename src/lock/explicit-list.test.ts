import { expect, test } from '@jest/globals';

import { formatExplicitList, parseExplicitList } from './explicit-list.ts';
import { importLock } from './import-lock.ts';

const MD5 = 'cd'.repeat(16);
const SHA256 = 'ab'.repeat(32);
const FORGE = 'https://conda.anaconda.org/conda-forge';

test('a list that conda printed is read with its order, platform, channels and hashes', async () => {
  const text = `# This file may be used to create an environment using:
# $ conda create --name <env> --file <this file>
# platform: linux-64
@EXPLICIT
${FORGE}/noarch/tzdata-2024a-h0c530f3_0.conda#${MD5}
https://repo.anaconda.com/pkgs/main/linux-64/python-3.11.9-h955ad1f_0.conda#sha256:${SHA256}
https://repo.example/t/<TOKEN>/team/linux-64/my-own_tool-1!2.0+a.1-0.tar.bz2#sha256=${SHA256}
${FORGE}/linux-64/zlib-1.3-1.conda
`.replaceAll('\n', '\r\n');

  const { platforms, content, notices } = await importLock(text, 'list.txt');

  expect(notices).toEqual([]);
  expect(Object.keys(platforms)).toEqual(['linux-64']);
  expect(platforms['linux-64']).toEqual({
    virtualPackages: {},
    packages: [
      {
        name: 'tzdata',
        version: '2024a',
        build: 'h0c530f3_0',
        url: `${FORGE}/noarch/tzdata-2024a-h0c530f3_0.conda`,
        md5: MD5,
      },
      {
        name: 'python',
        version: '3.11.9',
        build: 'h955ad1f_0',
        url: 'https://repo.anaconda.com/pkgs/main/linux-64/python-3.11.9-h955ad1f_0.conda',
        sha256: SHA256,
      },
      {
        name: 'my-own_tool',
        version: '1!2.0+a.1',
        build: '0',
        url: 'https://repo.example/team/linux-64/my-own_tool-1!2.0+a.1-0.tar.bz2',
        sha256: SHA256,
      },
      { name: 'zlib', version: '1.3', build: '1', url: `${FORGE}/linux-64/zlib-1.3-1.conda` },
    ],
  });
  expect(content).toEqual({
    channels: ['conda-forge', 'pkgs/main', 'https://repo.example/team'],
    dependencies: [
      'tzdata=2024a=h0c530f3_0',
      'python=3.11.9=h955ad1f_0',
      'my-own_tool=1!2.0+a.1=0',
      'zlib=1.3=1',
    ],
  });
});

test.each([
  ['# platform: linux-aarch64\n@EXPLICIT', 'linux-aarch64'],
  ['@EXPLICIT', 'linux-64'],
])(
  'a list of packages for any machine has the platform that its comment names',
  async (head, platform) => {
    const { platforms } = await importLock(`${head}\n${FORGE}/noarch/a-1-0.conda`, 'list.txt');

    expect(Object.keys(platforms)).toEqual([platform]);
  },
);

test('every line that a lock cannot hold is told at once, and no secret is repeated', async () => {
  const text = [
    '@EXPLICIT',
    `${FORGE}/linux-64/a-1-0.conda#${MD5}`,
    `${FORGE}/linux-aarch64/b-1-0.conda`,
    `${FORGE}/linux-64/a-2-0.conda`,
    `${FORGE}/osx-arm64/c-1-0.conda`,
    `${FORGE}/linux-64/d.conda`,
    '/home/me/e-1-0.conda',
    'https://me:secret@repo.example/linux-64/f-1-0.conda',
    'https://repo.example/t/secret/x/linux-64/g-1-0.conda',
    `${FORGE}/linux-64/h-1-0.conda#1234`,
    `${FORGE}/linux-64/i-1-0.conda?x=1`,
    'numpy=1.26',
  ].join('\n');

  const error = await importLock(text, 'list.txt').catch((thrown: unknown) => thrown);

  const { message } = error as Error;
  expect(message).not.toContain('secret');
  expect(message.split('\n')).toEqual([
    'list.txt:3:1: the package "b" is for linux-aarch64, and those above for linux-64: give a list of one platform',
    'list.txt:4:1: the package "a" is here a second time: keep one of the two',
    'list.txt:5:1: "c-1-0.conda" is for "osx-arm64": kernels are for linux-64, linux-aarch64, linux-ppc64le, linux-s390x, linux-riscv64',
    expect.stringContaining(
      'list.txt:6:1: "https://conda.anaconda.org/conda-forge/linux-64/d.conda" is no address',
    ),
    expect.stringContaining(
      'list.txt:7:1: "/home/me/e-1-0.conda" is no address of a conda package',
    ),
    expect.stringContaining(
      'list.txt:8:1: the address holds a password or a token, and profiles are shared: leave it out',
    ),
    expect.stringContaining('list.txt:9:1: the address holds a password or a token'),
    'list.txt:10:1: "1234" is neither an md5 nor a sha256: write the md5 behind #, or the sha256 behind #sha256:',
    expect.stringContaining('list.txt:11:1: '),
    expect.stringContaining('list.txt:12:1: "numpy=1.26" is no address of a conda package'),
  ]);
});

test('a list is written in the order of installation, and names what is left out', () => {
  const python = {
    name: 'python',
    version: '3.11',
    build: '0',
    url: `${FORGE}/linux-64/python-3.11-0.conda`,
    md5: MD5,
    depends: ['zlib'],
  };
  const zlib = { ...python, name: 'zlib', url: `${FORGE}/linux-64/zlib-1-0.conda`, depends: [] };
  const { md5: _md5, ...withoutMd5 } = zlib;
  const pip = [{ name: 'Requests', version: '2.31.0', url: 'https://x/r.whl', sha256: SHA256 }];
  const platform = { virtualPackages: {}, packages: [python, withoutMd5], pip };

  expect(formatExplicitList('linux-64', platform)).toBe(
    `# platform: linux-64
# left out, since the list is of conda packages alone: requests==2.31.0 of pip
@EXPLICIT
${FORGE}/linux-64/zlib-1-0.conda
${FORGE}/linux-64/python-3.11-0.conda#${MD5}
`,
  );
  expect(formatExplicitList('linux-64', { ...platform, pip: 'open' })).toContain(
    '# left out, since the list is of conda packages alone: what pip installs\n@EXPLICIT\n',
  );
});

test('a comment tells which packages never had a checksum, and is read back', async () => {
  const conda = (name: string) => ({
    ...{ name, version: '1', build: '0', url: `${FORGE}/noarch/${name}-1-0.conda` },
  });
  const packages = [{ ...conda('never'), checksum: 'none' as const }, conda('lost')];

  const text = formatExplicitList('linux-64', { virtualPackages: {}, packages });
  const { platforms } = await importLock(text.replaceAll('\n', '\r\n'), 'list.txt');

  expect(text).toContain('\n# no checksum: never\n');
  expect(platforms['linux-64']?.packages).toEqual(packages);
});

test('a list that was written is read back', async () => {
  const { platforms } = await importLock(
    `@EXPLICIT\n${FORGE}/linux-64/b-1-0.conda#${MD5}\n${FORGE}/noarch/a-1-0.conda#${MD5}\n`,
    'list.txt',
  );
  const platform = platforms['linux-64'];
  if (platform === undefined) throw new Error('no linux-64');

  const again = await importLock(formatExplicitList('linux-64', platform), 'list.txt');

  expect(again.platforms).toEqual(platforms);
});

test('a list for another system is said once, with a count', () => {
  const text = Array.from(
    { length: 247 },
    (_, index) => `https://conda.anaconda.org/conda-forge/osx-64/a${index}-1-0.conda\n`,
  ).join('');

  expect(() => parseExplicitList(`@EXPLICIT\n${text}`, 'list.txt')).toThrow(
    'list.txt:2:1: "a0-1-0.conda" is for "osx-64", and so are 246 more: kernels are for linux-64',
  );
});
