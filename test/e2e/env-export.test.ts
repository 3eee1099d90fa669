import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, beforeEach, expect, test } from '@jest/globals';

import type { Lock, LockedPackage, LockedRequirement } from '../../src/lock/lock.ts';
import { imageTag } from '../../tools/image-recipes.js';
import { ensureImages } from '../../tools/images.js';
import { dockerOutput, images, TEST_CHANNEL } from '../support/bed.ts';
import { packagesOf, writeLock } from '../support/stored-lock.ts';
import type { User } from '../support/submarine.ts';
import { newUser } from '../support/submarine.ts';

const COMMIT = '0123456789'.repeat(4);

const CONDA_LOCK = imageTag('condaLock');
const SHA256 = 'ab'.repeat(32);
const FILES = [
  ...['python-3.11.2-0_image.conda', 'pip-26.3-0.conda'],
  ...['hello-1.0-0.tar.bz2', 'left-1.0-0.tar.bz2', 'right-1.0-0.tar.bz2'],
];
const REQUESTS: LockedRequirement = {
  name: 'requests',
  version: '2.31.0',
  url: 'https://files.example/requests-2.31.0-py3-none-any.whl',
  sha256: SHA256,
};
const TOOL: LockedRequirement = {
  name: 'tool',
  version: '1.0',
  url: `git+https://git.example/tool@${COMMIT}`,
};

let packages: readonly LockedPackage[];
let user: User;

beforeAll(async () => {
  await ensureImages(['condaLock'], (line) => process.stderr.write(`test bed: ${line}\n`));
  packages = await packagesOf(images.test, TEST_CHANNEL, FILES);
}, 540_000);

beforeEach(async () => {
  user = await newUser();
});

/** Adds an environment that is locked to the packages, and exports it to a file of the project. */
async function exported(format: string, file: string, pip?: readonly LockedRequirement[]) {
  const profile = `name: demo
docker-image: alpine
kernel:
  name: team
  channels: ["${TEST_CHANNEL}"]
  dependencies: [hello, left, pip]
  variables: {OMP_NUM_THREADS: "4"}
`;
  await user.run(['env', 'add', '-'], { stdin: profile });
  const lock: Lock = {
    image: { reference: 'alpine', digest: `sha256:${SHA256}` },
    content: { channels: [TEST_CHANNEL], dependencies: ['hello', 'left', 'pip'] },
    platforms: {
      'linux-64': { virtualPackages: {}, packages, ...(pip === undefined ? {} : { pip }) },
    },
  };
  await writeLock(user, 'demo', lock);
  const { stdout } = await user.run(['env', 'export', 'demo', '--format', format]);
  await writeFile(join(user.project, file), stdout);
  return stdout;
}

/** What a shell prints in a container without a network that sees the project. */
function inContainer(image: string, script: string): Promise<string> {
  const mount = `type=bind,source=${user.project},target=/project`;
  const run = ['run', '--rm', '--network', 'none', '--mount', mount, '--workdir', '/project'];
  return dockerOutput(...run, '--entrypoint', 'sh', image, '-ec', script);
}

function urlsIn(list: string): readonly string[] {
  return list
    .split('\n')
    .filter((line) => line.includes('://') && !line.startsWith('#'))
    .toSorted();
}

const WANTED = () => packages.map(({ url, md5 }) => `${url}#${md5 ?? ''}`).toSorted();

test('conda creates just what the @EXPLICIT list names, and what it lists is taken as a lock', async () => {
  await exported('explicit', 'list.txt');

  const listed = await inContainer(
    images.test,
    `/opt/conda/bin/conda create --yes --quiet --prefix /tmp/k --file list.txt >&2
     /tmp/k/bin/hello >&2
     /opt/conda/bin/conda list --prefix /tmp/k --explicit --md5`,
  );

  expect(urlsIn(listed)).toEqual(WANTED());
  const argv = ['env', 'add', '--name', 'again', '--image', 'alpine', '--lock-file', '-'];
  expect(await user.run(argv, { stdin: listed })).toMatchObject({ code: 0, stderr: '' });
  const { stdout } = await user.run(['env', 'export', 'again', '--format', 'explicit']);
  expect(urlsIn(stdout)).toEqual(WANTED());
});

test('conda creates the same from the environment.yml, with its variables', async () => {
  const text = await exported('environment', 'environment.yml');

  expect(text).toContain('  - hello=1.0=0\n');
  const listed = await inContainer(
    images.test,
    `/opt/conda/bin/conda env create --quiet --prefix /tmp/k --file environment.yml >&2
     /opt/conda/bin/conda env config vars list --prefix /tmp/k >&2
     grep -q OMP_NUM_THREADS /tmp/k/conda-meta/state
     /opt/conda/bin/conda list --prefix /tmp/k --explicit --md5`,
  );

  expect(urlsIn(listed)).toEqual(WANTED());
});

test("conda-lock's own reader takes the conda-lock.yml, and conda-lock installs it", async () => {
  await exported('conda-lock', 'conda-lock.yml');

  const out = await inContainer(
    CONDA_LOCK,
    `cd /tmp && cp /project/conda-lock.yml .
     lock=/opt/conda-lock/bin/conda-lock
     $lock render --kind explicit --platform linux-64 conda-lock.yml >&2
     cat conda-linux-64.lock
     $lock install --conda /opt/conda/bin/conda --prefix /tmp/k conda-lock.yml >&2
     echo installed
     /opt/conda/bin/conda list --prefix /tmp/k --explicit --md5`,
  );

  const [rendered = '', installed = ''] = out.split('installed\n');
  expect(urlsIn(rendered)).toEqual(WANTED());
  expect(urlsIn(installed)).toEqual(WANTED());
});

test('pip packages go through conda-lock with their versions, hashes and addresses', async () => {
  await exported('conda-lock', 'conda-lock.yml', [REQUESTS, TOOL]);
  const before = await user.run(['env', 'export', 'demo', '--format', 'conda-lock']);

  const rendered = await inContainer(
    CONDA_LOCK,
    `cd /tmp && cp /project/conda-lock.yml .
     /opt/conda-lock/bin/conda-lock render --kind env --platform linux-64 conda-lock.yml >&2
     cat conda-linux-64.lock.yml`,
  );
  const rewritten = await inContainer(
    CONDA_LOCK,
    `/opt/conda-lock/bin/python -c '
import pathlib
from conda_lock.lockfile import parse_conda_lock_file, write_conda_lock_file
lock = parse_conda_lock_file(pathlib.Path("conda-lock.yml"))
write_conda_lock_file(lock, pathlib.Path("/tmp/conda-lock.yml"), None)
'
     cat /tmp/conda-lock.yml`,
  );

  const COMMIT = '0123456789'.repeat(4);

  expect(rendered).toContain('- hello=1.0=0\n');
  expect(rendered).toContain(`- requests == 2.31.0 --hash=sha256:${SHA256}\n`);
  expect(rendered).toContain(`- tool @ git+https://git.example/tool@${COMMIT}`);
  // What conda-lock itself writes is taken as a lock.
  const argv = ['env', 'add', '--name', 'again', '--image', 'alpine', '--lock-file', '-'];
  expect(await user.run(argv, { stdin: rewritten })).toMatchObject({ code: 0, stderr: '' });
  const after = await user.run(['env', 'export', 'again', '--format', 'conda-lock']);
  const withoutHash = (text: string): string => text.replaceAll(/linux-64: [0-9a-f]{64}/g, '');
  expect(withoutHash(after.stdout)).toBe(withoutHash(before.stdout));
});
