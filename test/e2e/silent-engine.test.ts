import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { createServer } from 'node:net';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import type { Call, Submarine } from '../../src/sdk.ts';
import { openSubmarine } from '../../src/sdk.ts';
import { temporaryDirectory } from '../support/bed.ts';
import { BUILT } from '../support/submarine.ts';

/** An engine that accepts connections and never answers. */
interface SilentEngine {
  readonly host: string;
  readonly server: Server;
}

const { PATH } = process.env;
const engines: SilentEngine[] = [];
let home: string;

async function listen(where: 'socket' | 'network'): Promise<SilentEngine> {
  const path = join(home, 'silent.sock');
  const server = createServer((connection) => void connection.on('error', () => {}));
  server.listen(where === 'socket' ? { path } : { port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const host = where === 'socket' ? `unix://${path}` : `tcp://127.0.0.1:${port}`;
  const engine = { host, server };
  engines.push(engine);
  return engine;
}

/** Settles when the engine is asked something. */
async function asked({ server }: SilentEngine): Promise<void> {
  await once(server, 'connection');
  await setImmediate();
}

function openFor({ host }: SilentEngine): Promise<Submarine> {
  return openSubmarine({
    ...{ store: join(home, 'environments.yaml'), settings: {}, home, folder: home },
    variables: { PATH, DOCKER_HOST: host },
  });
}

beforeAll(async () => {
  home = await temporaryDirectory();
  const kernel = { name: 'team', channels: ['conda-forge'], dependencies: ['python'] };
  const submarine = await openSubmarine({ store: join(home, 'environments.yaml'), home });
  await submarine.environments.add({ name: 'demo', 'docker-image': 'alpine', kernel });
});
afterAll(() => {
  for (const { server } of engines) server.close();
});

type Method = (submarine: Submarine, call: Call) => Promise<unknown>;

const command = ['true'];
const METHODS: Readonly<Record<string, Method>> = {
  'environments.lock': ({ environments }, call) => environments.lock('demo', call),
  run: ({ run }, call) => run({ environment: 'demo', command }, call),
  'runs.exec': ({ runs }, call) => runs.exec({ container: 'demo', command }, call),
  'runs.list': ({ runs }, call) => runs.list({}, call),
  'runs.show': ({ runs }, call) => runs.show({ environment: 'demo', command }, call),
  'runs.showExec': ({ runs }, call) => runs.showExec({ container: 'demo', command }, call),
  'notebooks.open': ({ notebooks }, call) => notebooks.open({ environment: 'demo' }, call),
  'notebooks.stop': ({ notebooks }, call) => notebooks.stop({ notebooks: ['demo'] }, call),
  'notebooks.list': ({ notebooks }, call) => notebooks.list({}, call),
  'notebooks.get': ({ notebooks }, call) => notebooks.get({}, call),
  'notebooks.show': ({ notebooks }, call) => notebooks.show({ environment: 'demo' }, call),
  'kernels.build': ({ kernels }, call) => kernels.build({ environment: 'demo' }, call),
  'kernels.showBuild': ({ kernels }, call) => kernels.showBuild({ environment: 'demo' }, call),
  'kernels.list': ({ kernels }, call) => kernels.list({}, call),
  'kernels.verify': ({ kernels }, call) => kernels.verify({}, call),
  'kernels.choosePrunable': ({ kernels }, call) => kernels.choosePrunable({}, call),
  'kernels.prune': ({ kernels }, call) => kernels.prune({}, call),
  'kernels.clearPackages': ({ kernels }, call) => kernels.clearPackages({}, call),
  'kernels.usage': ({ kernels }, call) => kernels.usage({}, call),
  'images.bake': ({ images }, call) => images.bake({ environment: 'demo', tag: 'x:1' }, call),
  'images.planBake': ({ images }, call) =>
    images.planBake({ environment: 'demo', tag: 'x:1' }, call),
  'machine.examine': ({ machine }, call) => machine.examine({}, call),
};

describe.each(['network', 'socket'] as const)('an engine of the %s that never answers', (where) => {
  let engine: SilentEngine;
  beforeAll(async () => {
    engine = await listen(where);
  });

  test.each(Object.entries(METHODS))('holds no call of %s that is aborted', async (_, method) => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const called = method(await openFor(engine), { signal: controller.signal });
    void asked(engine).then(() => controller.abort(reason));

    await expect(called).rejects.toMatchObject({ kind: 'interrupted', cause: reason });
  });
});

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const COMMANDS: readonly string[][] = [
  ['run', '--env', 'demo', '--', 'true'],
  ['exec', 'demo', '--', 'true'],
  ['notebook', '--env', 'demo'],
  ['kernel', 'build', 'demo'],
  ['kernel', 'list'],
  ['kernel', 'verify'],
  ['kernel', 'prune', '--yes'],
  ['image', 'bake', 'demo', '--tag', 'x:1'],
  ['env', 'lock', 'demo'],
  ['df'],
  ['doctor'],
];

test.each(COMMANDS.flatMap((argv) => SIGNALS.map((signal) => [argv, signal] as const)))(
  '%j ends by one %s while the engine does not answer',
  async (argv, signal) => {
    const engine = await listen('network');
    const env = { PATH, HOME: home, DOCKER_HOST: engine.host };
    const store = ['--store', join(home, 'environments.yaml')];
    const child = spawn(process.execPath, [BUILT, ...store, ...argv], {
      env,
      stdio: 'ignore',
    });
    const ended = once(child, 'exit');
    await asked(engine);
    child.kill(signal);

    expect(await ended).toEqual([128 + constants.signals[signal], null]);
  },
);
