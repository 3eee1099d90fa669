import { chmod, mkdir, readdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { dockerOutput, images, temporaryDirectory, TEST_CHANNEL } from '../support/bed.ts';
import {
  kernelFolder,
  lockedSpecification,
  makeKernel,
  specification,
  start,
} from '../support/bootstrap.ts';
import { type Answer, condaLines, serveChannel } from '../support/channel-server.ts';
import { newCache, prefixOf } from '../support/kernel-cache.ts';

let cache: string;

beforeAll(async () => {
  cache = await newCache();
});

/** Without retries, which would only take time. */
function build(
  variables: Readonly<Record<string, string>>,
  more: Partial<Parameters<typeof start>[0]> = {},
) {
  return start({
    ...{ cache, kernel: 'bad', command: ['true'] },
    variables: { ...variables, CONDA_REMOTE_MAX_RETRIES: '0' },
    ...more,
  });
}

/** What a user sees: the cause and the remedy, and the lines between them. */
function readFailure(stderr: string) {
  const [, cause, lines, remedy, log] =
    /^submarine: kernel "bad" could not be built: (.*)\n((?: {2}\|.*\n)*) {2}(.*)\n {2}log: (.*)$/.exec(
      stderr,
    ) ?? [];
  return { cause, lines: lines?.replaceAll(/^ {2}\| *(- )?/gm, ''), remedy, log };
}

test.each([
  [
    'a package that there is not',
    ['no-such-package'],
    'no channel or index has such a package',
    'no-such-package',
  ],
  [
    'a pip line that there is not',
    ['python', 'pip', { pip: ['--no-index', 'six==0.0.99'] }],
    'no channel or index has such a package',
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

  const { exitCode, stderr } = await build(variables);

  const failure = readFailure(stderr);
  expect(exitCode).toBe(65);
  expect(failure).toMatchObject({ cause, lines: expect.stringContaining(line) });
  expect(stderr.split('\n').length).toBeLessThanOrEqual(9);
  expect(failure.log).toMatch(new RegExp(`^${cache}/logs/`));
  expect(await readFile(failure.log ?? '', 'utf8')).not.toBe('');
  expect(await readdir(join(await prefixOf(cache, variables), '..'))).not.toContain(
    kernelFolder(variables),
  );
});

test('beside the log of a failure lies what was to be built, nothing else, and no password', async () => {
  const folder = await newCache();
  const variables = specification(['hello'], ['http://user:secret@127.0.0.1:9/channel']);

  const { stderr } = await build(variables, { cache: folder });

  const files = await readdir(join(folder, 'logs'));
  const texts = await Promise.all(
    files.map((file) => readFile(join(folder, 'logs', file), 'utf8')),
  );
  expect(files.map((file) => file.replace(/-linux-.*(?=\.)/, ''))).toEqual([
    `${kernelFolder(variables)}.log`,
    `${kernelFolder(variables)}.yml`,
  ]);
  expect(texts[1]).toContain('"channels":["http://***@127.0.0.1:9/channel"]');
  expect(texts.join('') + stderr).not.toContain('secret');
});

test.each([
  ['no network', ['http://127.0.0.1:9/channel'], 'a channel or index cannot be reached'],
  ['no such channel', ['file:///no/such'], 'a file:// channel is not in the container'],
])('%s is explained', async (_, channels, cause) => {
  const { exitCode, stderr } = await build(specification(['hello', 'many'], channels));

  expect(readFailure(stderr).cause).toBe(cause);
  expect(exitCode).toBe(65);
});

test('a channel that its server does not have is explained', async () => {
  const server = await serveChannel();
  const variables = specification(['hello'], [`${server.url}/no-such`]);

  const { exitCode, stderr } = await build(variables, { options: ['--network=host'] });

  expect(readFailure(stderr).cause).toBe('there is no such channel');
  expect(exitCode).toBe(65);
});

/** A server whose certificate nobody knows. */
async function serveUnknown(): Promise<Server> {
  const pem = await dockerOutput(
    ...['run', '--rm', '--network=none', images.plain, 'sh', '-c'],
    'openssl req -x509 -newkey rsa:2048 -nodes -keyout - -out - -subj /CN=localhost 2>/dev/null',
  );
  const server = createServer({ key: pem, cert: pem }, (_, response) => response.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

test('a certificate that the image does not trust is explained, to conda and to pip', async () => {
  const server = await serveUnknown();
  const address = server.address();
  const url = `https://localhost:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
  const pip = [`--index-url ${url}/simple`, 'six'];

  const outcomes = [];
  for (const variables of [
    specification(['hello'], [url]),
    specification(['python', 'pip', { pip }]),
  ]) {
    outcomes.push(await build({ ...variables, PIP_RETRIES: '0' }, { options: ['--network=host'] }));
  }
  server.close();

  for (const { exitCode, stderr } of outcomes) {
    expect(readFailure(stderr)).toMatchObject({
      cause: 'a server has a certificate that the image does not trust',
      lines: expect.stringContaining('localhost'),
      remedy: 'set SSL_CERT_FILE and PIP_CERT to a file that holds your certificate authority',
    });
    expect(exitCode).toBe(65);
  }
});

test('a full disk is explained, whether it is full at once or later', async () => {
  for (const size of ['64k', '12k', '4k']) {
    const variables = specification(['hello', 'many'], [TEST_CHANNEL]);
    const options = ['--tmpfs', `/submarine:size=${size}`];
    const { exitCode, stderr } = await start({
      ...{ kernel: 'bad', command: ['true'], variables, options },
    });

    expect(stderr).toMatch(/^submarine: .*no space is left/);
    expect(stderr).toContain('free some');
    expect(exitCode).toBe(73);
  }
});

test('a build that is killed for memory is explained, with a lock and without', async () => {
  const programs = await newCache();
  await makeKernel(programs, { conda: '#!/bin/sh\nkill -9 $$\n' });
  const lock = lockedSpecification([
    `conda ${'0'.repeat(64)} http://127.0.0.1:9/noarch/a-1-0.conda`,
  ]);
  const options = [`--mount=type=bind,source=${programs},target=/programs`];

  for (const kernel of [specification(['hello']), lock]) {
    const variables = { ...kernel, CONDA_EXE: '/programs/conda' };
    const { exitCode, stderr } = await build(variables, { options });

    expect(readFailure(stderr)).toMatchObject({
      cause: 'the build was killed, most likely for memory',
      remedy: 'give the container more with --memory',
    });
    expect(exitCode).toBe(65);
  }
});

describe('a server that', () => {
  test.each<[string, Answer, string, string]>([
    ['stops in the middle of an archive', 'cut', 'a download was cut off', 'start it again'],
    [
      'asks for a password',
      401,
      'a channel, index or proxy asks for a user and password',
      '.condarc',
    ],
    [
      'refuses the password',
      403,
      'a channel, index or proxy asks for a user and password',
      '.condarc',
    ],
    ['has lost an archive', 404, 'a file is not where a channel', 'submarine env lock'],
    [
      'has another archive',
      Buffer.from('other'),
      'a download has other bytes than it should',
      'env lock',
    ],
  ])(
    '%s is explained, with a lock and without, and the next build is well',
    async (_, answer, cause, remedy) => {
      const server = await serveChannel();
      const folder = await newCache();
      server.answers.set('/noarch/hello-1.0-0.tar.bz2', answer);
      const lock = lockedSpecification(await condaLines(server, ['hello-1.0-0.tar.bz2']));
      const more = { cache: folder, options: ['--network=host'] };

      for (const variables of [specification(['hello'], [server.url]), lock]) {
        const { exitCode, stderr } = await build(variables, more);

        expect(readFailure(stderr)).toMatchObject({
          cause: expect.stringContaining(cause),
          lines: expect.stringContaining('hello-1.0-0.tar.bz2'),
          remedy: expect.stringContaining(remedy),
        });
        expect(exitCode).toBe(65);
      }
      server.answers.clear();
      const again = await build(lock, { ...more, command: ['hello'] });
      expect(again.stdout).toMatch(/^hello from/);
    },
  );
});

test('an image with nothing to build with, and a place that cannot be written, are told', async () => {
  const folder = join(await temporaryDirectory(), "it's here");
  await mkdir(join(folder, 'kernels'), { recursive: true });
  await chmod(folder, 0o555);
  const [bare, locked, readOnly, missing] = await Promise.all([
    build(specification(['hello']), { image: images.plain, cache: await newCache() }),
    build(specification(['hello']), { cache: folder, options: ['--user', '12345'] }),
    build(specification(['hello']), { cache: await newCache(), options: ['--read-only'] }),
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
  // As it can be typed.
  const word = `'${folder.replace("'", String.raw`'\''`)}'`;
  expect(locked.stderr.endsWith(`: sudo chown -R 12345 ${word}`)).toBe(true);
  expect(readFailure(readOnly.stderr)).toMatchObject({
    cause: 'the file system is read-only where a build must write',
    lines: expect.stringContaining('/tmp'),
    remedy: 'mount another at /tmp: --engine-arg=--tmpfs=/tmp',
  });
  expect(missing.exitCode).toBe(2);
});
