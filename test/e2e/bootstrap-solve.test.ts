import { createServer, type Server } from 'node:https';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { dockerOutput, images, TEST_CHANNEL } from '../support/bed.ts';
import { makeKernel } from '../support/bootstrap.ts';
import { type Answer, serveChannel } from '../support/channel-server.ts';
import { solve } from '../support/kernel-build.ts';
import { newCache } from '../support/kernel-cache.ts';
import { readFailure } from '../support/read-failure.ts';

const HOST = ['--network=host'];
/** It would only take time. */
const NO_RETRIES = { CONDA_REMOTE_MAX_RETRIES: '0' };

/** The lines that ask for packages of one channel alone. */
function lines(specs: readonly string[], channel = TEST_CHANNEL): readonly string[] {
  return [`channel ${channel}`, 'channel nodefaults', ...specs.map((spec) => `spec ${spec}`)];
}

/** What conda would fetch: `hello-1.0-0.tar.bz2`. */
function namesIn(stdout: string): readonly string[] {
  const { actions } = JSON.parse(stdout) as {
    readonly actions: { readonly FETCH: readonly { readonly fn: string; readonly url: string }[] };
  };
  return actions.FETCH.map(({ fn }) => fn).toSorted();
}

test.each([
  ['bash as sh', images.shBash],
  ['dash without bash', images.shDash],
  ['busybox', images.shBusybox],
])('with %s conda prints what it would install, and nothing else', async (_, image) => {
  const options = ['--read-only', '--tmpfs=/tmp', '--user=12345'];
  const request = { image, options, lines: lines(['hello', 'many>=1,<2', "left[version='>=1']"]) };

  const { exitCode, stdout, stderr } = await solve(request);

  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(namesIn(stdout)).toEqual(
    ['hello-1.0-0', 'left-1.0-0', 'many-1.1-0', 'right-1.0-0'].map((name) => `${name}.tar.bz2`),
  );
});

test('the address of a package stands beside other specs, with its hash and without', async () => {
  const address = `${TEST_CHANNEL}/noarch/many-1.0-0.tar.bz2`;

  for (const spec of [address, `${address}#${'0'.repeat(32)}`]) {
    const { stdout } = await solve({ lines: lines(['hello', spec]) });

    expect(namesIn(stdout)).toEqual(['hello-1.0-0.tar.bz2', 'many-1.0-0.tar.bz2']);
  }
});

test('what conda has unpacked before is fetched all the same, and default packages are not added', async () => {
  const settings = [
    'default_channels: []',
    'create_default_packages: [many]',
    'pkgs_dirs: [/tmp/pkgs]',
  ];
  const home = await newCache();
  await writeFile(join(home, 'condarc'), settings.join('\n'));
  const script = `/opt/conda/bin/conda create -qyp /tmp/x --override-channels -c ${TEST_CHANNEL} hello >&2 && exec /submarine-bootstrap.sh --kernel x --solve`;
  const bootstrap = join(process.cwd(), 'bootstrap/submarine-bootstrap.sh');

  const stdout = await dockerOutput(
    ...['run', '--rm', '--network=none', `--mount=type=bind,source=${home},target=/settings`],
    `--mount=type=bind,source=${bootstrap},target=/submarine-bootstrap.sh,readonly`,
    ...['--env', 'SUBMARINE_BUILD_CONDARC=/settings/condarc'],
    ...['--env', `SUBMARINE_SPEC_1=${['submarine-solve 1', ...lines(['hello'])].join('\n')}`],
    ...['--entrypoint=sh', images.test, '-c', script],
  );

  expect(namesIn(stdout)).toEqual(['hello-1.0-0.tar.bz2']);
});

test('a login in .condarc opens a private channel, and comes with no answer', async () => {
  const closed = await serveChannel('me:s%40cret');
  const home = await newCache();
  const alias = closed.url.replace('http://', 'http://me:s%2540cret@');
  await writeFile(join(home, 'condarc'), `channel_alias: "${alias}"\n`);
  const options = [...HOST, `--mount=type=bind,source=${home},target=/settings`];
  const request = { lines: lines(['hello'], closed.url), options };

  const without = await solve({ ...request, variables: NO_RETRIES });
  const { exitCode, stdout } = await solve({
    ...request,
    lines: lines(['hello'], '.'),
    variables: { SUBMARINE_BUILD_CONDARC: '/settings/condarc' },
  });

  expect(without.exitCode).toBe(65);
  expect(readFailure(without.stderr).cause).toContain('asks for a user and password');
  expect(exitCode).toBe(0);
  expect(namesIn(stdout)).toEqual(['hello-1.0-0.tar.bz2']);
});

