import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterEach, beforeAll, expect, test } from '@jest/globals';

import type {
  RunCall,
  Runs,
  Settings,
  StartedRun,
  Submarine,
  SubmarineEvent,
} from '../../src/sdk.ts';
import { openSubmarine } from '../../src/sdk.ts';
import { dockerOutput, docker, images, temporaryDirectory } from '../support/bed.ts';
import type { ChannelServer } from '../support/channel-server.ts';
import { makeWheel, serveChannel } from '../support/channel-server.ts';
import { poll } from '../support/poll.ts';

const SDK = fileURLToPath(new URL('../../dist/sdk.js', import.meta.url));
const { PATH, DOCKER_HOST } = process.env;

let server: ChannelServer;
let home: string;
let submarine: Submarine;

/** A user with a home of their own. */
async function openFor(
  home: string,
  store = join(home, 'environments.yaml'),
  settings: Settings = {},
): Promise<Submarine> {
  const folder = join(home, 'project');
  await mkdir(folder, { recursive: true });
  return openSubmarine({ store, settings, home, folder, variables: { PATH, DOCKER_HOST } });
}

beforeAll(async () => {
  server = await serveChannel();
  await makeWheel(server, 'tiny', '1.0');
  await writeFile(join(server.folder, 'wheels/index.html'), '');
  home = await temporaryDirectory();
  // Containers see the servers of this machine.
  submarine = await openFor(home, undefined, { 'engine-args': ['--network=host'] });
});

const kernel = (...dependencies: readonly (string | { pip: string[] })[]) => ({
  name: 'team',
  channels: [server.url, 'nodefaults'],
  dependencies,
});

/** What a command writes to stdout, and its exit code. */
async function outcome(
  start: (call: RunCall) => Promise<StartedRun>,
): Promise<readonly [string, number]> {
  const stdout = new PassThrough();
  const written = text(stdout);
  const run = await start({ stdout });
  const { exitCode } = await run.ended.finally(() => stdout.end());
  return [await written, exitCode];
}

const sleeping: StartedRun[] = [];

afterEach(async () => {
  for (const run of sleeping.splice(0)) await run.remove();
});

/** A command that is running for long, and ends with the test. */
async function startSleep(
  { run, list }: Pick<Runs, 'run' | 'list'>,
  environment: string,
  call?: RunCall,
): Promise<StartedRun> {
  const started = await run({ environment, command: ['sleep', '600'], code: false }, call);
  sleeping.push(started);
  await poll(async () =>
    (await list()).some(({ name, status }) => name === started.id && status === 'running'),
  );
  return started;
}

const containersOf = (environment: string) =>
  dockerOutput('ps', '--all', '--quiet', '--filter', `label=submarine.env=${environment}`);

