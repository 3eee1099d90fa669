import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import type { PlatformLock } from '../../src/lock/lock.ts';
import { poll } from '../support/poll.ts';
import { endWithTest } from '../support/started.ts';
import { writeLock } from '../support/stored-lock.ts';
import type { User } from '../support/submarine.ts';
import { BUILT, newUser } from '../support/submarine.ts';

/** Whoever asked it for an image would wait for ever. */
let registry: Server;
const sockets: Socket[] = [];
let host: string;
let user: User;

beforeAll(async () => {
  registry = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
  await once(registry, 'listening');
  host = `127.0.0.1:${(registry.address() as AddressInfo).port}`;
  user = await newUser();
  await mkdir(join(user.project, 'sub'));
  await writeFile(join(user.project, 'reserved.env'), 'SUBMARINE_DIGEST=x\n');
  await writeFile(join(user.project, 'token.env'), 'JUPYTER_TOKEN=x\n');
  await addEnvironments();
});

afterAll(() => {
  for (const socket of sockets) socket.destroy();
  registry.close();
});

const CONTENT = { channels: ['file:///nowhere'], dependencies: ['numpy'] };

/**
 * `bare` has no kernel, and `held` one that its image holds. `long` is locked to more than can be handed over, and the
 * lock of `open` says nothing of pip's part.
 */
async function addEnvironments(): Promise<void> {
  const kernels = {
    bare: undefined,
    held: { name: 'k' },
    demo: { name: 'k', ...CONTENT },
    long: { name: 'k', ...CONTENT },
    open: { name: 'k', ...CONTENT },
  };
  for (const [name, kernel] of Object.entries(kernels)) {
    const profile = { name, 'docker-image': `${host}/team/${name}:1`, kernel };
    const { code, stderr } = await user.run(['env', 'add', '-'], {
      stdin: JSON.stringify(profile),
    });
    expect([code, stderr]).toEqual([0, '']);
  }
  const url = `https://c.example/${'x'.repeat(200)}-1-0.conda`;
  const numpy = { name: 'numpy', version: '1', build: '0', md5: '0'.repeat(32), url };
  const packages = Array.from({ length: 6000 }, (_, index) => ({ ...numpy, name: `p${index}` }));
  await lockAs('long', { virtualPackages: {}, packages: [numpy, ...packages] });
  await lockAs('open', { virtualPackages: {}, packages: [numpy], pip: 'open' });
}

function lockAs(name: string, platform: PlatformLock): Promise<void> {
  const image = { reference: `${host}/team/${name}:1`, digest: `sha256:${'0'.repeat(64)}` };
  return writeLock(user, name, { image, content: CONTENT, platforms: { 'linux-64': platform } });
}

const run = (...options: string[]) => ['run', '--env', 'demo', ...options, '--', 'true'];
const notebook = (...options: string[]) => ['notebook', '--env', 'demo', ...options];
const bake = (name: string, ...options: string[]) => ['image', 'bake', name, ...options];
const build = (...words: string[]) => ['kernel', 'build', ...words];
const lock = (...words: string[]) => ['env', 'lock', ...words];

/** What is typed, the exit code, and words of what is said. */
type Refusal = readonly [argv: readonly string[], exitCode: number, words: string];

const SHARED: readonly Refusal[] = [
  [['--memory', 'lots'], 2, 'invalid memory size "lots"'],
  [['--gpus', 'some'], 2, 'invalid GPUs "some"'],
  [['--pull', 'sometimes'], 2, "'sometimes' is invalid"],
  [['--engine', 'other'], 2, "'other' is invalid"],
  [['--frozen'], 65, 'has no lock'],
  [['--frozen', '--no-lock'], 2, 'cannot combine --no-lock with --frozen'],
  [['--offline'], 125, 'is not here'],
];