test('offline only channels of the image are asked', async () => {
  const server = await serveChannel();
  const request = { options: HOST, variables: { SUBMARINE_OFFLINE: '1', NO_PROXY: '*' } };

  const here = await solve({ ...request, lines: lines(['hello']) });
  const there = await solve({ ...request, lines: lines(['hello', 'left'], server.url) });

  expect(namesIn(here.stdout)).toEqual(['hello-1.0-0.tar.bz2']);
  expect(there.exitCode).toBe(65);
  expect(readFailure(there.stderr)).toMatchObject({
    cause: 'packages are missing that no build has downloaded yet, and it is offline',
    lines: expect.stringMatching(/^- (hello|left)$/m),
    remedy: 'build it once with the network, here or by: submarine kernel build',
  });
  expect(server.requests).toEqual([]);
});

test.each([
  ['micromamba', { MAMBA_EXE: '/programs/micromamba' }],
  ['mamba', {}],
])('%s is asked where the image holds it, from all pieces', async (program, more) => {
  const specs = Array.from({ length: 20_000 }, (_, index) => `package-${index} >=1,<2`);
  const programs = await newCache();
  // Neither program is in a registry that can be counted on: one of the name tells how it was called.
  const script = '#!/bin/sh\nfor word do echo "$word"; done >/programs/words\necho "{}"\n';
  await makeKernel(programs, { [program]: script });
  const address = 'https://example.org/noarch/hello-1.0-0.conda';

  const { stdout } = await solve({
    image: images.plain,
    lines: ["channel it's", ...lines([...specs, address], 'http://other')],
    variables: { ...more, PATH: '/programs:/usr/bin:/bin' },
    options: [`--mount=type=bind,source=${programs},target=/programs`],
  });

  const words = (await readFile(join(programs, 'words'), 'utf8')).trim().split('\n');
  expect(stdout).toBe('{}');
  expect(words.slice(0, 5)).toEqual(['create', '--yes', '--dry-run', '--json', '--prefix']);
  expect(words.slice(6)).toEqual([
    ...['--channel', "it's", '--channel', 'http://other', '--override-channels'],
    ...[...specs, address],
  ]);
});

test('what micromamba says in its own form is explained', async () => {
  const programs = await newCache();
  const answer = JSON.stringify({ solver_problems: ['nothing provides no-such'], success: false });
  const script = `#!/bin/sh\necho '${answer}'\nexit 1\n`;
  await makeKernel(programs, { micromamba: script });

  const { exitCode, stderr } = await solve({
    image: images.plain,
    lines: lines(['no-such']),
    variables: { MAMBA_EXE: '/programs/micromamba' },
    options: [`--mount=type=bind,source=${programs},target=/programs`],
  });

  expect(exitCode).toBe(65);
  expect(readFailure(stderr)).toMatchObject({
    cause: 'no channel or index has such a package',
    lines: expect.stringContaining('nothing provides no-such'),
  });
});

test.each([
  [
    'a package that there is not',
    ['no-such-package'],
    'no channel or index has such a package',
    'no-such-package',
  ],
  [
    'a conflict',
    ['many=2', 'wants-old-many'],
    'the dependencies contradict each other',
    'wants-old-many',
  ],
  ['a GPU', ['needs-cuda'], 'a package needs more of the machine than is there', '__cuda'],
])('%s is explained', async (_, specs, cause, line) => {
  const { exitCode, stdout, stderr } = await solve({ lines: lines(specs) });

  expect([exitCode, stdout]).toEqual([65, '']);
  expect(readFailure(stderr)).toMatchObject({ cause, lines: expect.stringContaining(line) });
  expect(stderr.split('\n').length).toBeLessThanOrEqual(9);
});

test.each([
  ['no network', 'http://127.0.0.1:9/channel', 'a channel or index cannot be reached'],
  ['no such channel', 'file:///no/such', 'a file:// channel is not in the container'],
])('%s is explained', async (_, channel, cause) => {
  const { exitCode, stderr } = await solve({
    ...{ lines: lines(['hello'], channel), variables: NO_RETRIES },
  });

  expect(readFailure(stderr).cause).toBe(cause);
  expect(exitCode).toBe(65);
});