test('an environment is added, locked, run, entered, listed, baked and looked after', async () => {
  const { environments, runs, kernels, images: made } = submarine;
  const profile = {
    name: 'sdk-demo',
    'docker-image': images.test,
    kernel: kernel('python', 'hello'),
  };
  const added = await environments.add(profile);
  expect(added.documents.map(({ environment }) => environment)).toEqual([profile]);

  const events: SubmarineEvent[] = [];
  const { lock, location } = await environments.lock('sdk-demo', {
    on: (event) => events.push(event),
  });
  expect(events).toContainEqual({
    ...{ type: 'step', step: 'solving', environment: 'sdk-demo', platform: 'linux-64' },
  });
  expect(lock.platforms['linux-64']?.packages.map(({ name }) => name)).toContain('hello');
  expect(await readFile(location, 'utf8')).toContain('"name": "hello"');
  await environments.checkLock('sdk-demo');
  expect(await environments.export({ name: 'sdk-demo', format: 'explicit' })).toContain(
    '/hello-1.0-',
  );
  expect(await environments.diffFromLock('sdk-demo')).toMatchObject({ state: 'fresh' });

  const shell = 'echo "$WHO in $SUBMARINE_KERNEL"; exit 7';
  const request = {
    environment: 'sdk-demo',
    command: ['sh', '-c', shell],
    variables: { WHO: 'me' },
  };
  expect(await outcome((call) => submarine.run(request, call))).toEqual(['me in team\n', 7]);
  expect(await runs.show(request)).toMatch(/^WHO=me docker run [^]* --kernel team -- sh -c /);

  const started = await startSleep(runs, 'sdk-demo');
  expect(await runs.list({ environment: 'sdk-demo' })).toEqual([
    expect.objectContaining({ name: started.id, kind: 'run', environment: 'sdk-demo' }),
  ]);
  const entered = { container: started.id, command: ['sh', '-c', 'echo "$SUBMARINE_KERNEL"'] };
  expect(await outcome((call) => runs.exec(entered, call))).toEqual(['team\n', 0]);
  const [built] = (await kernels.list()).kernels;
  expect(built).toMatchObject({ environments: ['sdk-demo'], names: ['team'], state: 'complete' });
  expect((await kernels.prune({ names: ['sdk-demo'] })).staying).toEqual([
    { digest: built?.digest, why: 'in-use' },
  ]);
  await started.signal('SIGKILL');
  expect(await started.ended).toEqual({ exitCode: 137 });

  expect((await kernels.verify('sdk-demo')).kernels).toEqual([
    { digest: built?.digest, environments: ['sdk-demo'], ok: true, differences: [] },
  ]);
  expect((await kernels.usage()).parts).toContainEqual(
    expect.objectContaining({ part: 'kernels', count: 1 }),
  );
  expect((await kernels.prune({ names: ['sdk-demo'] })).removed).toHaveLength(1);
  expect(await kernels.build({ environment: 'sdk-demo' })).toEqual({ digest: built?.digest });

  const extras = { docker: ['--network=host'] };
  const tag = `submarine-test:sdk-${process.pid}`;
  expect(await made.bake({ environment: 'sdk-demo', tag, extras })).toBe(tag);
  const baked = [
    'run',
    '--rm',
    tag,
    '--kernel',
    'team',
    '--',
    'sh',
    '-c',
    'echo $SUBMARINE_KERNEL',
  ];
  expect(await dockerOutput(...baked)).toBe('team');
  await docker('image', 'rm', '--force', tag);
  expect(await environments.delete('sdk-demo')).toMatchObject({ names: ['sdk-demo'] });
  await expect(readFile(location)).rejects.toThrow('ENOENT');
});

test('a notebook has an address until it is stopped', async () => {
  const { environments, notebooks } = await openFor(home);
  await environments.add({ name: 'sdk-notebook', 'docker-image': images.example });
  const { run, url } = await notebooks.open({ environment: 'sdk-notebook' });
  const address = (await url) ?? '';
  expect((await fetch(address)).status).toBe(200);
  await expect(notebooks.stop({ notebooks: ['nothing'] })).rejects.toMatchObject({
    kind: 'not-found',
  });

  await notebooks.stop({ notebooks: ['sdk-notebook'] });

  await run.ended;
  expect(await containersOf('sdk-notebook')).toBe('');
  await expect(fetch(address)).rejects.toThrow('fetch failed');
});

test.each(['before it is started', 'while it is starting', 'while it is running'])(
  'a run that is aborted %s leaves no container',
  async (when) => {
    const name = `aborted-${when.replaceAll(' ', '-')}`;
    await submarine.environments.add({ name, 'docker-image': images.busybox });
    const controller = new AbortController();
    const { signal } = controller;
    if (when.startsWith('before')) controller.abort();
    const start = when.endsWith('running')
      ? startSleep(submarine.runs, name, { signal })
      : submarine.run({ environment: name, command: ['sleep', '600'] }, { signal });
    const ended = start.then((run) => {
      controller.abort(new Error('nobody waits any more'));
      return run.ended;
    });

    await expect(ended).rejects.toMatchObject({ kind: 'interrupted', code: 'interrupted' });
    expect(await containersOf(name)).toBe('');
  },
);

