import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { serializeLock } from '../../src/lock/lock-file.ts';
import type { Lock } from '../../src/lock/lock.ts';
import { FileStore } from '../../src/stores/file/file-store.ts';
import { derivedImage, docker, dockerOutput, images, TEST_CHANNEL } from '../support/bed.ts';
import { poll } from '../support/poll.ts';
import { makeSources, serveChannel } from '../support/channel-server.ts';
import { startRegistry } from '../support/registry.ts';
import { packagesOf, writeLock } from '../support/stored-lock.ts';
import type { Outcome, User } from '../support/submarine.ts';
import { BUILT, newUser } from '../support/submarine.ts';
import { startInTerminal } from '../support/terminal.ts';

const SECRET = 'not-for-any-layer';
const REPOSITORY = `submarine-test-baked-${process.pid}`;

/** The channel is in the image, so nothing has to be fetched. */
const ALONE = ['--engine-arg=--network=none'];

let user: User;

beforeAll(async () => {
  user = await newUser();
});

afterAll(async () => {
  const listed = await dockerOutput('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}');
  const ours = listed.split('\n').filter((name) => name.startsWith(`${REPOSITORY}:`));
  if (ours.length > 0) await docker('image', 'rm', ...ours);
});

function add(name: string, image: string, kernel: string): Promise<Outcome> {
  const stdin = `name: ${name}\ndocker-image: ${image}\n${kernel}`;
  return user.run(['env', 'add', '--replace', '-'], { stdin });
}

function kernel(dependencies: string, more = ''): string {
  return `kernel:\n  name: team\n  channels: ["${TEST_CHANNEL}"]\n  dependencies: [${dependencies}]\n${more}`;
}

function bake(name: string, ...options: string[]): Promise<Outcome> {
  const tag = options.includes('--tag') ? [] : ['--tag', `${REPOSITORY}:${name}`];
  return user.run(['image', 'bake', name, ...tag, ...ALONE, ...options]);
}

/** Runs a command in an image, without a network, and returns what it printed. */
function inImage(image: string, ...words: string[]): Promise<string> {
  return dockerOutput('run', '--rm', '--network=none', image, ...words);
}

/** The layers of the stages that nothing is kept of. A run of the tests that was killed may have left some. */
async function stages(): Promise<readonly string[]> {
  const list = ['image', 'ls', '--all', '--quiet', '--filter', 'label=submarine.bake'];
  return (await dockerOutput(...list)).split('\n');
}

const before = stages();

/** Waits until no layer is there but those from before; another run of the tests may have some, too. */
async function nothingIsLeft(): Promise<void> {
  const known = await before;
  await poll(
    async () => (await stages()).every((layer) => known.includes(layer)),
    () => 'layers of a build are left',
  );
}

test('an image is baked, pushed, fetched elsewhere, and starts its kernel with no build and no network', async () => {
  const registry = await startRegistry();
  const tag = `${registry.host}/team/demo:1`;
  await add('demo', images.test, kernel('python, hello'));

  const baked = await bake('demo', '--tag', tag, '--push');

  expect(baked.code).toBe(0);
  const [name = ''] = baked.stdout.split('\n');
  expect(name).toMatch(new RegExp(`^${registry.host}/team/demo@sha256:[0-9a-f]{64}$`));
  await dockerOutput('image', 'rm', tag);

  // Another user, who has never built anything, by the digest.
  const other = await newUser();
  const here = (...argv: string[]) =>
    other.run(['run', '--env', 'there', '--engine-arg=--network=none', ...argv]);
  const held = `name: there\ndocker-image: ${name}\nkernel: {name: team}\n`;
  await other.run(['env', 'add', '-'], { stdin: held });
  const prefix = /^hello from \/opt\/submarine\/kernels\/[0-9a-f]{32}\n$/;
  expect(await here('hello')).toEqual({
    code: 0,
    stdout: expect.stringMatching(prefix),
    stderr: '',
  });
  expect(await here('hello')).toMatchObject({ code: 0, stderr: '' });

  // The same kernel in full is known to be there, too.
  const full = `name: there\ndocker-image: ${name}\n${kernel('hello, python')}`;
  await other.run(['env', 'add', '--replace', '-'], { stdin: full });
  expect(await here('hello')).toMatchObject({ code: 0, stdout: expect.stringMatching(prefix) });
  const alone = await here('--dry-run', '--no-code', '--home', 'none', 'hello');
  expect(alone.stdout).not.toContain('--mount');
  expect(await readdir(join(other.home, '.cache'))).toEqual(['submarine-host']);

  // An image that is named by its digest is one to bake on.
  const onTop = `${REPOSITORY}:on-top`;
  const argv = ['image', 'bake', 'there', '--tag', onTop, ...ALONE];
  expect(await other.run(argv)).toMatchObject({ code: 0, stdout: `${onTop}\n` });
  const label = '{{index .Config.Labels "org.opencontainers.image.base.digest"}}';
  expect(await dockerOutput('inspect', '--format', label, onTop)).toBe(name.replace(/^.*@/, ''));
});

