import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { images } from '../support/bed.ts';
import {
  BUILT,
  kernelFolder,
  lockedSpecification,
  makeKernel,
  start,
} from '../support/bootstrap.ts';
import {
  type ChannelServer,
  condaLines,
  makeSources,
  makeWheel,
  serveChannel,
} from '../support/channel-server.ts';
import { newCache, prefixOf } from '../support/kernel-cache.ts';

const HELLO = 'hello-1.0-0.tar.bz2';
const MANY = 'many-2.0-0.tar.bz2';
const PYTHON = ['python-3.11.2-0_image.conda', 'pip-26.3-0.conda'];
let server: ChannelServer;
let cache: string;

beforeAll(async () => {
  server = await serveChannel();
  cache = await newCache();
});

/** A start on the network of this machine, where the server is. */
function locked(
  lines: readonly string[],
  command: readonly string[] = ['true'],
  variables: Readonly<Record<string, string>> = {},
) {
  return start({
    ...{ cache, kernel: 'locked', command, options: ['--network=host'] },
    variables: { ...lockedSpecification(lines), ...variables },
  });
}

function requestsDuring<T>(work: () => Promise<T>): Promise<readonly [T, readonly string[]]> {
  server.requests.length = 0;
  return work().then((result) => [result, server.requests.toSorted()]);
}

async function packageFolder(): Promise<string> {
  const [platform = ''] = await readdir(join(cache, 'pkgs'));
  return join(cache, 'pkgs', platform);
}

test('a lock is installed without being solved, pip lines too, and later without the network', async () => {
  const lines = [
    ...(await condaLines(server, [...PYTHON, HELLO])),
    // What the first needs is not in the lock, and so not installed.
    await makeWheel(server, 'wheely', '1.5', ['six']),
    await makeSources(server, 'sourcy', '2.5'),
  ];
  const code = 'import wheely; print(wheely.version)';
  const command = ['sh', '-c', `hello; python -c '${code}'; pip freeze --exclude pip`];

  const [first, asked] = await requestsDuring(() => locked(lines, command));
  // In another order they are another kernel.
  const [second, askedAgain] = await requestsDuring(() =>
    locked(lines.toReversed(), command, { SUBMARINE_OFFLINE: '1' }),
  );

  const installed =
    /^hello from \/submarine\/.*\n1\.5\nsourcy @ file:\/\/\/submarine\/wheels\/.*\nwheely==1\.5$/;
  expect(first).toEqual({
    ...{ exitCode: 0, stderr: expect.stringMatching(BUILT) },
    stdout: expect.stringMatching(installed),
  });
  expect(asked).toEqual([
    `/linux-64/${PYTHON[0] ?? ''}`,
    `/noarch/${HELLO}`,
    `/noarch/${PYTHON[1] ?? ''}`,
    '/wheels/sourcy-2.5.tar.gz',
    '/wheels/wheely-1.5-py3-none-any.whl',
  ]);
  expect(second.stdout).toMatch(installed);
  expect(askedAgain).toEqual([]);
  for (const name of await readdir(join(cache, 'logs'))) expect(name).toMatch(/\.log$/);
});

test.each([
  ['bash as sh', images.shBash],
  ['dash without bash', images.shDash],
  ['busybox', images.shBusybox],
])('%s installs a lock as an unknown user on a read-only root', async (_, image) => {
  const lines = [
    ...(await condaLines(server, [...PYTHON, HELLO])),
    await makeWheel(server, 'wheely', '1.5'),
  ];

  const { exitCode, stdout, stderr } = await start({
    ...{ cache: await newCache(), image, kernel: 'locked', variables: lockedSpecification(lines) },
    options: ['--network=host', '--user=12345', '--read-only', '--tmpfs=/tmp'],
    command: ['sh', '-c', 'hello; pip freeze --exclude pip'],
  });

  expect([exitCode, stderr]).toEqual([0, expect.stringMatching(BUILT)]);
  expect(stdout).toMatch(/^hello from .*\nwheely==1\.5$/);
});

