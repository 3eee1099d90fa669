import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';

import { beforeAll, expect, test } from '@jest/globals';

import { openDocker } from '../../src/engines/docker/docker-engine.ts';
import type { Engine, Streams } from '../../src/engines/engine.ts';
import { helperPlan } from '../../src/launch/helper-plan.ts';
import type { LaunchPlan } from '../../src/launch/launch-plan.ts';
import { images, temporaryDirectory } from '../support/bed.ts';

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