test('plain docker starts it as the image below was, with the variables of the profile', async () => {
  const base = await derivedImage(images.test, [
    'USER 12345:0',
    'WORKDIR /srv',
    'CMD ["sh", "-c", "id -u; pwd"]',
  ]);
  const variables = `  variables: {GREETING: "it's $HOME\\nnext", lower_case: "1"}\n`;
  await add('plain', base, kernel('hello', variables));
  const tag = `${REPOSITORY}:plain`;
  expect(await bake('plain')).toMatchObject({ code: 0, stdout: `${tag}\n` });

  expect(await inImage(tag)).toBe('12345\n/srv');
  const script = 'printf "%s|%s|%s|" "$GREETING" "$lower_case" "$CONDA_DEFAULT_ENV"; id -u; hello';
  expect(await inImage(tag, '--kernel', 'team', '--', 'sh', '-c', script)).toMatch(
    /^it's \$HOME\nnext\|1\|team\|12345\nhello from \/opt\/submarine/,
  );
  const labels = await dockerOutput('inspect', '--format', '{{json .Config.Labels}}', tag);
  expect(JSON.parse(labels)).toMatchObject({
    'submarine.env': 'plain',
    'submarine.kernel': 'team',
    'submarine.digest': expect.stringMatching(/^[0-9a-f]{64}$/),
    'org.opencontainers.image.base.name': base,
  });
  // Once more on top of itself, the variables of the new profile in the place of the old.
  await add('again', tag, kernel('hello', '  variables: {GREETING: hi}\n'));
  expect(await bake('again')).toMatchObject({ code: 0 });
  const again = ['--kernel', 'team', '--', 'sh', '-c', 'echo "$GREETING$lower_case"'];
  expect(await inImage(`${REPOSITORY}:again`, ...again)).toBe('hi');
});

test('of a lock its packages are baked, and whoever asks for the same finds them there', async () => {
  const file = `${TEST_CHANNEL.replace('file://', '')}/noarch/repodata.json`;
  const text = await inImage(images.test, 'cat', file);
  const { packages } = JSON.parse(text) as { packages: Record<string, Record<string, string>> };
  const { version = '', build = '', md5 = '', sha256 = '' } = packages['many-1.1-0.tar.bz2'] ?? {};
  const url = `${TEST_CHANNEL}/noarch/many-1.1-0.tar.bz2`;
  const many = { name: 'many', version, build, url, md5, sha256, depends: [] };
  const lock: Lock = {
    image: { reference: images.test },
    content: { channels: [TEST_CHANNEL], dependencies: ['many'] },
    platforms: {
      [process.arch === 'arm64' ? 'linux-aarch64' : 'linux-64']: {
        virtualPackages: {},
        packages: [many],
      },
    },
  };
  await add('locked', images.test, kernel('many'));
  const store = new FileStore(join(user.home, '.local/share/submarine/environments.yaml'));
  await store.writeLock('locked', serializeLock(lock));

  const { code, stderr } = await bake('locked');

  expect([code, stderr]).toEqual([0, '']);
  await add('user-of-it', `${REPOSITORY}:locked`, kernel('many'));
  const version11 = ['sh', '-c', 'cat "$CONDA_PREFIX/share/many/version"'];
  const ran = await user.run([
    'run',
    '--env',
    'user-of-it',
    '--offline',
    '--engine-arg=--network=none',
    '--',
    ...version11,
  ]);
  expect(ran).toEqual({ code: 0, stdout: '1.1', stderr: '' });

  const lost = serializeLock(lock).replaceAll(/"sha256": "[0-9a-f]*", "md5": "[0-9a-f]*", /g, '');
  await store.writeLock('locked', lost);
  expect(await bake('locked', '--tag', `${REPOSITORY}:lost`)).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^submarine: warning: .* lacks checksums for many, .*\n$/),
  });
});