test('an archive that came from a mirror is taken for the same one of another address', async () => {
  const mirror = await serveChannel();
  await locked(await condaLines(server, [HELLO, MANY]));
  const lines = await condaLines(mirror, [HELLO, MANY]);

  const built = await locked(lines, ['hello'], { SUBMARINE_OFFLINE: '1' });

  expect(built).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^hello from /) });
  expect(mirror.requests).toEqual([]);
  const prefix = await prefixOf(cache, lockedSpecification(lines));
  const record = await readFile(join(prefix, 'conda-meta/hello-1.0-0.json'), 'utf8');
  expect(JSON.parse(record)).toMatchObject({ url: `${mirror.url}/noarch/${HELLO}` });

  // Without a sha256 nobody can tell that it is the same.
  const unknown = (await condaLines(server, [HELLO])).map((line) =>
    line.replace(/ [0-9a-f]{64} /, ' - '),
  );
  expect(await requestsDuring(() => locked(unknown))).toEqual([
    expect.objectContaining({ exitCode: 0 }),
    [`/noarch/${HELLO}`],
  ]);
});

test.each([
  ['dash', images.test],
  ['bash as sh', images.shBash],
  ['busybox', images.shBusybox],
])(
  '%s names packages that have lost their checksum when it builds, and then no more',
  async (_, image) => {
    const [hello = '', many = ''] = await condaLines(server, [HELLO, MANY]);
    const lost = [hello.replace(/ [0-9a-f]{64} (.*)#.*/, ' - $1'), many, 'unchecked hello'];
    const request = {
      ...{ cache: await newCache(), image, kernel: 'locked', command: ['hello'] },
      ...{ variables: lockedSpecification([...lost, 'unchecked wheely']) },
      options: ['--network=host'],
    };

    const built = await start(request);
    const again = await start(request);

    expect(built.stderr.split('\n')).toEqual([
      'submarine: warning: the lock of kernel "locked" lacks checksums for hello, wheely, so whatever bytes come are installed; lock it again: submarine env lock',
      expect.stringMatching(BUILT),
    ]);
    expect(built.stdout).toMatch(/^hello from /);
    expect(again).toEqual({ ...built, stderr: '' });
  },
);

test('open pip lines are resolved by pip, with what they depend on', async () => {
  await makeWheel(server, 'above', '1.0', ['below']);
  await makeWheel(server, 'below', '3.0');
  const links = ['above-1.0', 'below-3.0'].map(
    (name) => `<a href="${name}-py3-none-any.whl">${name}</a>`,
  );
  await writeFile(join(server.folder, 'wheels', 'index.html'), links.join('\n'));
  const lines = [
    ...(await condaLines(server, PYTHON)),
    ...['pip-open --no-index', `pip-open --find-links ${server.url}/wheels/index.html`],
    'pip-open above>=1',
  ];

  const { stdout } = await locked(lines, ['pip', 'freeze', '--exclude', 'pip']);

  expect(stdout).toBe('above==1.0\nbelow==3.0');
});

describe('a download whose bytes are not those of the lock', () => {
  const wrong = 'f'.repeat(64);

  test('by conda stops the build with both hashes, and nothing of it is kept', async () => {
    const [line = ''] = await condaLines(server, [MANY]);
    const sha256 = line.split(' ')[1] ?? '';
    // conda is content: the md5 is right.
    const lines = [line.replace(sha256, wrong)];

    const { exitCode, stderr } = await locked(lines);
    const kept = (await readdir(await packageFolder())).filter((name) => name.startsWith('many-2'));
    const right = await locked([line]);

    expect(exitCode).toBe(65);
    expect(stderr.split('\n').slice(0, 5)).toEqual([
      'submarine: kernel "locked" could not be built: a download has other bytes than it should',
      `  | ${server.url}/noarch/${MANY}`,
      `  |   expected sha256 ${wrong}`,
      `  |   found    sha256 ${sha256}`,
      expect.stringContaining('submarine env lock'),
    ]);
    expect(kept).toEqual([]);
    expect(await readdir(join(await prefixOf(cache, {}), '..'))).not.toContain(
      kernelFolder(lockedSpecification(lines)),
    );
    expect(right.exitCode).toBe(0);
  });

  test('by pip stops the build with both hashes', async () => {
    const line = await makeWheel(server, 'changed', '1.0');
    const sha256 = line.slice(-64);
    const lines = [...(await condaLines(server, PYTHON)), line.replace(sha256, wrong)];

    const { exitCode, stderr } = await locked(lines);

    expect(exitCode).toBe(65);
    expect(stderr).toMatch(/: a download has other bytes than it should\n {2}\| +changed/);
    expect(stderr).toMatch(new RegExp(`Expected sha256 ${wrong}\\n.*Got +${sha256}`));
  });

  test('though conda has it is downloaded again, and so is what was unpacked from nobody knows what', async () => {
    const [hello = '', left = '', right = ''] = await condaLines(server, [
      ...[HELLO, 'left-1.0-0.tar.bz2', 'right-1.0-0.tar.bz2'],
    ]);
    await locked([hello, left]);
    const folder = await packageFolder();
    await appendFile(join(folder, HELLO), 'other bytes');
    await rm(join(folder, 'left-1.0-0.tar.bz2'));
    await writeFile(join(folder, 'left-1.0-0', 'share', 'left'), 'another');

    const lines = [hello, left, right];
    const script = 'hello; cat "$CONDA_PREFIX/share/left"';
    const [{ stdout }, asked] = await requestsDuring(() => locked(lines, ['sh', '-c', script]));

    expect(stdout).toMatch(/^hello from .*\nleft$/);
    expect(asked).toEqual([
      `/noarch/${HELLO}`,
      '/noarch/left-1.0-0.tar.bz2',
      '/noarch/right-1.0-0.tar.bz2',
    ]);
  });
});

test.each([
  ['a user and a password', 'me:s%40cret%', (host: string) => `http://me:s%2540cret%25@${host}`],
  ['a token', '/t/s-cret', (host: string) => `http://${host}/t/s-cret`],
])('%s in .condarc open a private channel, and are kept nowhere', async (_, login, address) => {
  const closed = await serveChannel(login);
  const folder = await newCache();
  const home = await newCache();
  const alias = address(closed.url.replace('http://', ''));
  await writeFile(join(home, 'condarc'), `channel_alias: "${alias}"\n`);
  const lines = await condaLines(closed, [HELLO]);
  const request = { cache: folder, kernel: 'locked', variables: lockedSpecification(lines) };
  const options = ['--network=host', `--mount=type=bind,source=${home},target=/settings`];

  const without = await start({ ...request, options, command: ['true'] });
  const { exitCode, stdout } = await start({
    ...request,
    options: [...options, '--env=SUBMARINE_BUILD_CONDARC=/settings/condarc'],
    command: ['sh', '-c', 'hello; grep -rl cret /submarine /tmp || echo none'],
  });

  expect(without.exitCode).toBe(65);
  expect(without.stderr).toContain('asks for a user and password');
  expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^hello from .*\nnone$/)]);
});