test.each([
  ['solving', '/noarch/repodata.json'],
  ['asking-pip', '/wheels/index.html'],
])('a lock that is aborted while %s leaves nothing behind', async (step, asked) => {
  const name = `unlocked-${step}`;
  const pip = ['--no-index', `--find-links ${server.url}/wheels/index.html`, 'tiny'];
  const added = { name, 'docker-image': images.test, kernel: kernel('python', { pip }) };
  await submarine.environments.add(added);
  const stored = await readFile(join(home, 'environments.yaml'));
  server.answers.set(asked, 'never');
  server.requests.length = 0;
  const controller = new AbortController();
  const steps: string[] = [];
  const on = (event: SubmarineEvent): void => {
    if (event.type === 'step') steps.push(event.step);
  };

  const locked = submarine.environments.lock(name, { on, signal: controller.signal });
  locked.catch(() => {});
  await poll(() => server.requests.includes(asked));
  controller.abort();

  await expect(locked).rejects.toMatchObject({ kind: 'interrupted' });
  server.answers.delete(asked);
  expect(steps.at(-1)).toBe(step);
  expect(await containersOf(name)).toBe('');
  expect(await readFile(join(home, 'environments.yaml'))).toEqual(stored);
  const left = (await readdir(home, { recursive: true })).filter(
    // Containers write there.
    (path) => !path.startsWith('.cache/submarine/'),
  );
  expect(left.filter((path) => path.includes(name) || path.endsWith('.tmp'))).toEqual([]);
});

test('two users with two stores in one process do not see each other', async () => {
  const shared = await temporaryDirectory();
  const [one, two] = [
    await openFor(shared, join(shared, 'one.yaml')),
    await openFor(shared, join(shared, 'two.yaml')),
  ];
  await one.environments.add({ name: 'same', 'docker-image': images.busybox });
  await two.environments.add({ name: 'same', 'docker-image': images.plain });
  await one.environments.select('same');

  expect((await two.environments.get('same')).environment['docker-image']).toBe(images.plain);
  expect(await one.environments.current()).toEqual({ name: 'same', by: 'selection' });
  expect(await two.environments.current()).toBeUndefined();
  await two.environments.delete(['same']);
  expect((await one.environments.get()).environment.name).toBe('same');
});

test('those who share a store lose no change of each other', async () => {
  const shared = await temporaryDirectory();
  const users = [await openFor(shared), await openFor(shared)];
  const names = Array.from({ length: 10 }, (_, index) => `environment-${index}`);

  await Promise.all(
    names.map(async (name, index) =>
      users[index % 2]?.environments.add({ name, 'docker-image': images.busybox }),
    ),
  );

  expect((await users[0]?.environments.list())?.map(({ name }) => name)).toEqual(names);
});

test('who waits for another writer waits no longer than wanted', async () => {
  const shared = await temporaryDirectory();
  const { environments } = await openFor(shared);
  const profile = { name: 'waited-for', 'docker-image': images.busybox };
  const file = join(shared, 'environments.yaml');
  const controller = new AbortController();

  const { withFileLock } = await import('../../src/files/file-lock.ts');
  await withFileLock(file, {}, async () => {
    const adding = environments.add(profile, { signal: controller.signal });
    controller.abort();
    await expect(adding).rejects.toMatchObject({ kind: 'interrupted' });
  });

  expect(await environments.list()).toEqual([]);
});