test('what has to be built from its sources is baked, too', async () => {
  const server = await serveChannel();
  const line = await makeSources(server, 'around', '1.0');
  const [, url = '', sha256 = ''] = /@ (\S+) --hash=sha256:(\S+)/.exec(line) ?? [];
  const archives = ['python-3.11.2-0_image.conda', 'pip-26.3-0.conda'];
  const lines = `python, pip, {pip: ["around @ ${url}"]}`;
  await add('sources', images.test, kernel(lines));
  const content = {
    channels: [TEST_CHANNEL],
    dependencies: ['python', 'pip', { pip: [`around @ ${url}`] }],
  };
  await writeLock(user, 'sources', {
    image: { reference: images.test },
    content,
    platforms: {
      'linux-64': {
        virtualPackages: {},
        packages: await packagesOf(images.test, TEST_CHANNEL, archives),
        pip: [{ name: 'around', version: '1.0', url, sha256 }],
      },
    },
  });

  const { code, stderr } = await bake('sources');

  expect([code, stderr]).toEqual([0, '']);
  const code1 = ['python', '-c', 'import around; print(around.version)'];
  expect(await inImage(`${REPOSITORY}:sources`, '--kernel', 'team', '--', ...code1)).toBe('1.0');
});

test('what an earlier version baked starts as it is, under the bootstrap of this one', async () => {
  await add('early', images.test, kernel('hello'));
  await bake('early');
  // Its mark had another form, its image no label, and its bootstrap knew nothing of today's variables.
  const before = await derivedImage(`${REPOSITORY}:early`, [
    'USER root',
    String.raw`RUN for kernel in /opt/submarine/kernels/*; do printf 'image=sha256:0\nbuilder=/opt/conda/bin/conda\n' >"$kernel/conda-meta/submarine-complete"; done`,
    String.raw`RUN printf '#!/bin/sh\nexit 99\n' >/submarine-bootstrap.sh`,
    'LABEL submarine.bootstrap=""',
  ]);

  for (const [name, of] of Object.entries({
    byName: 'kernel: {name: team}\n',
    full: kernel('hello'),
  })) {
    await add(name, before, of);
    const argv = ['run', '--env', name, '--offline', '--engine-arg=--network=none', '--', 'hello'];
    expect(await user.run(argv)).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^hello from \/opt\/submarine\/kernels\//),
      stderr: '',
    });
  }
  await docker('image', 'rm', before);
});

test('certificates, settings and passwords reach the build, and no layer and no history', async () => {
  const condarc = join(user.home, '.condarc');
  await writeFile(condarc, `# ${SECRET}\nchannel_alias: file:///opt\n`);
  await add(
    'secret',
    images.test,
    'kernel: {name: team, channels: [test-channel], dependencies: [hello]}\n',
  );
  const env = {
    PIP_INDEX_URL: `https://me:${SECRET}@index.invalid/simple`,
    https_proxy: `http://me:${SECRET}@proxy.invalid:3128`,
  };
  const tag = `${REPOSITORY}:secret`;

  const { code } = await user.run(['image', 'bake', 'secret', ...ALONE, '--tag', tag], { env });
  await writeFile(condarc, '');

  // The channel has that name by the settings alone.
  expect(code).toBe(0);
  expect(await inImage(tag, '--kernel', 'team', '--', 'hello')).toMatch(/^hello/);
  expect(await dockerOutput('history', '--no-trunc', tag)).not.toContain(SECRET);
  expect(await dockerOutput('inspect', tag)).not.toContain(SECRET);
  const scan = 'docker save "$1" | grep --text --count --fixed-strings "$2"';
  const scanned = promisify(execFile)('sh', ['-c', scan, 'sh', tag, SECRET]);
  await expect(scanned).rejects.toMatchObject({ code: 1, stdout: '0\n' });
  await nothingIsLeft();
});

