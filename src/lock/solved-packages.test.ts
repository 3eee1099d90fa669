import { expect, test } from '@jest/globals';

import { lockedSpecification } from './locked-specification.ts';
import { parseSolvedPackages } from './solved-packages.ts';

const CHANNEL = 'file:///opt/test-channel/noarch';

/** What conda 24.7 printed for `many=1 left`, with fewer keys. */
const OF_CONDA = `{
  "actions": {
    "FETCH": [
      {
        "arch": null,
        "build": "0",
        "channel": "${CHANNEL}",
        "depends": [
          "right >=1"
        ],
        "fn": "left-1.0-0.tar.bz2",
        "md5": "56e8694cead4ed580c69a45f6940c28a",
        "name": "left",
        "sha256": "a769e3657b909f8f8372c58d2002ee987d55f5e3cd400230de8f63beb3f10361",
        "url": "${CHANNEL}/left-1.0-0.tar.bz2",
        "version": "1.0"
      },
      {
        "arch": null,
        "build": "0",
        "channel": "${CHANNEL}",
        "depends": [],
        "fn": "many-1.1-0.tar.bz2",
        "md5": "72d259b8ed8cf94d5e12d9e3b42e4258",
        "name": "many",
        "sha256": "c1077a3773f5276808437a874eab54e205a5b66e864098fcfd5864309e65aefb",
        "url": "${CHANNEL}/many-1.1-0.tar.bz2",
        "version": "1.1"
      },
      {
        "arch": null,
        "build": "0",
        "channel": "${CHANNEL}",
        "depends": [
          "left >=1"
        ],
        "fn": "right-1.0-0.tar.bz2",
        "md5": "dfd0da4c15f196198b3943d07da7829c",
        "name": "right",
        "sha256": "96a593fc9e559f21be1a9d7253e300275ff0e1c99e104e75c64a4bcaf5110249",
        "url": "${CHANNEL}/right-1.0-0.tar.bz2",
        "version": "1.0"
      }
    ],
    "LINK": [
      {
        "base_url": "file:///opt/test-channel",
        "build_string": "0",
        "channel": "test-channel",
        "dist_name": "many-1.1-0",
        "name": "many",
        "platform": "noarch",
        "version": "1.1"
      },
      {
        "base_url": "file:///opt/test-channel",
        "build_string": "0",
        "channel": "test-channel",
        "dist_name": "left-1.0-0",
        "name": "left",
        "platform": "noarch",
        "version": "1.0"
      },
      {
        "base_url": "file:///opt/test-channel",
        "build_string": "0",
        "channel": "test-channel",
        "dist_name": "right-1.0-0",
        "name": "right",
        "platform": "noarch",
        "version": "1.0"
      }
    ],
    "PREFIX": "/tmp/x"
  },
  "dry_run": true,
  "prefix": "/tmp/x",
  "success": true
}
`;

/** What mamba and micromamba print of a package, in FETCH and LINK alike. */
const OF_MAMBA = {
  build: 'conda_forge',
  build_number: 0,
  build_string: 'conda_forge',
  channel: 'https://conda.anaconda.org/conda-forge/linux-64',
  constrains: null,
  depends: null,
  fn: '_libgcc_mutex-0.1-conda_forge.tar.bz2',
  license: 'None',
  md5: 'd7c89558ba9fa0495403155b64376d81',
  name: '_libgcc_mutex',
  sha256: 'fe51de6107f9edc7aa4f786a70f4a883943bc9d39b3bb7307c04c41410990726',
  size: 2562,
  subdir: 'linux-64',
  timestamp: 1578324546,
  track_features: '',
  url: 'https://conda.anaconda.org/conda-forge/linux-64/_libgcc_mutex-0.1-conda_forge.tar.bz2',
  version: '0.1',
};

const printed = (...packages: readonly object[]): string =>
  JSON.stringify(
    { actions: { FETCH: packages, LINK: packages }, dry_run: true, success: true },
    undefined,
    4,
  );