// Neither is in a registry that can be counted on: a program of the name tells how it was called.
const PROGRAM = `#!/bin/sh
echo "\${0##*/}" "$@" >>/programs/calls
case $* in
*--download-only*) cp /channel/noarch/${HELLO} "$CONDA_PKGS_DIRS" ;;
*) mkdir -p "$4/conda-meta"; cp "\${7:-$6}" /programs/list ;;
esac
`;

test.each([
  ['micromamba', { MAMBA_EXE: '/programs/micromamba' }],
  ['mamba', {}],
])('%s is given the list to fetch, and then to install offline', async (program, more) => {
  const programs = await newCache();
  await makeKernel(programs, { [program]: PROGRAM });
  const lines = await condaLines(server, [HELLO]);
  const variables = { ...lockedSpecification(lines), ...more, PATH: '/programs:/usr/bin:/bin' };

  const { exitCode } = await start({
    ...{
      cache: await newCache(),
      image: images.plain,
      kernel: 'fake',
      command: ['true'],
      variables,
    },
    options: [
      '--network=none',
      `--mount=type=bind,source=${programs},target=/programs`,
      `--mount=type=bind,source=${server.folder},target=/channel,readonly`,
    ],
  });

  const calls = (await readFile(join(programs, 'calls'), 'utf8')).replaceAll(
    /\/submarine\S+/g,
    'F',
  );
  expect(exitCode).toBe(0);
  expect(calls).toBe(
    ['--download-only', '--offline']
      .map((option) => `${program} create --yes --prefix F ${option} --file F\n`)
      .join(''),
  );
  expect(await readFile(join(programs, 'list'), 'utf8')).toBe(
    `@EXPLICIT\n${(lines[0] ?? '').replace(/^conda \S+ /, '')}\n`,
  );
});
