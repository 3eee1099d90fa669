import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';

import { beforeAll, expect, test } from '@jest/globals';

import { captureRun } from '../../src/engines/collect-run.ts';
import { openDocker } from '../../src/engines/docker/docker-engine.ts';
import type { Engine, Streams } from '../../src/engines/engine.ts';
import { helperPlan } from '../../src/launch/helper-plan.ts';
import type { LaunchPlan } from '../../src/launch/launch-plan.ts';
import { dockerOutput, images, temporaryDirectory, TEST_LABEL } from '../support/bed.ts';
import { poll } from '../support/poll.ts';

let engine: Engine;
let folder: string;

beforeAll(async () => {
  folder = await temporaryDirectory();
  engine = openDocker({ env: process.env, hostFolder: join(folder, 'host') });
});

function planOf(script: string, part: Partial<LaunchPlan> = {}): LaunchPlan {
  const command = ['/bin/sh', '-c', script] as const;
  const runId = randomBytes(4).toString('hex');
  return { ...helperPlan({ runId, image: images.plain, command }), ...part };
}

/** How a plan ends, and what it printed. */
async function ended(plan: LaunchPlan, stdin?: Streams['stdin']) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const said = Promise.all([text(stdout), text(stderr)]);
  const run = await engine.runs.start(plan, { stdin, stdout, stderr });
  const end = await run.ended.finally(() => [stdout, stderr].map((stream) => stream.end()));
  const [out, err] = await said;
  return { ...end, stdout: out, stderr: err };
}

test('a start whose mount has no source any more is told by its path', async () => {
  const source = join(folder, 'gone, "it is"');
  const mounts = [{ type: 'bind', source, target: '/gone', readOnly: true } as const];

  await expect(ended(planOf('true', { mounts }))).rejects.toMatchObject({
    kind: 'refused',
    code: 'mount-source-missing',
    data: { path: source },
  });
});

const STREAMS = { interaction: 'streams' } as const;
const CHUNK = Buffer.alloc(64 * 1024, 'submarine');

/** So many chunks, counted as they are taken. */
function source(chunks: number) {
  let taken = 0;
  const stream = new Readable({
    read() {
      this.push(taken++ < chunks ? CHUNK : null);
    },
  });
  return { stream, bytesTaken: () => taken * CHUNK.length };
}

test('50 MB on stdin arrive as they are, read no faster than the command reads', async () => {
  const chunks = 800;
  const { stream, bytesTaken } = source(chunks);
  const go = join(folder, 'go');
  const mounts = [{ type: 'bind', source: folder, target: '/folder' } as const];
  const script = 'touch /folder/up; until [ -e /folder/go ]; do sleep 0.05; done; sha256sum';

  const outcome = ended(planOf(script, { ...STREAMS, mounts }), stream);
  await poll(() => existsSync(join(folder, 'up')));
  await setTimeout(1000);
  const takenBefore = bytesTaken();
  await writeFile(go, '');

  const hash = createHash('sha256');
  for (let chunk = 0; chunk < chunks; chunk++) hash.update(CHUNK);
  expect(await outcome).toEqual({
    exitCode: 0,
    stdout: `${hash.digest('hex')}  -\n`,
    stderr: '',
  });
  expect(takenBefore).toBeLessThan(8 * 1024 ** 2);
  expect(stream.readableEnded).toBe(true);
});

test('a helper is given a stream, and its answer is collected', async () => {
  const { stream } = source(800);

  const captured = await captureRun(engine.runs, planOf('wc -c'), {}, stream);

  expect(captured).toEqual({ exitCode: 0, stdout: String(800 * CHUNK.length), stderr: '' });
});

test('a command that reads only the beginning of a long stdin ends', async () => {
  const { stream } = source(800);

  expect(await ended(planOf('head -c 9', STREAMS), stream)).toEqual({
    exitCode: 0,
    stdout: 'submarine',
    stderr: '',
  });
});

test.each<[string, (stream: Readable) => void]>([
  ['fails', (stream) => stream.destroy(new Error('the disk is gone'))],
  ['is closed before its end', (stream) => stream.destroy()],
])('a stdin that %s is not taken for its end', async (_, breakOff) => {
  const stream = new PassThrough();
  stream.write('first\n');
  const made = join(folder, 'made');
  const mounts = [{ type: 'bind', source: folder, target: '/folder' } as const];
  const script = 'read -r line; touch /folder/reading; cat; touch /folder/made';
  await rm(join(folder, 'reading'), { force: true });

  const outcome = ended(planOf(script, { ...STREAMS, mounts }), stream);
  outcome.catch(() => {});
  await poll(() => existsSync(join(folder, 'reading')));
  breakOff(stream);

  await expect(outcome).rejects.toMatchObject({ kind: 'refused', code: 'input-broken' });
  expect(existsSync(made)).toBe(false);
});

test('a volume is told by where the machine of the engine has its files', async () => {
  const name = `submarine-engine-${randomBytes(4).toString('hex')}`;
  expect(await engine.volumes?.folder(name)).toBeUndefined();
  expect(await engine.volumes?.has(name)).toBe(false);
  await dockerOutput('volume', 'create', '--label', `${TEST_LABEL}=engine`, name);
  try {
    expect(await engine.volumes?.has(name)).toBe(true);
    expect(await engine.volumes?.folder(name)).toMatch(new RegExp(`^/.*/${name}/_data$`));
  } finally {
    await dockerOutput('volume', 'rm', name);
  }
});

test('an engine that does not answer is not taken for one without the volume', async () => {
  const env = { ...process.env, DOCKER_HOST: `unix://${folder}/nobody.sock` };
  const silent = openDocker({ env, hostFolder: join(folder, 'host') });

  await expect(silent.volumes?.folder('any')).rejects.toMatchObject({ kind: 'unavailable' });
});
