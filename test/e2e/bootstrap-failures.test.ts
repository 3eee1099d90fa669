import { chmod, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, expect, test } from '@jest/globals';

import { images, temporaryDirectory } from '../support/bed.ts';
import { makeKernel } from '../support/bootstrap.ts';
import {
  type ChannelServer,
  condaLines,
  makePackage,
  makeSources,
  serveChannel,
} from '../support/channel-server.ts';
import {
  install,
  type Installation,
  installPrepared,
  placeOf,
  preparePlace,
} from '../support/kernel-build.ts';
import { newCache } from '../support/kernel-cache.ts';
import { readFailure } from '../support/read-failure.ts';

const HELLO = 'hello-1.0-0.tar.bz2';
let server: ChannelServer;
let cache: string;
let hello: readonly string[];
let python: readonly string[];

beforeAll(async () => {
  server = await serveChannel();
  cache = await newCache();
  hello = await condaLines(server, [HELLO]);
  python = await condaLines(server, ['python-3.11.2-0_image.conda', 'pip-26.3-0.conda']);
});

function build(lines: readonly string[], more: Partial<Installation> = {}) {
  return install({ cache, lines, sources: [server.folder], ...more });
}

test('a script that fails is explained, with a log that ends in what was to be installed, and leaves no kernel', async () => {
  const lines = [
    ...(await condaLines(server, ['fails-to-link-1.0-0.tar.bz2'])),
    'pip-option --extra-index-url=https://user:secret@127.0.0.1:9/simple',
  ];

  const { exitCode, stdout, stderr } = await build(lines);

  const { log, prefix } = placeOf(cache, lines);
  const failure = readFailure(stderr);
  const text = await readFile(log, 'utf8');
  expect([exitCode, stdout]).toEqual([65, '']);
  expect(failure).toMatchObject({
    ...{ cause: 'conda ended with status 1', log },
    lines: expect.stringContaining('this package cannot be linked'),
  });
  expect(stderr.split('\n').length).toBeLessThanOrEqual(9);
  expect(text.slice(text.indexOf('submarine: what'))).toBe(
    `submarine: what was to be installed:\nsubmarine-lock 1\n${lines.join('\n')}\n`.replace(
      'user:secret',
      '***',
    ),
  );
  expect(await readdir(prefix)).toEqual([]);
});

