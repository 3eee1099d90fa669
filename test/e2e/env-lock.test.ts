import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { docker, dockerOutput, images } from '../support/bed.ts';
import type { ChannelServer } from '../support/channel-server.ts';
import { makeWheel, serveChannel } from '../support/channel-server.ts';
import { poll } from '../support/poll.ts';
import { startRegistry } from '../support/registry.ts';
import { endWithTest } from '../support/started.ts';
import { lockPath } from '../support/stored-lock.ts';
import type { User } from '../support/submarine.ts';
import { BUILT, newUser } from '../support/submarine.ts';

let server: ChannelServer;
let user: User;
const tags: string[] = [];

/** A channel and an index that are at the same address on this machine and in containers on its network. */
beforeAll(async () => {
  server = await serveChannel();
  user = await newUser();
  const config = join(user.home, '.config/submarine');
  await mkdir(config, { recursive: true });
  await writeFile(join(config, 'config.yaml'), 'engine-args: ["--network=host"]\n');
  await makeWheel(server, 'tiny', '1.5', ['helper']);
  await makeWheel(server, 'helper', '1.0');
  await makeWheel(server, 'helper', '2.0');
  await writeIndex();
  const linux = await readFile(join(server.folder, 'linux-64/repodata.json'), 'utf8');
  await mkdir(join(server.folder, 'linux-aarch64'));
  await writeFile(
    join(server.folder, 'linux-aarch64/repodata.json'),
    linux.replaceAll('linux-64', 'linux-aarch64'),
  );
});

afterAll(async () => {
  if (tags.length > 0) await docker('image', 'rm', '--force', ...tags);
});

async function writeIndex(): Promise<void> {
  const folder = join(server.folder, 'wheels');
  const wheels = (await readdir(folder)).filter((name) => /\.(?:whl|gz)$/.test(name));
  const links = wheels.map((name) => `<a href="${name}">${name}</a>\n`);
  await writeFile(join(folder, 'index.html'), links.join(''));
}

async function add(name: string, dependencies: readonly string[], pip: readonly string[] = []) {
  const options = ['--no-index', `--find-links ${server.url}/wheels/index.html`];
  const kernel = {
    name: 'team',
    channels: [server.url, 'nodefaults'],
    dependencies: [...dependencies, ...(pip.length === 0 ? [] : [{ pip: [...options, ...pip] }])],
  };
  const profile = { name, 'docker-image': images.test, kernel };
  const { code, stderr } = await user.run(['env', 'add', '--replace', '-'], {
    stdin: JSON.stringify(profile),
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
}

const lock = (...argv: string[]) => user.run(['env', 'lock', ...argv]);

const lockOf = (name: string) => readFile(lockPath(user, name), 'utf8');

test('image, conda packages and pip packages are locked, and what is started is what was locked', async () => {
  await add('demo', ['python', 'many<2'], ['tiny']);

  const locked = await lock('demo');
  expect(locked).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/demo: 5 packages\n$/),
  });
  const text = await lockOf('demo');
  const id = await dockerOutput('image', 'inspect', '--format', '{{.Id}}', images.test);
  expect(text).toContain(`image: {"reference": "${images.test}", "local": "${id}"}\n`);
  expect(text).toContain('"__glibc": "2.36"');
  expect(text).toContain('{"name": "many", "version": "1.1",');
  expect(text).toMatch(
    /pip:\n {6}- \{"name": "helper", "version": "2\.0", "url": "http:\/\/127\.0\.0\.1:\d+\/wheels\/helper-2\.0-py3-none-any\.whl", "sha256": "[0-9a-f]{64}"\}\n {6}- \{"name": "tiny"/,
  );
  expect(await lock('demo', '--check')).toMatchObject({ code: 0, stderr: '' });

  const code = 'import helper, tiny; print(helper.version, tiny.version)';
  const run = await user.run(
    ['run', '--env', 'demo', '--frozen', '--no-code', '--', 'python', '-c', code],
    { env: { SUBMARINE_FROZEN: '1' } },
  );
  expect([run.code, run.stdout]).toEqual([0, '2.0 1.5\n']);
});

test('an update of a pip package leaves the others as they are, on each platform', async () => {
  await add('updated', ['python'], ['tiny']);
  await lock('updated', '--platform', 'linux-64', '--platform', 'linux-aarch64');
  await makeWheel(server, 'tiny', '1.6', ['helper']);
  await makeWheel(server, 'helper', '2.1');
  await writeIndex();

  expect(await lock('updated', '--update', 'tiny')).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(
      /linux-64\n {2}tiny 1\.5 → 1\.6 \(pip\)\nlinux-aarch64\n {2}tiny 1\.5 → 1\.6 \(pip\)\n~2 \+0 −0\nupdated: /,
    ),
  });
});

