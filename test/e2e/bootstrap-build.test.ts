import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { docker, images, temporaryDirectory, TEST_CHANNEL } from '../support/bed.ts';
import { BUILT, makeKernel, specification, start } from '../support/bootstrap.ts';
import { newCache, prefixOf } from '../support/kernel-cache.ts';

const HELLO = specification(['hello']);
let cache: string;

beforeAll(async () => {
  cache = await newCache();
});

function hello(more: Partial<Parameters<typeof start>[0]> = {}) {
  return start({ cache, kernel: 'greeter', variables: HELLO, command: ['hello'], ...more });
}

test('a kernel is built on first use, which one line tells, marked with its image, and found on the second', async () => {
  const first = await hello();
  const prefix = await prefixOf(cache, HELLO);
  const mark = join(prefix, 'conda-meta', 'submarine-complete');
  const made = await stat(mark);
  // The second image could not build it.
  const second = await hello({ image: images.plain });

  expect(first).toEqual({
    exitCode: 0,
    stdout: `hello from ${prefix.replace(cache, '/submarine')}`,
    stderr: expect.stringMatching(BUILT),
  });
  expect(second).toEqual({ ...first, stderr: '' });
  expect(prefix).toMatch(/\/kernels\/linux-(64|aarch64)-glibc2\.\d+\/[0-9a-f]{32}$/);
  expect(await readFile(mark, 'utf8')).toContain(`image ${HELLO['SUBMARINE_IMAGE'] ?? ''}\n`);
  expect((await stat(mark)).mtimeMs).toBe(made.mtimeMs);
});

test('what a build was given is not in the environment of the command', async () => {
  const variables = {
    ...HELLO,
    SUBMARINE_BUILD_HTTPS_PROXY: 'http://secret@nowhere',
    SUBMARINE_VERBOSE: '1',
  };

  const { stdout, stderr } = await hello({ variables, command: ['env'] });

  expect(stdout).not.toMatch(/secret|SUBMARINE_(DIGEST|SPEC|BUILD|IMAGE|CACHE)/);
  expect(stderr).toContain('submarine: kernel "greeter" is /submarine/kernels/');
});

test('pip lines are installed into the kernel, apart from what surrounds it', async () => {
  const folder = await newCache();
  const lines = [{ pip: ['six==1.17.0'] }];
  const variables = {
    ...specification(['python', 'pip', ...lines]),
    ...{ PYTHONPATH: '/nowhere', PIP_USER: '1', PIP_TARGET: '/nowhere' },
  };

  const { stdout, stderr } = await start({
    ...{ cache: folder, kernel: 'six', variables },
    options: ['--network=host', '--user', '12345', '--read-only', '--tmpfs', '/tmp'],
    command: [
      'python',
      '-c',
      'import six, sys; print(six.__file__.startswith(sys.prefix), sys.prefix)',
    ],
  });

  expect({ stdout, stderr }).toEqual({
    stdout: `True ${(await prefixOf(folder, variables)).replace(folder, '/submarine')}`,
    stderr: expect.stringMatching(BUILT),
  });
});

test.each([
  ['bash as sh', images.shBash],
  ['dash without bash', images.shDash],
  ['busybox, Python for a lock', images.shBusybox],
  ['no flock', images.noFlock],
])(
  'with %s kernels are built as root and as an unknown user on a read-only root',
  async (_, image) => {
    const options = ['--read-only', '--tmpfs', '/tmp'];
    const outcomes = await Promise.all(
      [options, [...options, '--user', '12345']].map(async (options) =>
        hello({ image, options, cache: await newCache() }),
      ),
    );

    for (const { exitCode, stdout, stderr } of outcomes) {
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringMatching(BUILT) });
      expect(stdout).toMatch(/^hello from \/submarine\/kernels\//);
    }
  },
);

test('a prefix without the mark is built anew', async () => {
  const folder = await newCache();
  await hello({ cache: folder });
  const prefix = await prefixOf(folder, HELLO);
  await rm(join(prefix, 'conda-meta', 'submarine-complete'));
  await writeFile(join(prefix, 'bin', 'left-over'), '');

  const { stdout } = await hello({ cache: folder });

  expect(stdout).toMatch(/^hello from/);
  expect(await readdir(join(prefix, 'bin'))).toEqual(['hello']);
});

test.each([
  [
    'micromamba',
    ['create', '--yes', '--prefix', 'P', '--file', 'F'],
    { MAMBA_EXE: '/programs/micromamba' },
  ],
  ['mamba', ['env', 'create', '--prefix', 'P', '--file', 'F'], {}],
])('%s builds where the image holds it, from all pieces', async (program, words, more) => {
  const dependencies = Array.from({ length: 20_000 }, (_, index) => `package-${index}`);
  const programs = await temporaryDirectory();
  // Neither program is in a registry that can be counted on: one of the name tells how it was called.
  await makeKernel(programs, {
    [program]:
      '#!/bin/sh\nfor word do echo "$word"; done >/out/words\nmkdir -p "$4/conda-meta"\ncat "$6" >/out/file\n',
  });
  const out = await newCache();

  await start({
    ...{ cache: out, image: images.plain, kernel: 'fake', command: ['true'] },
    variables: { ...specification(dependencies), ...more, PATH: '/programs:/usr/bin:/bin' },
    options: [
      ...[`--mount=type=bind,source=${programs},target=/programs,readonly`],
      `--mount=type=bind,source=${out},target=/out`,
    ],
  });

  const called = (await readFile(join(out, 'words'), 'utf8')).trim().split('\n');
  expect(
    called.map((word) => (word.endsWith('.yml') ? 'F' : word.startsWith('/') ? 'P' : word)),
  ).toEqual(words);
  expect(JSON.parse(await readFile(join(out, 'file'), 'utf8'))).toEqual({
    channels: [TEST_CHANNEL],
    dependencies,
  });
});

test('no container is left of the starts above', async () => {
  const { stdout } = await docker('ps', '--all', '--quiet', '--filter', `volume=${cache}`);

  expect(stdout).toBe('');
});
