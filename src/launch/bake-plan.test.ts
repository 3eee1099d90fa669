import { describe, expect, test } from '@jest/globals';

import type { Environment } from '../environment/environment.ts';
import { InvalidDataError } from '../errors.ts';
import { kernelDigest } from '../kernel/kernel-digest.ts';
import { CONTRACT } from './bootstrap.ts';
import type { BakedPackages } from './bake-plan.ts';
import { planBake } from './bake-plan.ts';
import type { ImageFacts, LaunchFacts } from './launch-request.ts';

const ENVIRONMENT: Environment = {
  name: 'abc',
  'docker-image': 'registry.example/ml/cuda:12.4',
  kernel: { name: 'team', channels: ['conda-forge'], dependencies: ['numpy'] },
};
const SPECIFICATION = '{"channels":["conda-forge"],"dependencies":["numpy"]}';
const DIGEST = kernelDigest(SPECIFICATION);
const PREFIX = `/opt/submarine/kernels/${DIGEST.slice(0, 32)}`;
const IMAGE: ImageFacts = {
  id: 'sha256:1',
  entrypoint: ['tini', '--'],
  command: ['jupyter', 'lab "now"'],
  platform: 'linux/amd64',
  digests: [],
  labels: {},
};
const FACTS: LaunchFacts = {
  env: {},
  imageName: 'registry.example/ml/cuda:12.4',
  locked: undefined,
  image: IMAGE,
  engine: { id: 'e', remote: false, mapsUsers: false, memoryBytes: 8 * 1024 ** 3 },
  withheldLogins: [],
  settingsFiles: {},
  caller: { uid: 1000, gid: 1000 },
  callerName: 'me',
  cacheFolder: '/home/me/.cache/submarine',
  hostFolder: '/home/me/.cache/submarine-host',
  runFolder: '/home/me/.cache/submarine-host/runs/r1',
  home: undefined,
  bootstrapPath: '/lib/submarine-bootstrap.sh',
  runId: 'r1',
};

const PACKAGES: BakedPackages = {
  list: 'submarine-lock 1\nconda - https://c/a-1-0.conda#0\n',
  steps: ['conda', 'finish'],
  archives: { folder: '/cache/builds/bake-r1', files: ['conda/a-1-0.conda'] },
};

function bake(facts: Partial<LaunchFacts> = {}, environment = ENVIRONMENT, packages = PACKAGES) {
  return planBake(environment, { ...FACTS, ...facts }, packages, {
    tag: 'demo:1',
    extras: {},
    watched: false,
  });
}

function linesOf(...args: Parameters<typeof bake>) {
  return bake(...args).dockerfile.split('\n');
}

test('the kernel is built in a stage of its own, and copied from there with its name', () => {
  expect(linesOf().slice(0, -1)).toEqual([
    'FROM registry.example/ml/cuda:12.4 AS submarine-bake-r1',
    'LABEL submarine.bake=r1',
    'USER 0:0',
    `ENV SUBMARINE_BAKE=1 SUBMARINE_DIGEST=${DIGEST} SUBMARINE_PREFIX=${PREFIX}`,
    'ENV SUBMARINE_BUILD=r1 SUBMARINE_INSTALL="conda finish"',
    'ENV SUBMARINE_IMAGE=sha256:1',
    'COPY build /submarine-bake/',
    'RUN ["/bin/sh","/submarine-bake/submarine-bake.sh","team"]',
    '',
    'FROM registry.example/ml/cuda:12.4',
    `COPY --from=submarine-bake-r1 ${PREFIX} ${PREFIX}`,
    'COPY --from=submarine-bake-r1 /opt/submarine/envs /opt/submarine/envs',
    'COPY build/submarine-bootstrap.sh /submarine-bootstrap.sh',
    'ENTRYPOINT ["/submarine-bootstrap.sh"]',
    'CMD ["jupyter","lab \\"now\\""]',
    expect.stringMatching(/^LABEL /),
  ]);
});

test('what an image of ours starts stays as it is', () => {
  const entrypoint = ['tini', '--', '/submarine-bootstrap.sh'];

  expect(bake({ image: { ...IMAGE, entrypoint } }).dockerfile).not.toMatch(/^(ENTRYPOINT|CMD)/m);
});

