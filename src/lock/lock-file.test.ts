import { expect, test } from '@jest/globals';

import { InvalidFileError } from '../errors.ts';
import { parseLock, serializeLock } from './lock-file.ts';
import type { Lock, LockedPackage } from './lock.ts';

const SHA256 = 'ab'.repeat(32);
const MD5 = 'cd'.repeat(16);
const SOURCE = '/data/environments.yaml.lock/demo.yaml';

const NUMPY: LockedPackage = {
  name: 'numpy',
  version: '1.26.4',
  build: 'py311h64a7726_0',
  url: 'https://conda.anaconda.org/conda-forge/linux-64/numpy-1.26.4-py311h64a7726_0.conda',
  sha256: SHA256,
  md5: MD5,
  depends: ['python >=3.11,<3.12.0a0'],
};
const PYTHON: LockedPackage = {
  name: 'python',
  version: '3.11.9',
  build: 'hb806964_0_cpython',
  url: 'https://conda.anaconda.org/conda-forge/linux-64/python-3.11.9-hb806964_0_cpython.conda',
  sha256: SHA256,
  depends: [],
};
const LOCK: Lock = {
  image: { reference: 'registry.example/ml/cuda:12.4', digest: `sha256:${SHA256}` },
  content: {
    channels: ['conda-forge'],
    dependencies: ['python=3.11', { pip: ['requests'] }, 'numpy=1.26'],
  },
  platforms: {
    'linux-aarch64': { virtualPackages: {}, packages: [], pip: 'open' },
    'linux-64': {
      virtualPackages: { __unix: '0', __archspec: '1=x86_64', __glibc: '2.36' },
      packages: [PYTHON, NUMPY],
      pip: [
        {
          name: 'Zope.Interface',
          version: '6.0',
          url: 'git+https://git.example/zope@0123abcd#subdirectory=a',
        },
        {
          name: 'requests',
          version: '2.31.0',
          url: 'https://files.example/requests-2.31.0-py3-none-any.whl',
          sha256: SHA256,
        },
      ],
    },
  },
};

const TEXT = `# The exact packages of this environment, written by: submarine env lock
version: 1
digest: 346c6209f3c1f13aef9d0838403b9e989dc53b57b32bc5e59e8c4d4c3d175dd8
image: {"reference": "registry.example/ml/cuda:12.4", "digest": "sha256:${SHA256}"}
channels: ["conda-forge"]
dependencies:
  - "numpy=1.26"
  - "python=3.11"
  - {"pip": ["requests"]}
platforms:
  linux-64:
    virtual-packages: {"__archspec": "1=x86_64", "__glibc": "2.36", "__unix": "0"}
    packages:
      - {"name": "numpy", "version": "1.26.4", "build": "py311h64a7726_0", "url": "https://conda.anaconda.org/conda-forge/linux-64/numpy-1.26.4-py311h64a7726_0.conda", "sha256": "${SHA256}", "md5": "${MD5}", "depends": ["python >=3.11,<3.12.0a0"]}
      - {"name": "python", "version": "3.11.9", "build": "hb806964_0_cpython", "url": "https://conda.anaconda.org/conda-forge/linux-64/python-3.11.9-hb806964_0_cpython.conda", "sha256": "${SHA256}", "depends": []}
    pip:
      - {"name": "requests", "version": "2.31.0", "url": "https://files.example/requests-2.31.0-py3-none-any.whl", "sha256": "${SHA256}"}
      - {"name": "zope-interface", "version": "6.0", "url": "git+https://git.example/zope@0123abcd#subdirectory=a"}
  linux-aarch64:
    virtual-packages: {}
    packages: []
    pip: open
`;

test('a lock is written line by line, sorted, whatever the order of its parts', () => {
  expect(serializeLock(LOCK)).toBe(TEXT);
});

test('what is written is read back, and written again has the same bytes', async () => {
  const lock = await parseLock(TEXT, SOURCE);

  expect(lock.platforms['linux-64']?.packages).toEqual([NUMPY, PYTHON]);
  expect(lock.platforms['linux-aarch64']?.pip).toBe('open');
  expect(lock.content.dependencies).toEqual(['numpy=1.26', 'python=3.11', { pip: ['requests'] }]);
  expect(serializeLock(lock)).toBe(TEXT);
});

test('an environment without a kernel to build has no platforms', async () => {
  const text = serializeLock({ image: { reference: 'alpine' }, content: {}, platforms: {} });

  expect(text).toContain('channels: []\ndependencies: []\nplatforms: {}\n');
  expect(await parseLock(text, SOURCE)).toEqual({
    image: { reference: 'alpine' },
    content: { channels: [], dependencies: [] },
    platforms: {},
  });
});