describe('a build that fails', () => {
  test('is explained as one of a kernel where its packages are not found', async () => {
    await add('unknown', images.test, kernel('no-such-package'));

    const { code, stdout, stderr } = await bake('unknown');

    expect([code, stdout]).toEqual([65, '']);
    expect(stderr).toMatch(
      /kernel "team" could not be built: no channel or index has such a package\n {2}\| .*\n {2}\| {3}- no-such-package\n/,
    );
    await nothingIsLeft();
  });

  test('is explained as one of a kernel, its log is kept, and nothing else is left', async () => {
    await add('wrong', images.test, kernel('fails-to-link'));

    const { code, stdout, stderr } = await bake('wrong');

    expect([code, stdout]).toEqual([65, '']);
    expect(stderr).toMatch(/kernel "team" could not be built: /);
    const [, log = ''] = /\n {2}log: (.*)\n$/.exec(stderr) ?? [];
    expect(await readFile(log, 'utf8')).toContain('this package cannot be linked');
    await nothingIsLeft();
    expect((await docker('image', 'inspect', `${REPOSITORY}:wrong`)).exitCode).not.toBe(0);
  });

  test.each([
    ['conda', 'plain', 65, 'the image holds no conda, mamba or micromamba'],
    ['a shell', 'noShell', 65, 'has no /bin/sh'],
  ] as const)('since the image has no %s', async (_what, image, expected, words) => {
    await add('without', images[image], kernel('hello'));

    const { code, stderr } = await bake('without');

    expect([code, stderr]).toEqual([expected, expect.stringContaining(words)]);
  });
});

test('a signal ends the build, and nothing is left of it', async () => {
  await add('slow', images.test, kernel('slow'));
  const argv = ['image', 'bake', 'slow', ...ALONE, '--tag', `${REPOSITORY}:slow`];
  const cwd = user.project;
  const env = { ...user.env, SLOW_SECONDS: '30' };
  const terminal = await startInTerminal(process.execPath, [BUILT, ...argv], { env, cwd });
  await terminal.until('building kernel "team" (1 s');
  process.kill(terminal.pid, 'SIGTERM');

  expect(await terminal.end()).toBe(143);
  expect(terminal.output()).toContain('ended by SIGTERM');
  await nothingIsLeft();
});

test('a registry that is not there is told of', async () => {
  await add('lost', images.test, kernel('hello'));
  const tag = '127.0.0.1:1/team/demo:1';

  const { code, stdout, stderr } = await bake('lost', '--tag', tag, '--push');
  await docker('image', 'rm', tag);

  expect([code, stdout]).toEqual([125, '']);
  expect(stderr).toContain(`the registry of the image ${tag} cannot be reached`);
});

test.each([
  [['--tag', 'team/UPPER'], 'has upper case letters'],
  [['--tag', `demo@sha256:${'0'.repeat(64)}`], 'by its digest'],
  [['--tag', images.test], 'is the base image of the environment'],
])('the name %j is refused', async (options, words) => {
  await add('named', images.test, kernel('hello'));

  const { code, stderr } = await bake('named', ...options);

  expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
});

test.each([
  ['base', 'base:latest'],
  ['base:latest', 'base'],
  ['base', 'docker.io/library/base'],
  ['index.docker.io/base:latest', 'library/base'],
])('over the image %s nothing is baked as %s', async (base, tag) => {
  await add('over', base, kernel('hello'));

  const { code, stderr } = await bake('over', '--tag', tag);

  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining(`"${tag}" is the base image of the environment`),
  ]);
});