test('the list of packages lies in files, each short enough for a variable, beside the archives', () => {
  const list = `submarine-lock 1\n${'conda - https://c/a-1-0.conda#0\n'.repeat(4000)}`;
  const { files } = bake({}, ENVIRONMENT, { ...PACKAGES, list });
  const pieces = files.flatMap(({ path, content }) =>
    path.startsWith('build/specification-') && 'text' in content ? [content.text] : [],
  );

  expect(pieces.length).toBeGreaterThan(1);
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(100_000);
  expect(pieces.join('')).toBe(list);
  expect(files).toContainEqual({
    path: 'build/archives/conda/a-1-0.conda',
    content: { source: '/cache/builds/bake-r1/conda/a-1-0.conda' },
  });
});

describe('what a build may use to reach others', () => {
  const env = { https_proxy: 'http://me:secret@proxy:3128', PIP_INDEX_URL: 'https://secret@pypi/' };
  const settingsFiles = { CONDARC: '/home/me/.condarc', SSL_CERT_FILE: '/etc/ca.pem' };

  test('is nothing where all is installed from archives', () => {
    const { variables, files } = bake({ env, settingsFiles });

    expect(variables).toEqual([]);
    expect(files.map(({ path }) => path)).not.toContainEqual(expect.stringContaining('files/'));
  });

  test('is what is not secret where something is built from its source', () => {
    const packages = { ...PACKAGES, steps: ['conda', 'sources', 'finish'] as const };
    const build = bake({ env, settingsFiles }, ENVIRONMENT, packages);

    expect(JSON.stringify(build)).not.toContain('secret');
    expect(build.variables).toEqual([
      { name: 'SUBMARINE_BUILD_https_proxy', value: 'http://proxy:3128' },
      { name: 'SUBMARINE_BUILD_PIP_INDEX_URL', value: 'https://pypi/' },
    ]);
    expect(build.dockerfile).toContain('\nARG SUBMARINE_BUILD_PIP_INDEX_URL\n');
    expect(build.files.filter(({ path }) => path.startsWith('build/files/'))).toEqual([
      { path: 'build/files/SSL_CERT_FILE/ca.pem', content: { source: '/etc/ca.pem' } },
    ]);
  });
});

test("the kernel's variables lie in the image", () => {
  const kernel = { ...ENVIRONMENT.kernel, name: 'team', variables: { A: "it's" } };
  const { dockerfile, files } = bake({}, { ...ENVIRONMENT, kernel });

  expect(dockerfile).toContain(`COPY variables ${PREFIX}/conda-meta/submarine-variables\n`);
  expect(files).toContainEqual({
    path: 'variables',
    content: { text: "export A='it'\\''s'\n" },
  });
});

describe('the labels', () => {
  test('say what the image holds and what it stands on', () => {
    const digests = ['other/cuda@sha256:1', `registry.example/ml/cuda@sha256:${'a'.repeat(64)}`];
    const [line = ''] = linesOf({ image: { ...IMAGE, digests } }).slice(-2);

    expect(line.split(' ')).toEqual([
      'LABEL',
      'submarine.env="abc"',
      'submarine.kernel="team"',
      `submarine.digest="${DIGEST}"`,
      `submarine.baked="${DIGEST}"`,
      `submarine.specification="${DIGEST}"`,
      'org.opencontainers.image.base.name="registry.example/ml/cuda:12.4"',
      `org.opencontainers.image.base.digest="sha256:${'a'.repeat(64)}"`,
      `submarine.bootstrap="${CONTRACT}"`,
    ]);
  });

  test("forget what the image below says of its own base, and stand a kernel's odd name", () => {
    const labels = { 'org.opencontainers.image.base.digest': 'sha256:old' };
    const kernel = { ...ENVIRONMENT.kernel, name: String.raw`a$b"c\d` };
    const text = bake({ image: { ...IMAGE, labels } }, { ...ENVIRONMENT, kernel }).dockerfile;

    expect(text).toContain('org.opencontainers.image.base.digest=""');
    expect(text).toContain(String.raw`submarine.kernel="a\$b\"c\\d"`);
  });
});

test.each([
  [undefined, 'list dependencies'],
  [{ name: 'held' }, 'its image holds the kernel "held" already'],
])('with the kernel %j there is nothing to bake', (kernel, hint) => {
  const { kernel: _, ...plain } = ENVIRONMENT;
  const environment = kernel === undefined ? plain : { ...plain, kernel };

  expect(() => bake({}, environment)).toThrow(InvalidDataError);
  expect(() => bake({}, environment)).toThrow(
    expect.objectContaining({ remedy: expect.stringContaining(hint) }),
  );
});
