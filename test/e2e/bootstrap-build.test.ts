import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { docker, dockerOutput, images, temporaryDirectory, TEST_CHANNEL } from '../support/bed.ts';
import {
  BUILT,
  kernelFolder,
  makeKernel,
  specification,
  start,
  startArguments,
} from '../support/bootstrap.ts';
import { newCache, prefixOf } from '../support/kernel-cache.ts';

jest.setTimeout(120_000);

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
  expect(await readFile(mark, 'utf8')).toContain(`image=${HELLO['SUBMARINE_IMAGE'] ?? ''}\n`);
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
    options: ['--user', '12345', '--read-only', '--tmpfs', '/tmp'],
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

describe('one build at a time', () => {
  test.each([
    ['flock', images.test],
    ['Python', images.noFlock],
  ])('containers that start at once build a kernel once, by %s', async (_, image) => {
    const folder = await newCache();
    const variables = {
      ...specification(['slow', 'hello']),
      SLOW_SECONDS: '2',
      SUBMARINE_PROGRESS: '1',
    };
    const outcomes = await Promise.all(
      [1, 2, 3].map(() => hello({ image, cache: folder, variables })),
    );

    const [log = ''] = await readdir(join(folder, 'logs'));
    expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    const texts = outcomes.map(({ stderr }) => stderr);
    const working = /building kernel "greeter" \([1-9] s\): Executing transaction: \.\.\.working/;
    expect(texts.filter((text) => working.test(text))).toHaveLength(1);
    expect(texts.filter((text) => text.includes('waiting for kernel "greeter"'))).toHaveLength(2);
    expect(texts.filter((text) => text.includes('is built now, once; log: /'))).toHaveLength(1);
    // The line is cleared at the end.
    for (const text of texts) expect(text.endsWith('\r\u001B[K')).toBe(true);
    expect(log).toMatch(/\.log$/);
  });

  test('a build whose container is killed frees the lock, and is done again', async () => {
    const folder = await newCache();
    const variables = { ...specification(['slow', 'hello']), SLOW_SECONDS: '60' };
    const request = { cache: folder, kernel: 'greeter', variables, command: ['hello'] };
    const id = await dockerOutput('run', '--detach', '--rm', '--init', ...startArguments(request));
    const log = join(folder, 'logs');
    await waitUntil(async () => (await readdir(log)).some((name) => name.endsWith('.log')));
    await waitUntil(async () => (await dockerOutput('top', id)).includes('sleep 60'));
    await dockerOutput('kill', id);

    const again = await hello({ cache: folder, variables: { ...variables, SLOW_SECONDS: '0' } });

    expect(again.stdout).toMatch(/^hello from/);
  });
});

test.each([
  ['INT', '130'],
  ['TERM', '143'],
])(
  '%s ends a build at once',
  async (signal, code) => {
    const variables = { ...specification(['slow']), SLOW_SECONDS: '60' };
    const request = { cache: await newCache(), kernel: 'slow', variables, command: ['true'] };
    const id = await dockerOutput('run', '--detach', '--init', ...startArguments(request));
    await waitUntil(async () => (await dockerOutput('top', id)).includes('sleep 60'));

    await dockerOutput('kill', '--signal', signal, id);

    expect(await dockerOutput('wait', id)).toBe(code);
    await dockerOutput('rm', id);
  },
  30_000,
);

async function waitUntil(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo().catch(() => false))) {
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}

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
    'a package that there is not',
    ['no-such-package'],
    'no channel or index has such a package',
    '  | no-such-package',
  ],
  [
    'a pip line that there is not',
    ['python', 'pip', { pip: ['six==0.0.99'] }],
    'no channel or index has',
    'ERROR: ',
  ],
  [
    'a conflict',
    ['many=2', 'wants-old-many'],
    'the dependencies contradict each other',
    'wants-old-many',
  ],
  ['a GPU', ['needs-cuda'], 'a package needs more of the machine than is there', '__cuda'],
  [
    'a script that fails',
    ['fails-to-link'],
    'conda ended with status 1',
    'this package cannot be linked',
  ],
])('%s is explained, with the log, and leaves no kernel', async (_, dependencies, cause, line) => {
  const variables = specification(dependencies);

  const { exitCode, stderr } = await start({ cache, kernel: 'bad', variables, command: ['true'] });

  const log = /^ {2}log: (.*)$/m.exec(stderr)?.[1] ?? '';
  expect(exitCode).toBe(65);
  expect(stderr).toMatch(new RegExp(`^submarine: kernel "bad" could not be built: ${cause}`));
  expect(stderr.replaceAll('  |   - ', '  | ')).toContain(line);
  expect(stderr.split('\n').length).toBeLessThanOrEqual(9);
  expect(log).toMatch(new RegExp(`^${cache}/logs/`));
  expect(await readFile(log, 'utf8')).not.toBe('');
  expect(await readdir(join(await prefixOf(cache, variables), '..'))).not.toContain(
    kernelFolder(variables),
  );
});

test.each([
  ['no network', ['http://127.0.0.1:9/channel'], [], 65, 'a channel or index cannot be reached'],
  ['no such channel', ['file:///no/such'], [], 65, 'there is no such channel'],
  ['a full disk', [TEST_CHANNEL], ['--tmpfs', '/submarine:size=64k'], 73, 'no space is left'],
])('%s is explained', async (_, channels, options, code, cause) => {
  const variables = {
    ...specification(['hello', 'many'], channels),
    CONDA_REMOTE_MAX_RETRIES: '0',
  };
  const request = { kernel: 'bad', variables, command: ['true'] };

  const { exitCode, stderr } = await start({
    ...request,
    ...(options.length > 0 ? { options } : { cache }),
  });

  expect(stderr).toContain(`could not be built: ${cause}`);
  expect(exitCode).toBe(code);
});

test('an image with nothing to build with, and a cache that cannot be written, are told', async () => {
  const folder = await temporaryDirectory();
  await mkdir(join(folder, 'kernels'));
  await chmod(folder, 0o555);
  const [bare, locked, missing] = await Promise.all([
    hello({ image: images.plain, cache: await newCache() }),
    hello({ cache: folder, options: ['--user', '12345'] }),
    start({
      cache: await newCache(),
      kernel: 'x',
      variables: { SUBMARINE_DIGEST: 'abc' },
      command: ['true'],
    }),
  ]);

  expect(bare.exitCode).toBe(65);
  expect(bare.stderr).toContain('the image holds no conda, mamba or micromamba');
  expect(locked.exitCode).toBe(73);
  expect(locked.stderr).toContain(
    `user 12345 cannot write into ${folder}/kernels, where kernels are built`,
  );
  expect(locked.stderr).toContain(`: sudo chown -R 12345 ${folder}/kernels`);
  expect(missing.exitCode).toBe(2);
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