test('packages that tell no dependencies keep the order of their list', () => {
  const bare = (item: LockedPackage): LockedPackage => {
    const { name, version, build, url } = item;
    return { name, version, build, url };
  };
  const platform = { virtualPackages: {}, packages: [bare(PYTHON), bare(NUMPY)] };

  const text = serializeLock({ ...LOCK, platforms: { 'linux-64': platform } });

  expect(text.indexOf('"python"')).toBeLessThan(text.indexOf('"numpy"'));
});

test('a package that never had a checksum says so, and is read back by its line and as YAML', async () => {
  const { sha256: _sha256, md5: _md5, ...bare } = NUMPY;
  const packages = [{ ...bare, checksum: 'none' as const }];
  const pip = [
    { name: 'a', version: '1', url: 'https://files.example/a.whl', checksum: 'none' as const },
  ];
  const platforms = { 'linux-64': { virtualPackages: {}, packages, pip } };

  const text = serializeLock({ ...LOCK, platforms });

  expect(text).toContain('_0.conda", "checksum": "none", "depends": [');
  expect(text).toContain('/a.whl", "checksum": "none"}\n');
  for (const form of [text, text.replace('    pip:', '    # on top\n    pip:')]) {
    expect((await parseLock(form, SOURCE)).platforms).toEqual(platforms);
  }
  await expect(parseLock(text.replace('"none"', '"nine"'), SOURCE)).rejects.toThrow(
    '"nine" is not the word none',
  );
});

test('a lock that somebody laid out anew is read as YAML', async () => {
  const text = TEXT.replace('    packages: []', '    # none yet\n    packages:\n      []').replace(
    'channels: ["conda-forge"]',
    "channels:\n- 'conda-forge'",
  );

  expect(serializeLock(await parseLock(text, SOURCE))).toBe(TEXT);
});

test.each([
  [
    TEXT.replace('version: 1', 'version: 2'),
    '2:10: the lock has version "2": a newer submarine wrote it: update it, or lock the environment again',
  ],
  [
    TEXT.replace('"numpy=1.26"', '"numpy=2.0"'),
    '3:9: the digest is not that of the channels and dependencies: lock the environment again',
  ],
  [
    TEXT.replace(`"sha256": "${SHA256}", "md5"`, '"sha256": "abc", "md5"'),
    '14:179: "abc" is not a sha256 of 64 hexadecimal digits: lock the environment again',
  ],
  [TEXT.replace('"md5"', '"md6"'), '14:247: no lock has the key "md6": lock the environment again'],
  [
    TEXT.replace('"build": "hb806964_0_cpython", ', ''),
    '15:9: the key build is missing: lock the environment again',
  ],
  [
    TEXT.replace('numpy-1.26.4-', String.raw`numpy\nconda - file:///x-`),
    String.raw`is not an address`,
  ],
  [TEXT.replace('"requests"]', String.raw`"a\nconda - file:///x"]`), 'is not one line'],
  [`${TEXT}<<<<<<< HEAD\n`, ':23:1: '],
  [
    TEXT.replace(/^.*"name": "python".*\n/m, '$&$&'),
    ':16:9: the package "python" is here a second time: lock the environment again',
  ],
  [
    TEXT.replace(`"sha256": "${SHA256}"`, `"sha256": "${'0'.repeat(64)}", $&`),
    '14:247: the key "sha256" is here a second time',
  ],
  [
    TEXT.replace('"md5": ', '"checksum": "none", "md5": '),
    'checksum is none here, beside a checksum',
  ],
  [
    TEXT.replace(', "sha256": ', ', "checksum": "none", "sha256": '),
    'checksum is none here, beside a checksum',
  ],
  [TEXT.replace('image: {', 'image: {"reference": "evil", '), '4:30: the key '],
  ['', 'the lock is empty here, which it cannot be: lock the environment again'],
  ['- a', ':1:1: the lock is a list here'],
])('what is no lock is refused with its line (%#)', async (text, message) => {
  const refused = parseLock(text, SOURCE);

  await expect(refused).rejects.toBeInstanceOf(InvalidFileError);
  await expect(refused).rejects.toMatchObject({ message: expect.stringContaining(message) });
});

test('300 packages are read in less than 5 ms', async () => {
  const packages = Array.from({ length: 300 }, (_, index) => ({ ...NUMPY, name: `p${index}` }));
  const text = serializeLock({
    ...LOCK,
    platforms: { 'linux-64': { virtualPackages: {}, packages } },
  });
  const times: number[] = [];
  for (let round = 0; round < 20; round += 1) {
    const before = performance.now();
    await parseLock(text, SOURCE);
    times.push(performance.now() - before);
  }

  expect(Math.min(...times)).toBeLessThan(5);
});