test('the cause is looked for in what this container has written', async () => {
  const lines = await condaLines(server, ['fails-to-link-1.0-0.tar.bz2', HELLO]);
  const { log } = await preparePlace({ cache, lines, sources: [server.folder] });
  const before = 'ERROR: No matching distribution found for six\n';
  await makeKernel(join(log, '..'), { [log.replace(/.*\//, '')]: before });

  const { stderr } = await installPrepared({ cache, lines, options: ['--user=0'] });

  expect(readFailure(stderr).cause).toBe('conda ended with status 1');
  expect(await readFile(log, 'utf8')).toMatch(new RegExp(`^${before}`));
});

test.each([
  [
    'a pip line that there is not',
    'pip-open six==0.0.99',
    'no channel or index has such a package',
    'ERROR: ',
  ],
  [
    'an index that cannot be reached',
    'pip-open six @ http://127.0.0.1:9/six-1.0-py3-none-any.whl',
    'a channel or index cannot be reached',
    '127.0.0.1',
  ],
])('%s is explained', async (_, line, cause, text) => {
  const index = line.includes('@') ? [] : ['pip-open --no-index'];
  const { exitCode, stderr } = await build([...python, ...index, line], {
    variables: { PIP_RETRIES: '0' },
  });

  expect(exitCode).toBe(65);
  expect(readFailure(stderr)).toMatchObject({ cause, lines: expect.stringContaining(text) });
});

test('a source that cannot be built, and a kernel without pip, are explained', async () => {
  const failing = await makeSources(server, 'failing', '1.0', 'raise SystemExit("cannot build")');

  const source = await build([...python, failing]);
  const noPip = await build([...hello, failing]);

  expect(readFailure(source.stderr)).toMatchObject({
    cause: expect.stringMatching(/^(conda|pip) ended with status 1$/),
    lines: expect.stringContaining('failing'),
  });
  expect(readFailure(noPip.stderr)).toMatchObject({
    cause: 'the kernel has no pip for its pip lines',
    remedy: 'add "- pip" to the dependencies',
  });
});

test('a build that is killed for memory is explained', async () => {
  const programs = await newCache();
  await makeKernel(programs, { conda: '#!/bin/sh\nkill -9 $$\n' });

  const { exitCode, stderr } = await build(hello, {
    variables: { CONDA_EXE: '/programs/conda' },
    options: [`--mount=type=bind,source=${programs},target=/programs`],
  });

  expect(readFailure(stderr)).toMatchObject({
    cause: 'the build was killed, most likely for memory',
    remedy: 'give the container more with --memory',
  });
  expect(exitCode).toBe(65);
});

test('an image with nothing to build with is told', async () => {
  const { exitCode, stderr } = await build(hello, { image: images.plain, cache: await newCache() });

  expect(exitCode).toBe(65);
  expect(stderr).toContain(
    'kernel "greeter" is not built yet, and the image holds no conda, mamba or micromamba',
  );
});

test('places that cannot be written are told, as it can be typed', async () => {
  const folder = join(await temporaryDirectory(), "it's here");
  const request = { cache: folder, lines: hello, sources: [server.folder] };
  const { prefix, log, lock } = await preparePlace(request);
  const asUser = { ...request, options: ['--user=12345'] };

  await chmod(prefix, 0o755);
  const noPrefix = await installPrepared(asUser);
  await chmod(prefix, 0o777);
  await chmod(log, 0o600);
  const noLog = await installPrepared(asUser);
  await chmod(lock, 0o600);
  const noLock = await installPrepared(asUser);

  const word = `'${folder.replace("'", String.raw`'\''`)}'`;
  for (const { exitCode, stderr } of [noPrefix, noLog, noLock]) {
    expect(exitCode).toBe(73);
    expect(stderr.endsWith(`: sudo chown -R 12345 ${word}`)).toBe(true);
  }
  const refusal = 'submarine: user 12345 cannot write into';
  expect(noPrefix.stderr).toContain(`${refusal} ${prefix}, where the kernel is built`);
  expect(noLog.stderr).toContain(`${refusal} ${log}, which the log is written to`);
  expect(noLock.stderr).toContain(`user 12345 cannot read ${lock}, which keeps two builds apart`);
});

test('a root file system that is read-only, /tmp too, is enough; a package that must write there is told', async () => {
  const options = ['--read-only'];
  const plain = [...python, await makeSources(server, 'modest', '1.0')];
  const script = '#!/bin/sh\necho x >/opt/x\n';
  const writing = [await makePackage(server, 'writing', { 'bin/.writing-post-link.sh': script })];

  const built = await build(plain, { options });
  const { exitCode, stderr } = await build(writing, { options });

  expect(built.exitCode).toBe(0);
  expect(exitCode).toBe(65);
  expect(readFailure(stderr)).toMatchObject({
    cause: 'the file system is read-only where a build must write',
    lines: expect.stringContaining('writing'),
    remedy: 'mount another at /tmp: --engine-arg=--tmpfs=/tmp',
  });
});

test.each([
  ['SUBMARINE_PREFIX', 'relative', 'SUBMARINE_PREFIX is no folder'],
  ['SUBMARINE_DIGEST', 'abc', 'SUBMARINE_DIGEST is no sha256'],
  ['SUBMARINE_INSTALL', 'conda bake', 'there is no step bake in SUBMARINE_INSTALL'],
  ['SUBMARINE_BUILD', '', 'SUBMARINE_BUILD is not set, which --install needs'],
])('%s is checked', async (name, value, message) => {
  const { exitCode, stderr } = await build(hello, { variables: { [name]: value } });

  expect(exitCode).toBe(2);
  expect(stderr).toContain(message);
});
