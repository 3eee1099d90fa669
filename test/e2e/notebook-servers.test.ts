import { createServer } from 'node:net';
import { once } from 'node:events';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';

import { docker, images } from '../support/bed.ts';
import { ask, inTerminal, startKernel } from '../support/notebook.ts';
import { poll } from '../support/poll.ts';
import type { User } from '../support/submarine.ts';
import { BUILT, newUser } from '../support/submarine.ts';
import { startInTerminal } from '../support/terminal.ts';

let user: User;

beforeAll(async () => {
  user = await newUser();
  await user.run(['env', 'add', '--name', 'servers', '--image', images.example]);
});

afterEach(async () => {
  for (const id of await ownContainers()) await docker('rm', '--force', id);
});

async function ownContainers(): Promise<readonly string[]> {
  const { stdout } = await docker(
    'ps',
    '--all',
    '--quiet',
    '--filter',
    'label=submarine.env=servers',
  );
  return stdout.split('\n').filter(Boolean);
}

const LIST = ['notebook', 'list', '--env', 'servers'];
const OPEN = ['notebook', '--env', 'servers', '--no-browser'];

async function openDetached(...options: string[]): Promise<URL> {
  const { code, stdout, stderr } = await user.run([...OPEN, '--detach', ...options]);
  expect([code, stderr]).toEqual([0, '']);
  return new URL(stdout.trim());
}

test('a detached notebook is listed, found, read and stopped, and its token goes with it', async () => {
  const url = await openDetached();
  expect((await ask(url, '/api/status')).status).toBe(200);
  expect((await fetch(new URL('/api/contents', url))).status).toBe(403);

  const kept = join(user.env['HOME'] ?? '', '.local/state/submarine/notebooks');
  const [id = ''] = await readdir(kept);
  expect((await stat(join(kept, id))).mode & 0o777).toBe(0o600);
  expect(url.href).toContain((await readFile(join(kept, id), 'utf8')).trim());
  const list = await user.run(LIST);
  expect(list.stdout).toMatch(
    new RegExp(`^ID .* FOLDER\n${id}  servers +${url.host} .* ${user.project}\n$`),
  );
  expect(list.stdout).not.toContain(url.searchParams.get('token'));
  expect(JSON.parse((await user.run([...LIST, '-o', 'json'])).stdout)).toEqual([
    expect.objectContaining({ id, url: url.href, folder: user.project }),
  ]);
  for (const name of [[], [id], ['servers'], ['@last']]) {
    expect((await user.run(['notebook', 'url', ...name])).stdout).toBe(`${url.href}\n`);
  }
  // Asking whether it answers has left nothing in its log.
  expect((await user.run(['notebook', 'logs'])).stdout).toBe('');

  expect((await user.run(['notebook', 'stop', '--dry-run', id])).stdout).toContain(id);
  expect((await user.run(['notebook', 'stop', id])).stdout).toBe(`submarine-servers-${id}\n`);
  expect(await readdir(kept)).toEqual([]);
  expect((await user.run(LIST)).stderr).toBe('no notebook is running\n');
  expect((await user.run(['notebook', 'url', id])).code).not.toBe(0);
});

test('the one that is open for a folder is offered', async () => {
  const url = await openDetached();

  const reused = await user.run([...OPEN, '--reuse']);
  expect(reused).toEqual({ code: 0, stdout: `${url.href}\n`, stderr: '' });
  const other = await user.run([...OPEN, '--detach']);
  expect(other.stderr).toMatch(
    /^submarine: a notebook of servers, started just now, is open in this folder: /,
  );
  expect(other.stdout).not.toBe(reused.stdout);
  await mkdir(join(user.project, 'sub'), { recursive: true });
  expect((await user.run([...OPEN, '--detach', 'sub'])).stderr).toBe('');
  expect((await user.run([...OPEN, '--detach', '--new'])).stderr).toBe('');
});

test('its port can be chosen, on this machine alone, and Jupyter told more', async () => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();

  const url = await openDetached('--port', String(port), '--', '--ServerApp.root_dir=/opt');

  expect(url.host).toBe(`127.0.0.1:${port}`);
  const [container = ''] = await ownContainers();
  expect((await docker('port', container)).stdout).toBe(`8888/tcp -> 127.0.0.1:${port}`);
  const contents = (await (await ask(url, '/api/contents')).json()) as {
    content: { name: string }[];
  };
  expect(contents.content.map(({ name }) => name)).toContain('channel');
  const taken = await user.run([...OPEN, '--new', '--port', String(port)]);
  expect(taken.code).toBe(125);
  expect(taken.stderr).toMatch(/port/);
});

test("Jupyter's terminals are in the environment of the container", async () => {
  const url = await openDetached('-e', 'GIVEN=by me');

  expect(await inTerminal(url, 'echo "is: $GIVEN, $PWD"', 'is: by me')).toContain('/code/project');
});