test.each<[string, Answer, string, string]>([
  ['does not have the channel', 404, 'there is no such channel', 'check the names under channels'],
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
  ['stops in the middle', 'cut', 'a download was cut off', 'start it again'],
])('a server that %s is explained', async (_, answer, cause, remedy) => {
  const server = await serveChannel();
  for (const subdir of ['noarch', 'linux-64', 'linux-aarch64']) {
    for (const name of ['repodata.json', 'current_repodata.json']) {
      for (const end of ['', '.zst', '.bz2']) {
        server.answers.set(`/${subdir}/${name}${end}`, end === '' ? answer : 404);
      }
    }
  }

  const { exitCode, stderr } = await solve({
    ...{ lines: lines(['hello'], server.url), variables: NO_RETRIES, options: HOST },
  });

  expect(readFailure(stderr)).toMatchObject({
    cause: expect.stringContaining(cause),
    remedy: expect.stringContaining(remedy),
  });
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

test('a certificate that the image does not trust is explained', async () => {
  const server = await serveUnknown();
  const address = server.address();
  const url = `https://localhost:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;

  const { exitCode, stderr } = await solve({
    ...{ lines: lines(['hello'], url), variables: NO_RETRIES, options: HOST },
  });
  server.close();

  expect(readFailure(stderr)).toMatchObject({
    cause: 'a server has a certificate that the image does not trust',
    lines: expect.stringContaining('localhost'),
    remedy: 'set SSL_CERT_FILE and PIP_CERT to a file that holds your certificate authority',
  });
  expect(exitCode).toBe(65);
});

test('the log of a failure ends with what was to be solved, and has no password in it', async () => {
  const folder = await newCache();
  const log = join(folder, 'log');
  await writeFile(log, 'from before\n');
  const channel = 'http://user:secret@127.0.0.1:9/t/secret/channel';

  const { stderr } = await solve({
    lines: lines(['hello'], channel),
    variables: { ...NO_RETRIES, SUBMARINE_LOG: '/log', SUBMARINE_CACHE: folder },
    options: [`--mount=type=bind,source=${log},target=/log`],
  });

  const text = await readFile(log, 'utf8');
  expect(text).toMatch(/^from before\n/);
  expect(text).toContain('CondaHTTPError');
  expect(text.slice(text.indexOf('what was to be solved'))).toBe(
    'what was to be solved:\nsubmarine-solve 1\nchannel http://***@127.0.0.1:9/t/***/channel\nchannel nodefaults\nspec hello\n',
  );
  expect(text + stderr).not.toContain('secret');
  expect(stderr).toMatch(/\n {2}log: \/log$/);
});

test('a temporary folder that cannot be made, or is full, is explained', async () => {
  const request = { lines: lines(['hello', 'many']) };

  const closed = await solve({ ...request, options: ['--read-only', '--user=12345'] });
  const full = await solve({ ...request, options: ['--tmpfs=/tmp:size=12k'] });

  expect([closed.exitCode, closed.stderr]).toEqual([
    73,
    'submarine: no temporary folder can be made\n  mount one at /tmp: --engine-arg=--tmpfs=/tmp',
  ]);
  expect(full.exitCode).toBe(73);
  expect(full.stderr).toMatch(/^submarine: .*no space is left/);
  expect(full.stderr).toContain('free some');
});

test('an image with nothing to ask, and a solver that is killed for memory, are told', async () => {
  const programs = await newCache();
  await makeKernel(programs, { conda: '#!/bin/sh\nkill -9 $$\n' });

  const bare = await solve({ image: images.plain, lines: lines(['hello']) });
  const killed = await solve({
    lines: lines(['hello']),
    variables: { CONDA_EXE: '/programs/conda' },
    options: [`--mount=type=bind,source=${programs},target=/programs`],
  });

  expect(bare.exitCode).toBe(65);
  expect(bare.stderr).toContain('the image holds no conda, mamba or micromamba');
  expect(readFailure(killed.stderr)).toMatchObject({
    cause: 'the build was killed, most likely for memory',
    remedy: 'give the container more with --memory',
  });
  expect(killed.exitCode).toBe(65);
});