test('what conda would install has addresses, checksums and dependencies, in the order of installation', () => {
  const packages = parseSolvedPackages(OF_CONDA);

  expect(packages.map(({ name }) => name)).toEqual(['many', 'left', 'right']);
  expect(packages[1]).toEqual({
    name: 'left',
    version: '1.0',
    build: '0',
    url: `${CHANNEL}/left-1.0-0.tar.bz2`,
    sha256: 'a769e3657b909f8f8372c58d2002ee987d55f5e3cd400230de8f63beb3f10361',
    md5: '56e8694cead4ed580c69a45f6940c28a',
    depends: ['right >=1'],
  });
  expect(lockedSpecification({ packages }, {}).split('\n').slice(0, 2)).toEqual([
    'submarine-lock 1',
    `conda 96a593fc9e559f21be1a9d7253e300275ff0e1c99e104e75c64a4bcaf5110249 ${CHANNEL}/right-1.0-0.tar.bz2#dfd0da4c15f196198b3943d07da7829c`,
  ]);
});

test('what is printed around the JSON is read over', () => {
  const text = `Warning: {x}\n{ "fetch": \n${OF_CONDA}{"finished": true}\nDryRunExit: }\n`;

  expect(parseSolvedPackages(text)).toEqual(parseSolvedPackages(OF_CONDA));
  expect(parseSolvedPackages(OF_CONDA.replaceAll('\n', '\r\n'))).toHaveLength(3);
});

test('mamba tells of a package all in one place, and null for no dependencies', () => {
  const { name, version, build, url, sha256, md5 } = OF_MAMBA;

  expect(parseSolvedPackages(printed(OF_MAMBA))).toEqual([
    { name, version, build, url, sha256, md5, depends: [] },
  ]);
});

test.each([
  'https://ann:secret@repo.example/team/noarch/a-1-0.conda',
  'https://ann:sec@ret@repo.example/team/noarch/a-1-0.conda',
  'https://repo.example/t/tk-12-34/team/noarch/a-1-0.conda',
  'https://repo.example/t/<TOKEN>/team/noarch/a-1-0.conda',
  'https://*****@repo.example/t/*****/team/noarch/a-1-0.conda',
])('no login of %s is kept', (url) => {
  const item = { name: 'a', version: '1', build: '0', url, md5: '', sha256: null };

  expect(parseSolvedPackages(printed(item))).toEqual([
    {
      name: 'a',
      version: '1',
      build: '0',
      url: 'https://repo.example/team/noarch/a-1-0.conda',
      checksum: 'none',
    },
  ]);
});

test('nothing to install is an empty list', () => {
  const text = '{\n  "actions": {\n    "FETCH": [],\n    "PREFIX": "/tmp/x"\n  }\n}\n';

  expect(parseSolvedPackages(text)).toEqual([]);
});

test.each([
  [
    '{"error": "PackagesNotFoundError: no nonono\\n", "exception_name": "PackagesNotFoundError"}',
    'the dependencies cannot be solved: "PackagesNotFoundError: no nonono"',
  ],
  [
    '{"solver_problems": ["nothing provides requested nonono"], "success": false}',
    'the dependencies cannot be solved: "nothing provides requested nonono"',
  ],
  [
    '{"error": "UnavailableInvalidChannel: <https://ann:se@cret@h.example/t/tk-1/x>\\n"}',
    'the dependencies cannot be solved: "UnavailableInvalidChannel: <https://h.example/x>"',
  ],
  [
    'x https://ann:secret@h.example/x and http://h.example/t/tk-1',
    'conda printed no list of packages but "x https://h.example/x and http://h.example"',
  ],
  ['', 'conda printed no list of packages but ""'],
  ['usage: conda', 'conda printed no list of packages but "usage: conda"'],
  ['{"success": true}', 'conda printed no list of packages but "{\\"success\\": true}"'],
  [
    '{"actions": {"LINK": [3]}}',
    'conda printed no list of packages but "{\\"actions\\": {\\"LINK\\": [3]}}"',
  ],
  [
    '{"actions": {"FETCH": [], "LINK": [{"name": "hello", "dist_name": "hello-1.0-0"}]}}',
    'the package "hello" cannot be installed from a list: its name, version, build or address is missing',
  ],
  [
    '{"actions": {"LINK": [{"name": "a", "version": "1", "build": "0", "url": "https://x.example/osx-64/a-1-0.conda"}]}}',
    'the package "a" cannot be installed from a list: "a-1-0.conda" is for "osx-64"',
  ],
])('%s is refused', (text, message) => {
  expect(() => parseSolvedPackages(text)).toThrow(
    expect.objectContaining({ kind: 'invalid', message }),
  );
});
