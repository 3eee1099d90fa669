import { describe, expect, test } from '@jest/globals';

import { formatCondaLock } from './write.ts';
import { importLock } from '../import-lock.ts';
import type { Lock } from '../lock.ts';

const MD5 = 'cd'.repeat(16);
const SHA256 = 'ab'.repeat(32);
const FORGE = 'https://conda.anaconda.org/conda-forge';

// As conda-lock 4 writes them, but for comments.
const TEXT = `version: 1
metadata:
  content_hash:
    linux-64: ${SHA256}
    osx-arm64: ${SHA256}
  channels:
  - url: conda-forge
    used_env_vars: []
  platforms:
  - linux-64
  - osx-arm64
  sources:
  - environment.yml
package:
- name: numpy
  version: 1.26.4
  manager: conda
  platform: linux-64
  dependencies:
    python: '>=3.11,<3.12.0a0'
    libzlib: ''
  url: ${FORGE}/linux-64/numpy-1.26.4-py311h64a7726_0.conda
  hash:
    md5: ${MD5}
    sha256: ${SHA256}
  category: main
  optional: false
- name: libzlib
  version: '1.30'
  manager: conda
  platform: linux-64
  dependencies: {}
  url: ${FORGE}/linux-64/libzlib-1.30-0.conda
  hash: {md5: ${MD5}}
  category: main
  optional: false
- name: python
  version: 3.11.9
  manager: conda
  platform: linux-64
  dependencies:
    pip: ''
  url: ${FORGE}/linux-64/python-3.11.9-0.conda
  hash: {md5: ${MD5}}
  category: main
  optional: false
- name: pip
  version: 24
  manager: conda
  platform: linux-64
  dependencies:
    python: ''
  url: ${FORGE}/noarch/pip-24-0.conda
  hash: {md5: ${MD5}}
  category: dev
  optional: true
- name: pip
  version: 24
  manager: conda
  platform: linux-64
  dependencies:
    python: ''
  url: ${FORGE}/noarch/pip-24-0.conda
  hash: {md5: ${MD5}}
  category: main
  optional: false
- name: pytest
  version: 8.0.0
  manager: conda
  platform: linux-64
  url: ${FORGE}/noarch/pytest-8.0.0-0.conda
  hash: {md5: ${MD5}}
  category: dev
  optional: true
- name: numpy
  version: 1.26.4
  manager: conda
  platform: osx-arm64
  url: ${FORGE}/osx-arm64/numpy-1.26.4-py311_0.conda
  hash: {md5: ${MD5}}
  category: main
  optional: false
- name: Requests
  version: 2.31.0
  manager: pip
  platform: linux-64
  dependencies:
    certifi: '>=2017.4.17'
  url: https://files.example/requests-2.31.0-py3-none-any.whl
  hash:
    sha256: ${SHA256}
  category: main
  optional: false
- name: certifi
  version: 2024.2.2
  manager: pip
  platform: linux-64
  dependencies: {}
  url: https://files.example/certifi-2024.2.2-py3-none-any.whl
  hash:
    sha256: ${SHA256}
  category: main
  optional: false
- name: tool
  version: 1.0
  manager: pip
  platform: linux-64
  dependencies: {}
  url: git+https://git.example/tool
  hash: {}
  source:
    type: url
    url: git+https://git.example/tool@0123abcd
  category: main
  optional: false
`;

test("conda-lock's packages for Linux are read, with what was probably asked for", async () => {
  const { platforms, content, notices } = await importLock(TEXT, 'conda-lock.yml');

  const { packages = [], pip } = platforms['linux-64'] ?? {};
  expect(Object.keys(platforms)).toEqual(['linux-64']);
  expect(packages.map(({ name, version, build }) => [name, version, build])).toEqual([
    ['numpy', '1.26.4', 'py311h64a7726_0'],
    ['libzlib', '1.30', '0'],
    ['python', '3.11.9', '0'],
    ['pip', '24', '0'],
  ]);
  expect(packages[0]).toMatchObject({
    md5: MD5,
    sha256: SHA256,
    depends: ['python >=3.11,<3.12.0a0', 'libzlib'],
  });
  expect(pip).toEqual([
    {
      name: 'Requests',
      version: '2.31.0',
      url: 'https://files.example/requests-2.31.0-py3-none-any.whl',
      sha256: SHA256,
    },
    {
      name: 'certifi',
      version: '2024.2.2',
      url: 'https://files.example/certifi-2024.2.2-py3-none-any.whl',
      sha256: SHA256,
    },
    { name: 'tool', version: '1.0', url: 'git+https://git.example/tool@0123abcd' },
  ]);
  expect(content).toEqual({
    channels: ['conda-forge'],
    dependencies: [
      'numpy=1.26.4',
      { pip: ['requests==2.31.0', 'tool @ git+https://git.example/tool@0123abcd'] },
    ],
  });
  expect(notices).toEqual(['left out what is for "osx-arm64"', 'left out the category "dev"']);
});

