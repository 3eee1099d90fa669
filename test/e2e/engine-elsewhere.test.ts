import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo, Server } from 'node:net';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { docker, images, preparedImage, TEST_CHANNEL, TEST_LABEL } from '../support/bed.ts';
import { markPrefix } from '../support/kernel-mark.ts';
import { poll } from '../support/poll.ts';
import type { SecondEngine } from '../support/second-engine.ts';
import { startSecondEngine } from '../support/second-engine.ts';
import type { User } from '../support/submarine.ts';
import { newUser } from '../support/submarine.ts';

let engine: SecondEngine;
let image: string;

beforeAll(async () => {
  [engine, image] = await Promise.all([
    startSecondEngine(),
    preparedImage(images.test, ['USER 12345:12345']),
  ]);
  await engine.load(image);
});

describe.each([
  ['a folder of this machine', () => undefined],
  ['a volume of an engine elsewhere', () => engine.host],
])('kernels in %s', (_, host) => {
  let user: User;
  let environment: { readonly DOCKER_HOST: string | undefined };

  beforeAll(async () => {
    user = await newUser();
    environment = { DOCKER_HOST: host() ?? user.env['DOCKER_HOST'] };
    for (const [name, dependency] of [
      ['demo', 'hello'],
      ['other', 'many'],
    ]) {
      const kernel = `{name: ${name}, channels: ["${TEST_CHANNEL}"], dependencies: [${dependency}]}`;
      const stdin = `name: ${name}\ndocker-image: ${image}\nkernel: ${kernel}\n`;
      await submarine(['env', 'add', '-'], stdin);
    }
  });

  function submarine(argv: readonly string[], stdin = '') {
    return user.run(argv, { env: environment, stdin });
  }

  function run(...argv: string[]) {
    return submarine(['run', '--no-code', '--env', 'demo', ...argv]);
  }

  const client = (...args: string[]) =>
    docker(...(host() === undefined ? [] : ['--host', host() ?? '']), ...args);

  /** Does something to what is kept, past the command. */
  function inCache(script: string) {
    const cache = join(user.home, '.cache/submarine');
    const mount =
      host() === undefined ? `type=bind,source=${cache}` : 'type=volume,source=submarine';
    const as = ['--rm', '--user', '0', '--mount', `${mount},target=/submarine`];
    return client('run', ...as, '--entrypoint', 'sh', image, '-c', script);
  }

  const listed = async (): Promise<readonly Listed[]> =>
    JSON.parse((await submarine(['kernel', 'list', '-o', 'json'])).stdout);

  test('are built by a start, and found by the next and by all who look after them', async () => {
    expect(await listed()).toEqual([]);
    const first = await run('--', 'hello');
    expect(first).toMatchObject({ code: 0, stdout: expect.stringMatching(/^hello from \/submar/) });
    const build = await submarine(['kernel', 'build', 'other']);
    expect(build).toMatchObject({ code: 0, stdout: expect.stringMatching(/^[0-9a-f]{32}\n$/) });

    const second = await run('--', 'hello');

    expect(second).toEqual({ code: 0, stdout: first.stdout, stderr: '' });
    const kernels = await listed();
    expect(kernels.map(({ environments }) => environments)).toEqual([['demo'], ['other']]);
    expect(kernels.every(({ complete, bytes }) => complete && bytes > 0)).toBe(true);
    expect(first.stdout).toContain(kernels[0]?.digest);
    expect(await submarine(['kernel', 'verify', '--no-headers'])).toEqual({
      ...{ code: 0, stderr: '' },
      stdout: expect.stringMatching(/^[0-9a-f]{32} {2}demo +ok\n[0-9a-f]{32} {2}other +ok\n$/),
    });
    const df = JSON.parse((await submarine(['df', '-o', 'json'])).stdout);
    expect(df[0]).toMatchObject({ name: 'kernels', count: 2 });
  });

  test('are verified where they lie', async () => {
    await inCache('echo "# changed" >>$(echo /submarine/kernels/*/*/bin/hello)');

    const { code, stdout } = await submarine(['kernel', 'verify', 'demo', '--no-headers']);

    expect(code).toBe(65);
    expect(stdout).toMatch(/^[0-9a-f]{32} {2}demo {2}changed file bin\/hello/);
  });

  test('are left to a container that uses them, removed after it, and built anew', async () => {
    const name = `elsewhere-${process.pid}`;
    const running = run('--name', name, '--', 'sleep', '60');
    await poll(async () => (await client('ps', '--filter', `name=${name}`, '-q')).stdout !== '');
    const kept = await submarine(['kernel', 'prune', 'demo', '--yes']);
    await client('kill', name);
    await running;
    // The engine may still be removing what has ended.
    await poll(
      async () => (await client('ps', '-a', '--filter', `name=${name}`, '-q')).stdout === '',
    );

    const removed = await submarine(['kernel', 'prune', 'demo', '--yes']);

    expect(kept.stderr).toMatch(/stays: a container uses it/);
    expect(removed).toMatchObject({ code: 0, stderr: expect.stringMatching(/^freed \d/) });
    expect((await listed()).map(({ environments }) => environments)).toEqual([['other']]);
    expect(await run('--', 'hello')).toMatchObject({ code: 0 });
    expect(await submarine(['kernel', 'verify', 'demo'])).toMatchObject({ code: 0 });
    expect(await submarine(['kernel', 'prune', '--packages', '--yes'])).toMatchObject({ code: 0 });
    expect(await run('--', 'hello')).toMatchObject({ code: 0 });
  });

  test('are all that a run sees of what is kept, and cannot be written to', async () => {
    const script = 'find /submarine -maxdepth 3; touch "$SUBMARINE_PREFIX/new"';
    const { stdout, stderr } = await run('--home', 'none', '--', 'sh', '-c', script);

    const seen = stdout.split('\n').filter((line) => !['', '/submarine/user'].includes(line));
    expect(seen).toEqual([
      ...['/submarine', '/submarine/kernels'],
      ...[expect.stringMatching(/^\S+\/linux-[^/]+$/), expect.stringMatching(/\/[0-9a-f]{32}$/)],
    ]);
    expect(stderr).toMatch(/Read-only file system/);
  });

  test('are built once more by a start that finds them gone', async () => {
    expect(await run('--', 'hello')).toMatchObject({ code: 0 });
    await inCache('rm -rf /submarine/kernels/*/*');

    const { code, stdout } = await run('--', 'hello');

    expect([code, stdout]).toEqual([0, expect.stringMatching(/^hello from /)]);
  });

  test('are asked for in containers of which nothing is left', async () => {
    const all = await docker(
      ...(host() === undefined ? [] : ['--host', host() ?? '']),
      ...['ps', '--all', '--quiet', '--filter', `ancestor=${image}`],
    );

    expect(all.stdout).toBe('');
    const cache = await readdir(join(user.home, '.cache/submarine-host'));
    expect(cache.filter((entry) => entry.includes('.seen'))).toEqual([]);
  });
});