describe("what the image's Jupyter is configured to", () => {
  test('makes neither the wait endless nor the address wrong', async () => {
    const folder = join(user.project, 'etc');
    await mkdir(folder, { recursive: true });
    await writeFile(
      join(folder, 'jupyter_server_config.py'),
      [
        "c.ServerApp.base_url = '/hub'\nc.ServerApp.ip = '::1'\nc.ServerApp.port = 9\n",
        "c.ServerApp.certfile = '/nowhere.pem'\nc.ServerApp.open_browser = True\n",
        "c.IdentityProvider.token = 'theirs'\nc.PasswordIdentityProvider.hashed_password = 'argon2:x'\n",
      ].join(''),
    );

    const url = await openDetached('-v', `${folder}:/etc/jupyter:ro`);

    expect((await ask(url, '/api/contents')).status).toBe(200);
    expect((await fetch(url)).status).toBe(200);
  });

  test('ends it where it asks for another token', async () => {
    const folder = join(user.project, 'other');
    await mkdir(folder);
    await writeFile(
      join(folder, 'jupyter_server_config.py'),
      [
        'from jupyter_server.auth import IdentityProvider\nclass Nobody(IdentityProvider):\n',
        '    def get_user(self, handler):\n        return None\n',
        'c.ServerApp.identity_provider_class = Nobody\n',
      ].join(''),
    );
    const mount = `${folder}:/etc/jupyter:ro`;
    const { code, stdout, stderr } = await user.run([...OPEN, '--detach', '-v', mount]);

    expect(stderr).toContain('rejects the token');
    expect([code, stdout]).toEqual([125, '']);
    expect(await ownContainers()).toEqual([]);
  });
});

test.each(['host', 'none'])(
  'in the network %s it is refused, and not waited for',
  async (network) => {
    const { code, stdout, stderr } = await user.run([...OPEN, `--engine-arg=--network=${network}`]);

    expect(stderr).toContain('is not published on this machine');
    expect([code, stdout]).toEqual([125, '']);
    await poll(async () => (await ownContainers()).length === 0);
  },
);

test('in a network of the user it is reached as in the common one', async () => {
  const network = `submarine-test-${process.pid}`;
  await docker('network', 'create', network);
  try {
    const url = await openDetached('--network', network);
    expect((await ask(url, '/api/status')).status).toBe(200);
  } finally {
    for (const id of await ownContainers()) await docker('rm', '--force', id);
    await docker('network', 'rm', network);
  }
});

test.each([[[]], [['--detach']]])('what a server says that fails is shown: %j', async (detach) => {
  const { code, stdout, stderr } = await user.run([
    ...[...OPEN, ...detach, '--', '--ServerApp.root_dir=/nowhere'],
  ]);

  expect(stderr).toContain('/nowhere');
  expect([code, stdout]).toEqual([1, '']);
  await poll(async () => (await ownContainers()).length === 0);
});

describe('at a terminal', () => {
  const start = (...options: string[]) =>
    startInTerminal(process.execPath, [BUILT, ...OPEN, '--new', ...options], {
      env: user.env,
      cwd: user.project,
    });
  const ADDRESS = /http:\/\/127\.0\.0\.1:\d+\/lab\?token=[0-9a-f]{48}/;
  const urlIn = (output: string): URL => new URL(ADDRESS.exec(output)?.[0] ?? '');

  test('Ctrl-C stops a server that runs nothing', async () => {
    const terminal = await start();
    await terminal.until('token=');
    terminal.type('\u0003');

    expect(await terminal.end()).toBe(0);
    expect(terminal.output().replace(ADDRESS, 'URL')).toMatch(
      /^URL\r\n\^C\[C .* ServerApp\] received signal 15, stopping\r\n$/,
    );
  });

  test('Ctrl-C asks where kernels are running, and a second one is yes', async () => {
    const terminal = await start();
    await terminal.until('token=');
    const url = urlIn(terminal.output());
    for (let kernel = 0; kernel < 2; kernel += 1) await startKernel(url);
    terminal.type('\u0003');
    await terminal.until('stop the server and 2 running kernels? [y/N] ');
    terminal.type('n\r');
    // A Ctrl-C that comes before the answer was read is the second one.
    await sleep(1000);
    expect((await ask(url, '/api/status')).status).toBe(200);
    terminal.type('\u0003');
    await poll(() => terminal.output().split('[y/N]').length === 3);
    terminal.type('\u0003');

    expect(await terminal.end()).toBe(0);
    await poll(async () => (await ownContainers()).length === 0);
  });

  test('what is being waited for is said after a while', async () => {
    const slow = join(user.project, 'slow');
    await writeFile(slow, '#!/bin/sh\nsleep 60\n', { mode: 0o755 });
    const terminal = await start('-v', `${slow}:/usr/local/bin/jupyter:ro`);
    await terminal.until('waiting for Jupyter in submarine-servers-');
    expect(terminal.output()).toMatch(/ to answer at 127\.0\.0\.1:\d+ …\r\n$/);
    terminal.type('\u0003');
    expect(await terminal.end()).toBe(130);
  });

  test('Ctrl-C while it starts is told in one line', async () => {
    const terminal = await start();
    await poll(async () => (await ownContainers()).length > 0);
    terminal.type('\u0003');

    expect(await terminal.end()).toBe(130);
    expect(terminal.output()).not.toContain('Traceback');
    expect(terminal.output()).toContain('submarine: stopped before the notebook answered');
    await poll(async () => (await ownContainers()).length === 0);
  });
});