const OF_LAUNCHES: readonly Refusal[] = [
  ...SHARED,
  [['-v', './nowhere:/data'], 2, '/nowhere": it does not exist'],
  [['-v', '/tmp:data'], 2, 'the folder "data" in the container is not absolute'],
  [['-v', '/tmp:/data:often'], 2, 'unknown option "often" of the volume'],
  [['-v', '/tmp:/data', '-v', 'cache:/data/'], 2, 'two mounts have the target "/data"'],
  [['--user', 'a b'], 2, 'invalid user "a b"'],
  [['-e', 'SUBMARINE_DIGEST=x'], 2, 'the variable "SUBMARINE_DIGEST" is reserved'],
  [['-e', '=x'], 2, 'invalid variable name ""'],
  [['--env-file', 'reserved.env'], 2, 'the variable "SUBMARINE_DIGEST" is reserved'],
  [['--env-file', 'nowhere.env'], 2, 'cannot read the variables file'],
  [['--code', 'nowhere'], 2, '/nowhere" does not exist'],
  [['--code-read-only', '--no-code'], 2, 'there is no code folder to mount read-only'],
  [['--code', '/'], 2, 'the whole file system cannot be the code folder'],
  [['--publish', '99999:80'], 2, 'invalid port "99999:80"'],
  [['--publish', 'there:80:80'], 2, 'invalid port "there:80:80"'],
  [['--workdir', 'sub'], 2, 'the folder "sub" is not absolute'],
  [['--cpus', 'few'], 2, 'invalid number of CPUs "few"'],
  [['--shm-size', 'much'], 2, 'invalid memory size "much"'],
  [['--name', '-x'], 2, 'invalid container name "-x"'],
  [['--stop-timeout', 'soon'], 2, 'Write a number of seconds.'],
];

function withEach(
  refusals: readonly Refusal[],
  toArgv: (options: readonly string[]) => readonly string[],
): readonly Refusal[] {
  return refusals.map(([options, exitCode, words]) => [toArgv(options), exitCode, words]);
}