test.each([
  ['version: 2\npackage: []\n', '1:10: the file has another version of conda-lock.yml than 1'],
  ['a: 1\n', '1:1: this is neither an @EXPLICIT list nor a conda-lock.yml'],
  ['a: [', ':1:'],
  [TEXT.replace('version: 1.26.4', 'version: "1 2"'), '15:3: "1 2" is not a valid version'],
  [TEXT.replace('numpy-1.26.4', 'scipy-1.26.4'), 'has the address of "scipy" for linux-64'],
  [TEXT.replace('linux-64/numpy', 'linux-aarch64/numpy'), 'of "numpy" for linux-aarch64'],
  [
    TEXT.replace(`sha256: ${SHA256}\n  category`, 'sha256: abc\n  category'),
    '"numpy" has an invalid hash',
  ],
  [TEXT.replace('manager: conda', 'manager: brew'), 'has the manager "brew"'],
  [TEXT.replace('https://files.example/r', './r'), 'has no address that pip takes'],
  [TEXT.replace('- url: conda-forge', '- name: x'), '7:5: a channel has no url'],
])(
  'what is no conda-lock.yml of version 1 is refused with its line (%#)',
  async (text, message) => {
    await expect(importLock(text, 'conda-lock.yml')).rejects.toMatchObject({
      message: expect.stringContaining(message),
    });
  },
);

describe('for two platforms of Linux', () => {
  const common = { hash: { md5: MD5 }, manager: 'conda', category: 'main' };
  const item = (name: string, platform: string, needs: readonly string[] = [], version = '1') => ({
    ...{
      ...common,
      name,
      version,
      platform,
      url: `${FORGE}/${platform}/${name}-${version}-0.conda`,
    },
    dependencies: Object.fromEntries(needs.map((needed) => [needed, ''])),
  });
  const [X86, ARM] = ['linux-64', 'linux-aarch64'];
  const read = async (...packages: readonly object[]) => {
    const text = JSON.stringify({ version: 1, metadata: { channels: [] }, package: packages });
    return (await importLock(text, 'conda-lock.yml')).content.dependencies;
  };

  test('what only one of them has is not asked of the other', async () => {
    expect(
      await read(
        ...[item('_libgcc_mutex', X86), item('numpy', X86, ['mkl']), item('mkl', X86)],
        ...[item('numpy', ARM), item('sysroot_linux-aarch64', ARM)],
      ),
    ).toEqual(['numpy=1']);
  });

  test('what nothing needs on one of them is asked for, where both have it', async () => {
    expect(
      await read(
        ...[item('a', X86, ['b']), item('b', X86)],
        ...[item('a', ARM), item('b', ARM, [], '2')],
      ),
    ).toEqual(['a=1', 'b']);
  });
});

describe('a package of a repository', () => {
  const COMMIT = '0123456789abcdef0123456789abcdef01234567';
  const withTool = (url: string): string =>
    TEXT.replace('hash: {}', `hash: {sha256: ${COMMIT}}`).replaceAll(
      /git\+https:\/\/git\.example\/tool(?:@0123abcd)?/g,
      url,
    );

  test.each([
    ['git+https://git.example/tool', `git+https://git.example/tool@${COMMIT}`],
    ['git+https://git.example/tool@v1.2', `git+https://git.example/tool@${COMMIT}`],
    [
      `git+ssh://git@git.example/t/tool.git@main#egg=tool`,
      `git+ssh://git@git.example/t/tool.git@${COMMIT}#egg=tool`,
    ],
    [`git+https://git.example/tool@${COMMIT}`, `git+https://git.example/tool@${COMMIT}`],
  ])('that conda-lock has at %s is taken at its commit', async (url, taken) => {
    const { platforms } = await importLock(withTool(`"${url}"`), 'conda-lock.yml');
    const { pip } = platforms['linux-64'] ?? {};

    expect(pip).toContainEqual({ name: 'tool', version: '1.0', url: taken });
  });

  test('has no commit where it is an archive', async () => {
    await expect(importLock(withTool('https://git.example/a.zip'), 'l')).rejects.toMatchObject({
      message: expect.stringContaining('"tool" has an invalid hash'),
    });
  });
});

test('passwords and tokens are refused and not repeated', async () => {
  for (const text of [
    TEXT.replace('https://files', 'https://me:secret@files'),
    TEXT.replace(FORGE, 'https://x/t/secret/y'),
    TEXT.replace('- url: conda-forge', '- url: https://me:secret@x/y'),
  ]) {
    const error = await importLock(text, 'conda-lock.yml').catch((thrown: unknown) => thrown);

    expect((error as Error).message).toContain('a password or a token');
    expect((error as Error).message).not.toContain('secret');
  }
});

test('what is written is read back the same', async () => {
  const { platforms, content } = await importLock(TEXT, 'conda-lock.yml');
  const lock: Lock = { image: { reference: 'alpine' }, content, platforms };
  const text = formatCondaLock(lock, Object.keys(platforms));

  const again = await importLock(text, 'conda-lock.yml');

  const names = again.platforms['linux-64']?.packages.map(({ name }) => name);
  expect(names).toEqual(['libzlib', 'numpy', 'pip', 'python']);
  expect(formatCondaLock({ ...lock, platforms: again.platforms }, ['linux-64'])).toBe(text);
});

test('packages without an md5 are none to conda-lock', () => {
  const lock: Lock = {
    image: { reference: 'alpine' },
    content: {},
    platforms: {
      'linux-64': {
        virtualPackages: {},
        packages: [{ name: 'a', version: '1', build: '0', url: `${FORGE}/noarch/a-1-0.conda` }],
      },
    },
  };

  expect(() => formatCondaLock(lock, ['linux-64'])).toThrow('no md5 of "a"');
});