test('errors say of which kind they are, and which', async () => {
  const { environments, runs, notebooks, kernels } = await openFor(await temporaryDirectory());
  const profile = { name: 'taken', 'docker-image': images.busybox };
  await environments.add(profile);
  const refused = (attempt: Promise<unknown>, kind: string, code: string) =>
    expect(attempt).rejects.toMatchObject({ kind, code });

  await refused(environments.add(profile), 'invalid', 'name-taken');
  await refused(environments.add({ name: 'no-image' }), 'usage', 'nothing-to-add');
  const misspelt = { ...profile, desciption: 'x' };
  await refused(environments.add(misspelt), 'usage', 'unknown-key');
  await refused(environments.add({ file: 'none.yaml' }), 'invalid', 'file-not-readable');
  await refused(environments.get('absent'), 'not-found', 'environment-not-found');
  await refused(environments.get(), 'usage', 'no-environment-named');
  await refused(environments.checkLock('taken'), 'invalid', 'no-lock');
  await refused(runs.run({ environment: 'taken', command: [] }), 'usage', 'no-command');
  await refused(
    runs.exec({ container: 'absent', command: ['true'] }),
    'not-found',
    'run-not-found',
  );
  await refused(
    notebooks.open({ environment: 'taken', code: 'absent' }),
    ...(['usage', 'code-missing'] as const),
  );
  await expect(kernels.build({ environment: 'taken' })).rejects.toMatchObject({ kind: 'invalid' });
  await expect(openSubmarine({ store: 'ftp://host/x' })).rejects.toMatchObject({ kind: 'usage' });
});

test('variables of the process are defaults, and none is read where others are given', async () => {
  const folder = await temporaryDirectory();
  const program = `
    import { openSubmarine } from ${JSON.stringify(SDK)};
    const options = [{}, { variables: { HOME: process.cwd() } }, { home: 'other' }];
    for (const [index, option] of options.entries()) {
      const { environments } = await openSubmarine(option);
      await environments.add({ name: 'added-' + index, 'docker-image': 'alpine' });
      console.log((await environments.current())?.name);
    }
  `;
  await writeFile(join(folder, 'program.mjs'), program);
  const env = { PATH, HOME: '/nowhere', SUBMARINE_STORE: 'store.yaml', SUBMARINE_ENV: 'chosen' };
  const run = promisify(execFile)(process.execPath, ['program.mjs'], { cwd: folder, env });

  expect((await run).stdout).toBe('chosen\nundefined\nchosen\n');
  const [own, other] = ['.local/share/submarine/environments.yaml', 'store.yaml'].map((path) =>
    readFile(join(folder, path), 'utf8'),
  );
  expect(await own).toBe('name: added-1\ndocker-image: alpine\n');
  expect((await other)?.match(/added-\d/g)).toEqual(['added-0', 'added-2']);
});

test('nothing is printed, no handler stays, and the process ends by itself', async () => {
  const folder = await temporaryDirectory();
  const program = `
    import { openSubmarine } from ${JSON.stringify(SDK)};
    const handlers = () => process.eventNames().map(String).sort().join();
    const before = handlers();
    const submarine = await openSubmarine({ store: 'environments.yaml', home: ${JSON.stringify(folder)} });
    const kernel = { name: 'team', channels: [${JSON.stringify(server.url)}], dependencies: ['hello'] };
    await submarine.environments.add({ name: 'quiet', 'docker-image': ${JSON.stringify(images.test)}, kernel });
    await submarine.environments.lock('quiet');
    const command = ['sh', '-c', 'echo out; echo err >&2; exit 3'];
    const run = await submarine.run({ environment: 'quiet', command, extras: { docker: ['--network=host'] } });
    const { exitCode } = await run.ended;
    const failure = await submarine.environments.get('absent').catch(({ kind }) => kind);
    const same = handlers() === before;
    process.on('exit', () => process.exit(exitCode === 3 && failure === 'not-found' && same ? 42 : 1));
  `;
  await writeFile(join(folder, 'program.mjs'), program);
  const ended = promisify(execFile)(process.execPath, ['program.mjs'], { cwd: folder });

  await expect(ended).rejects.toMatchObject({ code: 42, stdout: '', stderr: '' });
});