interface Listed {
  readonly digest: string;
  readonly environments: readonly string[];
  readonly complete: boolean;
  readonly bytes: number;
}

/** An address of this machine behind which that engine is, for this test file. */
async function forwardTo(host: string): Promise<string> {
  const path = host.replace('unix://', '');
  const server = createServer((client) => {
    const socket = connect(path);
    client.pipe(socket).pipe(client);
    for (const end of [client, socket]) end.on('error', () => {});
  }).listen(0, '127.0.0.1');
  forwarders.push(server);
  await once(server, 'listening');
  return `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const forwarders: Server[] = [];

afterAll(() => {
  for (const server of forwarders) server.close();
});

describe('an engine elsewhere', () => {
  let user: User;

  beforeAll(async () => {
    user = await newUser();
    const stdin = `name: demo\ndocker-image: ${image}\n`;
    await user.run(['env', 'add', '-'], { stdin });
  });

  const run = (...argv: string[]) =>
    user.run(['run', '--env', 'demo', ...argv], { env: { DOCKER_HOST: engine.host } });

  test('is known by a file that it does not see, also where its socket is on this machine', async () => {
    const { code, stderr } = await run('--', 'true');

    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('the engine runs on another machine'),
    ]);
    expect(stderr).toContain('--no-code');
    const known = JSON.parse(
      await readFile(join(user.home, '.cache/submarine-host/engines.json'), 'utf8'),
    );
    expect(known[engine.host]).toMatchObject({ isLocal: true, seesFiles: false, remote: true });
  });

  test('is found out again where it has taken the place of another', async () => {
    const path = join(user.home, '.cache/submarine-host/engines.json');
    const known = JSON.parse(await readFile(path, 'utf8'));
    Object.assign(known[engine.host], { seesFiles: true, remote: false });
    await writeFile(path, JSON.stringify(known));

    const first = await run('--', 'true');
    const second = await run('--', 'true');

    expect(first).toMatchObject({
      code: 125,
      stderr: expect.stringMatching(/does not see ".*project" of this machine\n {2}run it again/),
    });
    expect(second).toMatchObject({ code: 2, stderr: expect.stringContaining('another machine') });
  });

  test('mounts no folder of this machine by -v, but volumes', async () => {
    const refused = await run('--no-code', '-v', `${user.project}:/data`, '--', 'true');
    const taken = await run('--no-code', '-v', 'data:/data', '--', 'ls', '/');

    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('use named volumes'),
    });
    expect(taken).toMatchObject({ code: 0, stdout: expect.stringMatching(/^data$/m) });
  });

  test.each([
    ['whose socket is on this machine', async () => engine.host],
    ['at an address', async () => forwardTo(engine.host)],
  ])('%s opens no notebook, and tells nobody its token', async (_, host) => {
    const env = { DOCKER_HOST: await host() };
    const argv = ['notebook', '--env', 'demo', '--no-code', '--no-browser'];

    for (const more of [[], ['--dry-run']]) {
      expect(await user.run([...argv, ...more], { env })).toEqual({
        code: 2,
        stdout: '',
        stderr:
          'submarine: the engine runs on another machine, so the notebook cannot be opened here\n' +
          '  open it on that machine, or use an engine on this one\n',
      });
    }
    const notebooks = ['--filter', 'label=submarine.kind=notebook'];
    expect(await engine.docker('ps', '--all', '--quiet', ...notebooks)).toBe('');
  });

  test('has a kernel in the volume given to the user who built it, and the volume to nobody', async () => {
    const volume = ['--mount', 'type=volume,source=submarine,target=/submarine'];
    const script = 'stat -c %u:%g /submarine /submarine/kernels/*/*';
    const ask = ['--entrypoint', 'sh', image, '-c', script];

    const owners = (await engine.docker('run', '--rm', ...volume, ...ask)).trim().split('\n');
    expect([...new Set(owners)]).toEqual(['0:0', '12345:12345']);
  });
});

test('of an engine that mounts no single folder of a volume, runs see all of it, read-only', async () => {
  const user = await newUser();
  const env = { DOCKER_HOST: engine.host };
  const kernel = { name: 'whole', channels: [TEST_CHANNEL], dependencies: ['hello', 'many'] };
  const profile = { name: 'whole', 'docker-image': image, kernel };
  await user.run(['env', 'add', '-'], { stdin: JSON.stringify(profile) });
  const script =
    'hello; touch "$CONDA_PREFIX/x" /submarine/x 2>/dev/null || echo read-only; find /submarine -name "*netrc*" -o -name "*condarc*"; ls /submarine/kernels/*/ | wc -l';
  const run = () =>
    user.run(['run', '--env', 'whole', '--no-code', '--', 'sh', '-c', script], { env });
  const alone = await run();
  expect(alone.stdout).toMatch(/^hello from.*\nread-only\n1\n$/);

  const path = join(user.home, '.cache/submarine-host/volumes.json');
  const known = JSON.parse(await readFile(path, 'utf8')) as Record<string, { folder: string }>;
  for (const one of Object.values(known)) one.folder = '';
  await writeFile(path, JSON.stringify(known));
  const whole = await run();
  expect(whole).toMatchObject({ code: 0, stderr: '' });
  // Kernels of other tests are there, too.
  expect(whole.stdout).toMatch(/^hello from.*\nread-only\n(?!1\n)\d+\n$/);

  // A build sees all of it as well, and can write there: it is alone with it.
  await user.run(['kernel', 'prune', 'whole', '--yes'], { env });
  expect((await run()).stdout).toBe(whole.stdout);
});

test('a kernel of this machine is left to a container on another engine that was used before', async () => {
  const user = await newUser();
  const digest = 'a'.repeat(32);
  const prefix = join(user.home, '.cache/submarine/kernels/linux-64-glibc2.36', digest);
  await mkdir(join(prefix, 'conda-meta'), { recursive: true });
  await markPrefix(prefix);
  await user.run(['df'], { env: { DOCKER_HOST: engine.host } });
  const labels = [`submarine.digest=${digest}`, 'submarine.run=prune', `${TEST_LABEL}=prune`];
  const given = labels.flatMap((label) => ['--label', label]);
  const id = await engine.docker('create', ...given, image);

  const kept = await user.run(['kernel', 'prune', digest, '--yes']);
  await engine.docker('rm', id.trim());
  const removed = await user.run(['kernel', 'prune', digest, '--yes']);

  expect(kept.stderr).toContain(`kernel ${digest} stays: a container uses it\n`);
  expect(removed).toMatchObject({ code: 0, stdout: expect.stringContaining(digest) });
});