test('pip packages of another platform are those that need no build there, else they stay open', async () => {
  await add('other', ['python'], ['helper==2.0']);
  expect(await lock('other', '--platform', 'linux-aarch64')).toMatchObject({
    code: 0,
    stderr: expect.not.stringContaining('stay open'),
  });
  const text = await lockOf('other');
  expect(text).toContain('"__archspec": "1=aarch64"');
  expect(text).toContain('/linux-aarch64/python-');
  expect(text).toContain('pip:\n      - {"name": "helper", "version": "2.0",');
  expect(text).not.toContain('linux-64:');

  await makeWheel(server, 'native', '1.0');
  const wheel = (name: string) => join(server.folder, 'wheels', name);
  await writeFile(
    wheel('native-1.0-cp311-cp311-linux_x86_64.whl'),
    await readFile(wheel('native-1.0-py3-none-any.whl')),
  );
  await rm(wheel('native-1.0-py3-none-any.whl'));
  await writeIndex();
  await add('native', ['python'], ['native']);
  const { code, stderr } = await lock(
    ...['native', '--platform', 'linux-64', '--platform', 'linux-aarch64'],
  );
  expect(code).toBe(0);
  expect(stderr).toContain(
    'submarine: warning: the pip packages of linux-aarch64 stay open: No matching distribution found for native\n',
  );
  expect(await lockOf('native')).toMatch(/linux-aarch64:[^]*\n {4}pip: open\n/);
  expect(await lock('native', '--check')).toMatchObject({
    code: 65,
    stderr: expect.stringContaining(
      'is open: the pip packages of linux-aarch64 have no exact versions',
    ),
  });
});

test('pip lines that nothing meets are an error with what pip says', async () => {
  await add('impossible', ['python'], ['tiny', 'helper>=3']);

  const { code, stdout, stderr } = await lock('impossible');

  expect({ code, stdout }).toEqual({ code: 65, stdout: '' });
  expect(stderr).toContain('submarine: pip finds no packages for the pip lines of "impossible"\n');
  expect(stderr).toMatch(/ {2}\| ERROR: No matching distribution found for helper>=3\n/);
});

test('a signal while pip is asked leaves no container and no lock behind', async () => {
  await add('stopped', ['python'], ['tiny']);
  const page = '/wheels/index.html';
  server.requests.length = 0;
  server.answers.set(page, 'cut');
  const locking = spawn(process.execPath, [BUILT, 'env', 'lock', 'stopped'], {
    env: user.env,
    cwd: user.project,
    stdio: 'ignore',
  });
  endWithTest(locking);
  const ended = once(locking, 'exit');
  await poll(() => server.requests.includes(page));

  locking.kill('SIGTERM');

  expect(await ended).toEqual([143, null]);
  server.answers.delete(page);
  const left = await dockerOutput(
    'ps',
    '--all',
    '--quiet',
    '--filter',
    'label=submarine.env=stopped',
  );
  expect(left).toBe('');
  await expect(lockOf('stopped')).rejects.toThrow('ENOENT');
});

test('an image of a registry is locked by its digest, and fetched for it', async () => {
  const registry = await startRegistry();
  const image = `${registry.host}/team/tool:1`;
  tags.push(image);
  await dockerOutput('tag', images.busybox, image);
  await dockerOutput('push', '--quiet', image);
  await dockerOutput('image', 'rm', image);
  await user.run(['env', 'add', '--name', 'pushed', '--image', image]);

  const offline = await lock('pushed', '--offline');
  expect(offline.stderr).toContain('nothing is fetched offline, so the image');
  const { code, stderr } = await lock('pushed');

  expect([code, stderr]).toEqual([
    0,
    expect.stringMatching(/^image .* \(no digest\) → .* sha256:[0-9a-f]{64}\n.*\n?.*packages.*\n$/),
  ]);
  const digest = await dockerOutput(
    ...['image', 'inspect', '--format', '{{index .RepoDigests 0}}', image],
  );
  expect(await lockOf('pushed')).toContain(
    `image: {"reference": "${image}", "digest": "${digest.slice(digest.indexOf('@') + 1)}"}\n`,
  );
  expect((await lock('pushed', '--check')).code).toBe(0);

  // The same image under a name that was never pushed is known by its id, as a lock of it would have it.
  const bare = ['env', 'add', '--replace', '--name', 'bare', '--image'];
  await user.run([...bare, images.plain]);
  await lock('bare');
  await user.run([...bare, images.busybox]);
  const id = await dockerOutput('image', 'inspect', '--format', '{{.Id}}', images.busybox);
  expect((await user.run(['env', 'diff', 'bare'])).stdout).toContain(
    `→ ${images.busybox} ${id} (local)\n`,
  );
});

test.each([
  [['python']],
  [['many']],
  [['many=1.0']],
  [['many<2', 'left']],
  [['wants-old-many', 'hello']],
  [['needs-glibc', 'activate-plain']],
])('what is locked for %j is what conda itself would install', async (specs) => {
  await add('same', specs);
  expect((await lock('same')).code).toBe(0);
  const text = await lockOf('same');
  const ours = [...text.matchAll(/"name": "(.*?)", "version": "(.*?)", "build": "(.*?)"/g)];

  const { stdout } = await docker(
    ...['run', '--rm', '--network=host', images.test, '/opt/conda/bin/conda', 'create'],
    ...['--dry-run', '--json', '--name', 'x', '--strict-channel-priority'],
    ...['--override-channels', '--channel', server.url, ...specs],
  );
  const { actions } = JSON.parse(stdout) as {
    actions: { LINK: { name: string; version: string; build_string: string }[] };
  };
  const theirs = actions.LINK.map(({ name, version, build_string }) => [
    name,
    version,
    build_string,
  ]);

  expect(ours.map(([, ...words]) => words)).toEqual(
    theirs.toSorted(([left = ''], [right = '']) => (left < right ? -1 : 1)),
  );
});
