import { appendFile, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from '@jest/globals';

import { images, TEST_CHANNEL } from '../support/bed.ts';
import { BUILT } from '../support/bootstrap.ts';
import {
  type ChannelServer,
  condaLines,
  makePackage,
  makeSources,
  makeWheel,
  serveChannel,
} from '../support/channel-server.ts';
import {
  install,
  type Installation,
  installPrepared,
  placeOf,
  preparePlace,
  runInKernel,
} from '../support/kernel-build.ts';
import { newCache } from '../support/kernel-cache.ts';
import { readFailure } from '../support/read-failure.ts';

const HELLO = 'hello-1.0-0.tar.bz2';
const MANY = 'many-2.0-0.tar.bz2';
const PYTHON = ['python-3.11.2-0_image.conda', 'pip-26.3-0.conda'];
const FREEZE = ['python', '-m', 'pip', 'freeze', '--exclude', 'pip'];
let server: ChannelServer;
let cache: string;
let python: readonly string[];

beforeAll(async () => {
  server = await serveChannel();
  cache = await newCache();
  python = await condaLines(server, PYTHON);
});

function build(lines: readonly string[], more: Partial<Installation> = {}) {
  return install({ cache, lines, sources: [server.folder], ...more });
}

async function frozen(lines: readonly string[]): Promise<string> {
  return (await runInKernel({ cache, lines }, FREEZE)).stdout;
}

test('a list is installed without being solved, in any order, pip lines too, and without the network', async () => {
  const lines = [
    ...python,
    ...(await condaLines(server, [HELLO])),
    // What the first needs is not in the list, and so not installed.
    await makeWheel(server, 'wheely', '1.5', ['six']),
    await makeSources(server, 'sourcy', '2.5'),
  ];

  // In another order they are another kernel.
  for (const some of [lines, lines.toReversed()]) {
    const { exitCode, stderr } = await build(some);

    expect([exitCode, stderr]).toEqual([0, expect.stringMatching(BUILT)]);
    expect((await runInKernel({ cache, lines: some }, ['hello'])).stdout).toMatch(/^hello from/);
    expect(await frozen(some)).toMatch(/^sourcy @ file:.*\nwheely==1\.5$/);
  }
  expect(server.requests).toEqual([]);
  for (const name of await readdir(join(cache, 'logs'))) expect(name).toMatch(/\.log$/);
});

test('packages of a file:// channel are taken from the image, and compared', async () => {
  const inImage = async (name: string) =>
    (await condaLines(server, [name]))[0]?.replace(server.url, TEST_CHANNEL) ?? '';
  const right = [await inImage(HELLO)];
  const wrong = [(await inImage(MANY)).replace(/ [0-9a-f]{64} /, ` ${'f'.repeat(64)} `)];
  const missing = [(await inImage(HELLO)).replace('hello-1.0', 'hello-9.0')];

  const built = await build(right, { sources: [] });
  const changed = await build(wrong, { sources: [] });
  const absent = await build(missing, { sources: [] });

  const record = join(placeOf(cache, right).prefix, 'conda-meta/hello-1.0-0.json');
  expect(built.exitCode).toBe(0);
  expect(JSON.parse(await readFile(record, 'utf8'))).toMatchObject({
    url: `${TEST_CHANNEL}/noarch/${HELLO}`,
  });
  expect(readFailure(changed.stderr).cause).toBe('a download has other bytes than it should');
  expect(readFailure(absent.stderr).lines).toBe('hello-9.0-0.tar.bz2\n');
});

test('archives are found by their names, and known to conda by their addresses', async () => {
  const [many = ''] = await condaLines(server, [MANY]);
  const local = (await makeWheel(server, 'local', '1.0+cpu.1')).replace('+', '%2B');
  const lines = [...python, many.replace('/noarch/many', '/another%20label/noarch/many'), local];
  const { archives } = await preparePlace({ cache, lines, sources: [server.folder] });
  const bytes = await readFile(join(server.folder, 'noarch', MANY));
  await writeFile(join(archives, 'conda', MANY), bytes);

  const { exitCode } = await installPrepared({ cache, lines });

  expect(exitCode).toBe(0);
  expect(await frozen(lines)).toBe('local==1.0+cpu.1');
  const record = join(placeOf(cache, lines).prefix, 'conda-meta/many-2.0-0.json');
  expect(JSON.parse(await readFile(record, 'utf8'))).toMatchObject({
    url: `${server.url}/another%20label/noarch/many-2.0-0.tar.bz2`,
  });
});

test.each([
  ['dash', images.test],
  ['bash as sh', images.shBash],
  ['busybox', images.shBusybox],
])('%s names packages that have lost their checksum when it builds', async (_, image) => {
  const [hello = '', many = ''] = await condaLines(server, [HELLO, MANY]);
  const lost = [hello.replace(/ [0-9a-f]{64} (.*)#.*/, ' - $1'), many, 'unchecked hello'];
  const lines = [...lost, 'unchecked wheely', `# ${image}`];

  const built = await build(lines, { image, kernel: 'locked' });
  const again = await build(lines, { image, kernel: 'locked' });

  expect(built.stderr.split('\n')).toEqual([
    'submarine: warning: the lock of kernel "locked" lacks checksums for hello, wheely, so whatever bytes come are installed; lock it again: submarine env lock',
    expect.stringMatching(BUILT),
  ]);
  expect(again).toEqual({ ...built, stderr: '' });
});

test('open pip lines are resolved by pip, with what they depend on', async () => {
  await makeWheel(server, 'above', '1.0', ['below']);
  await makeWheel(server, 'below', '3.0');
  const links = ['above-1.0', 'below-3.0'].map(
    (name) => `<a href="${name}-py3-none-any.whl">${name}</a>`,
  );
  await writeFile(join(server.folder, 'wheels', 'index.html'), links.join('\n'));
  const lines = [
    ...python,
    ...['pip-open --no-index', `pip-open --find-links ${server.url}/wheels/index.html`],
    'pip-open above>=1',
  ];

  const { exitCode } = await build(lines, { options: ['--network=host'] });

  expect([exitCode, await frozen(lines)]).toEqual([0, 'above==1.0\nbelow==3.0']);
});

test('a constraint holds for what open pip lines depend on, and installs nothing', async () => {
  await makeWheel(server, 'upper', '1.0', ['lower']);
  for (const version of ['1.0', '2.0']) await makeWheel(server, 'lower', version);
  const links = ['upper-1.0', 'lower-1.0', 'lower-2.0'].map(
    (name) => `<a href="${name}-py3-none-any.whl">${name}</a>`,
  );
  await writeFile(join(server.folder, 'wheels', 'bound.html'), links.join('\n'));
  const lines = [
    ...python,
    ...['pip-open --no-index', `pip-open --find-links ${server.url}/wheels/bound.html`],
    ...['pip-open upper', 'pip-constraint lower<2', 'pip-constraint unheard-of==1'],
  ];

  const { exitCode } = await build(lines, { options: ['--network=host'] });

  expect([exitCode, await frozen(lines)]).toEqual([0, 'lower==1.0\nupper==1.0']);
});

test('what has no hash is built with the options of the list', async () => {
  const sources = (await makeSources(server, 'unhashed', '1.0')).replace(/ --hash.*/, '');
  await makeWheel(server, 'needed', '1.0');
  const lines = [...python, 'pip-option --no-index', sources];

  const { exitCode } = await build(lines, { options: ['--network=host'] });

  expect([exitCode, await frozen(lines)]).toEqual([0, expect.stringMatching(/^unhashed @ http:/)]);
});

test('proxies and certificates reach what is built from its source, and are in no variable of ours', async () => {
  const code = [
    'import json, os, sys',
    'seen = {k: v for k, v in os.environ.items() if "PROXY" in k or "CERT" in k or "BUILD" in k}',
    'json.dump(seen, open(f"{sys.prefix}/seen.json", "w"))',
  ].join('\n');
  const lines = [...python, await makeSources(server, 'seeing', '1.0', code)];
  const variables = {
    SUBMARINE_BUILD_HTTPS_PROXY: 'http://proxy.example:3128',
    SUBMARINE_BUILD_SSL_CERT_FILE: '/etc/ssl/certs/ca-certificates.crt',
  };

  await build(lines, { variables });

  const seen = await readFile(join(placeOf(cache, lines).prefix, 'seen.json'), 'utf8');
  expect(JSON.parse(seen)).toEqual({
    HTTPS_PROXY: 'http://proxy.example:3128',
    SSL_CERT_FILE: '/etc/ssl/certs/ca-certificates.crt',
    PIP_BUILD_TRACKER: expect.any(String),
    _PYPROJECT_HOOKS_BUILD_BACKEND: 'backend',
  });
});

describe('an archive whose bytes are not those of the list', () => {
  const wrong = 'f'.repeat(64);

  test('stops the build with both hashes, by sha256 and by md5, before anything is unpacked', async () => {
    const [line = ''] = await condaLines(server, [MANY]);
    const [, sha256 = '', url = '', md5 = ''] = /^conda (\S+) (\S+)#(\S+)$/.exec(line) ?? [];
    const bySha256 = await build([line.replace(sha256, wrong)]);
    const byMd5 = await build([line.replace(sha256, '-').replace(md5, wrong.slice(32))]);
    const right = await build([line.replace(sha256, '-')]);

    expect(bySha256.exitCode).toBe(65);
    expect(bySha256.stderr.split('\n').slice(0, 5)).toEqual([
      'submarine: kernel "greeter" could not be built: a download has other bytes than it should',
      `  | ${url}`,
      `  |   expected sha256 ${wrong}`,
      `  |   found    sha256 ${sha256}`,
      expect.stringContaining('submarine env lock'),
    ]);
    expect(readFailure(byMd5.stderr).lines).toBe(
      `${url}\nexpected md5 ${wrong.slice(32)}\nfound    md5 ${md5}\n`,
    );
    expect(await readdir(placeOf(cache, [line.replace(sha256, wrong)]).prefix)).toEqual([]);
    expect(right.exitCode).toBe(0);
  });

  test('stops it for pip, too: a wheel before pip starts, a source before it is built', async () => {
    const lines = await Promise.all([
      makeWheel(server, 'changed', '1.0'),
      makeSources(server, 'source', '1.0'),
    ]);

    for (const line of lines) {
      const sha256 = line.slice(-64);
      const { exitCode, stderr } = await build([...python, line.replace(sha256, wrong)]);

      expect(exitCode).toBe(65);
      expect(readFailure(stderr)).toMatchObject({
        cause: 'a download has other bytes than it should',
        lines: expect.stringContaining(`expected sha256 ${wrong}\nfound    sha256 ${sha256}\n`),
      });
    }
  });
});

test('each archive that is missing is named, of conda and of pip', async () => {
  const wheel = await makeWheel(server, 'needed', '1.0');
  const conda = await condaLines(server, [HELLO, MANY]);
  const lines = [...python, ...conda, wheel];

  const none = await build([...conda, wheel], { sources: [] });
  const { archives } = await preparePlace({ cache, lines, sources: [server.folder] });
  await rm(join(archives, 'pip/needed-1.0-py3-none-any.whl'));
  const noWheel = await installPrepared({ cache, lines });

  const cause = 'an archive of the lock is not among what was downloaded';
  expect(readFailure(none.stderr)).toMatchObject({ cause, lines: `${HELLO}\n${MANY}\n` });
  expect(readFailure(noWheel.stderr)).toMatchObject({
    ...{ cause, lines: 'needed-1.0-py3-none-any.whl\n' },
  });
});

test('an archive that conda cannot read is told', async () => {
  const line = await makePackage(server, 'broken', { 'share/broken': 'x' });
  const lines = [line.replace(/ [0-9a-f]{64} /, ' - ')];
  const { archives } = await preparePlace({ cache, lines, sources: [server.folder] });
  await appendFile(join(archives, 'conda/other'), 'no archive');
  await rename(join(archives, 'conda/other'), join(archives, 'conda/broken-1.0-0.tar.bz2'));

  const { exitCode, stderr } = await installPrepared({ cache, lines });

  expect(exitCode).toBe(65);
  expect(readFailure(stderr)).toMatchObject({
    cause: 'an archive cannot be read, though its bytes are those of the lock',
    lines: `${server.url}/wheels/broken-1.0-0.tar.bz2\n`,
  });
  expect(await readdir(placeOf(cache, lines).prefix)).toEqual([]);
});

test('offline nothing is asked of an index, and what is missing is named', async () => {
  const options = ['--network=host'];
  const variables = { SUBMARINE_OFFLINE: '1', NO_PROXY: '*' };
  server.requests.length = 0;

  const { exitCode, stderr } = await build([...python, 'pip-open needed'], { options, variables });

  expect(exitCode).toBe(65);
  expect(readFailure(stderr)).toMatchObject({
    cause: 'packages are missing that no build has downloaded yet, and it is offline',
    lines: expect.stringContaining('ERROR: No matching distribution found for needed'),
    remedy: 'build it once with the network, here or by: submarine kernel build',
  });
  expect(server.requests).toEqual([]);
});

test('a mirror of a channel gives the same kernel with its own address', async () => {
  const mirror = await serveChannel();
  const lines = await condaLines(mirror, [HELLO]);

  await build(lines);

  const record = join(placeOf(cache, lines).prefix, 'conda-meta/hello-1.0-0.json');
  expect(JSON.parse(await readFile(record, 'utf8'))).toMatchObject({
    url: `${mirror.url}/noarch/${HELLO}`,
  });
});