test.each<Refusal>([
  ...withEach(OF_LAUNCHES, (options) => run(...options)),
  [['run', '--env', 'demo'], 2, 'no command to run'],
  [['run', '--env', 'demo', '--', 'a\0b'], 2, 'an argument of the command holds a NUL'],
  [['run', '--env', 'dmo', '--', 'true'], 66, 'did you mean "demo"?'],
  [['run', '--env', 'A=b', '--', 'true'], 2, 'not the variable "A=b"'],
  [['run', '--env', 'long', '--', 'true'], 65, 'more dependencies than can be handed'],
  [['run', '--env', 'open', '--frozen', '--', 'true'], 65, 'has a lock that is open'],
  [
    ['run', '--env', 'open', '--frozen', '--platform', 'linux/arm64', '--', 'true'],
    65,
    'has a lock without linux-aarch64',
  ],
  ...withEach(OF_LAUNCHES, (options) => notebook(...options)),
  [notebook('nowhere'), 2, '/nowhere" does not exist'],
  [notebook('sub', '--code', 'sub'), 2, 'the folder is named twice'],
  [notebook('--code-read-only', '--no-code'), 2, 'there is no code folder to mount read-only'],
  [notebook('sub', '--no-code'), 2, 'cannot combine DIR with --no-code'],
  [notebook('-e', 'JUPYTER_TOKEN=x'), 2, "a notebook's token cannot be chosen"],
  [notebook('--env-file', 'token.env'), 2, "a notebook's token cannot be chosen"],
  [notebook('-p', '8899:8888'), 2, 'choose its port on this machine: --port 8899'],
  [notebook('--publish', '8899:8888'), 2, 'the port of the notebook is published already'],
  [notebook('--port', 'there:80'), 2, 'invalid port "there:80"'],
  [notebook('--port', '0'), 2, 'invalid port "0"'],
  [notebook('--network', 'host'), 2, 'a notebook cannot be reached in the network host'],
  [notebook('--idle-timeout', 'soon'), 2, 'Write it as 90s'],
  [notebook('--', '--ServerApp.base_url=/x'), 2, 'would make the address wrong'],
  [notebook('.', '--', '--port=1'), 2, 'would make the address wrong'],
  [notebook('.', 'sub'), 2, 'cannot open a second folder, "sub"'],
  [notebook('--new', '--reuse'), 2, 'cannot combine --reuse with --new'],
  [['notebook', 'url', 'nothing'], 66, 'no run "nothing"'],
  [['notebook', 'url'], 66, 'no notebook of yours is running'],
  [['notebook', 'stop', 'nothing'], 66, 'no run "nothing"'],
  [run('--param', 'a=1'), 2, '"true" is not a notebook'],
  [['run', '--env', 'demo', '--param', 'a', 'n.ipynb'], 2, 'invalid parameter "a"'],
  [['run', '--env', 'demo', '--param', 'a-b=1', 'n.ipynb'], 2, 'invalid parameter name "a-b"'],
  [['notebook', '--env', 'dmo'], 66, 'did you mean "demo"?'],
  [bake('demo'), 2, "option '--tag <reference>' not specified"],
  [bake('demo', '--tag', 'UPPER'), 2, 'UPPER'],
  [bake('demo', '--tag', `demo@sha256:${'0'.repeat(64)}`), 2, 'names an image by its digest'],
  [bake('dmo', '--tag', 'demo:1'), 66, 'did you mean "demo"?'],
  [bake('bare', '--tag', 'bare:1'), 65, '"bare" has no kernel'],
  [bake('held', '--tag', 'held:1'), 65, 'kernel'],
  [bake('long', '--tag', 'long:1'), 65, 'more dependencies than can be handed'],
  [bake('open', '--tag', 'open:1', '--frozen'), 65, 'has a lock that is open'],
  [bake('demo', '--tag', 'demo:1', '--frozen'), 65, 'has no lock'],
  [bake('demo', '--tag', 'demo:1', '--pull', 'never'), 125, 'is not here'],
  ...withEach(SHARED, (options) => build('demo', ...options)),
  [build('dmo'), 66, 'did you mean "demo"?'],
  [build('demo', 'dmo'), 66, 'did you mean "demo"?'],
  [build('bare'), 65, '"bare" has no kernel'],
  [build('demo', 'held'), 65, 'kernel'],
  [build('long'), 65, 'more dependencies than can be handed'],
  [lock('dmo'), 66, 'did you mean "demo"?'],
  [lock('demo', 'dmo'), 66, 'did you mean "demo"?'],
  [lock('demo', '--platform', 'linux64'), 2, 'did you mean "linux-64"?'],
  [lock('demo', '--cuda', 'new'), 2, 'invalid version "new" for cuda'],
  [lock('demo', '--glibc', 'old'), 2, 'invalid version "old" for glibc'],
  [lock('demo', '--all'), 2, '--all is all of them'],
  [lock('demo', '--update', 'numpy'), 65, 'has no lock to update'],
  [lock('demo', '--check'), 65, 'has no lock'],
  [['exec', '-e', 'SUBMARINE_X=1', 'nothing', '--', 'true'], 2, '"SUBMARINE_X" is reserved'],
  [['exec', '--user', 'a b', 'nothing', '--', 'true'], 2, 'invalid user "a b"'],
  [['exec', '--workdir', 'sub', 'nothing', '--', 'true'], 2, 'the folder "sub" is not absolute'],
  [['exec', 'nothing'], 2, 'no command to run'],
  [['exec', 'no-such-container', '--', 'true'], 66, 'no run "no-such-container"'],
  [['shell', 'nothing'], 2, 'a shell needs a terminal'],
])('%j ends with %d before anything is fetched', async (argv, exitCode, words) => {
  const [before, begin] = [sockets.length, performance.now()];

  const { code, stdout, stderr } = await user.run(argv);

  expect(stderr).toContain(words);
  expect([code, stdout]).toEqual([exitCode, '']);
  expect(sockets.length - before).toBe(0);
  expect(performance.now() - begin).toBeLessThan(20_000);
});

test('a request that cannot be refused waits for the registry, so that connections are what is counted', async () => {
  const before = sockets.length;
  const child = spawn(process.execPath, [BUILT, ...run()], {
    env: user.env,
    cwd: user.project,
    stdio: 'ignore',
  });
  endWithTest(child);
  const closed = once(child, 'close');

  await poll(() => sockets.length > before);
  child.kill('SIGTERM');

  expect(await closed).toEqual([143, null]);
});
