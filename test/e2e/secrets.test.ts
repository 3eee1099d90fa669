import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';

import { beforeAll, describe, expect, test } from '@jest/globals';

import { openDocker } from '../../src/engines/docker/docker-engine.ts';
import type { EngineCall, RunEnd } from '../../src/engines/engine.ts';
import { helperPlan } from '../../src/launch/helper-plan.ts';
import type { LaunchPlan } from '../../src/launch/launch-plan.ts';
import { docker, images, temporaryDirectory } from '../support/bed.ts';
import { poll } from '../support/poll.ts';
import type { SecondEngine } from '../support/second-engine.ts';
import { startSecondEngine } from '../support/second-engine.ts';

let elsewhere: SecondEngine;
let hostFolder: string;

beforeAll(async () => {
  [elsewhere, hostFolder] = await Promise.all([startSecondEngine(), temporaryDirectory()]);
  await Promise.all([images.plain, images.shAlone].map((image) => elsewhere.load(image)));
});

const SECRET = `it's ${randomBytes(8).toString('hex')}\n$HOME`;

interface Outcome {
  readonly end: RunEnd;
  readonly stdout: string;
  readonly stderr: string;
}

/** A plan that reads its secrets as the bootstrap does, and then runs the script. */
function planOf(script: string, part: Partial<LaunchPlan> = {}): LaunchPlan {
  const wait = 'until [ -e "$SUBMARINE_SECRETS" ]; do sleep 0.05; done; . "$SUBMARINE_SECRETS"\n';
  return plainPlan(`${wait}${script}`, part);
}

function plainPlan(script: string, part: Partial<LaunchPlan> = {}): LaunchPlan {
  const runId = randomBytes(4).toString('hex');
  const command = ['/bin/sh', '-c', script] as const;
  const plan = helperPlan({ runId, image: images.plain, command });
  return { ...plan, secrets: [{ name: 'TOKEN', value: SECRET }], ...part };
}

function openEngine(host: string | undefined) {
  const { PATH, HOME, DOCKER_HOST } = process.env;
  const env = { PATH, HOME, DOCKER_HOST: host ?? DOCKER_HOST };
  return openDocker({ env, hostFolder });
}

async function runToEnd(
  host: string | undefined,
  plan: LaunchPlan,
  call: EngineCall = {},
): Promise<Outcome> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const said = Promise.all([text(stdout), text(stderr)]);
  const run = await openEngine(host).runs.start(plan, { stdout, stderr }, call);
  const end = await run.ended.finally(() => [stdout, stderr].map((stream) => stream.end()));
  const [out, err] = await said;
  return { end, stdout: out, stderr: err };
}

/** What is left in the folder of runs. */
async function left(): Promise<readonly string[]> {
  return readdir(join(hostFolder, 'runs')).catch(() => []);
}

const READ_ONLY = { docker: ['--read-only', '--tmpfs=/tmp'] };

describe.each<[string, () => string | undefined]>([
  ['this machine', () => undefined],
  ['an engine elsewhere', () => elsewhere.host],
])('on %s, secrets', (_, host) => {
  test.each<[string, Partial<LaunchPlan>]>([
    ['root', { user: { uid: 0, gid: 0 } }],
    ['a user whom the image does not know', { user: { uid: 12_345, gid: 12_345 } }],
    [
      'such a user with a read-only root',
      { user: { uid: 12_345, gid: 12_345 }, extras: READ_ONLY },
    ],
    ['a user by name', { user: { name: 'nobody' } }],
    ["the image's own user", {}],
    ['a user that the engine is told besides', { extras: { docker: ['--user=12345'] } }],
    [
      'root without rights over the files of others',
      { user: { uid: 0 }, extras: { docker: ['--cap-drop=ALL'] } },
    ],
    ['the user of an image that has nothing but a shell', { image: images.shAlone }],
  ])('reach %s', async (_name, part) => {
    const wait = part.image === undefined ? 'sleep 0.05' : ':';
    const plan = plainPlan(
      `until [ -e "$SUBMARINE_SECRETS" ]; do ${wait}; done; . "$SUBMARINE_SECRETS"; printf %s "$TOKEN"`,
      part,
    );

    expect(await runToEnd(host(), plan)).toEqual({
      end: { exitCode: 0 },
      stdout: SECRET,
      stderr: '',
    });
    expect(await left()).toEqual([]);
  });

  test('are for nobody else in the container, and in nothing that the engine shows', async () => {
    const name = `secrets-${randomBytes(4).toString('hex')}`;
    const script = `stat -c %a "$SUBMARINE_SECRETS"
tr '\\0' '\\n' </proc/1/environ; tr '\\0' '\\n' </proc/$$/environ
echo "token: \${TOKEN%%[!i]*}"; touch /tmp/up; until [ -e /tmp/seen ]; do sleep 0.05; done`;
    const options = host() === undefined ? [] : ['--host', host() ?? ''];
    const client = (...argv: string[]) => docker(...options, ...argv);

    const outcome = runToEnd(host(), planOf(script, { name, user: { uid: 12_345 } }));
    await poll(async () => (await client('exec', name, 'test', '-e', '/tmp/up')).exitCode === 0);
    const { stdout: inspected } = await client('container', 'inspect', name);
    await client('exec', name, 'touch', '/tmp/seen');

    const { end, stdout } = await outcome;
    expect(end).toEqual({ exitCode: 0 });
    expect(inspected).toContain('SUBMARINE_SECRETS=/run/submarine/secrets');
    expect(stdout).toMatch(/^600\n[^]*SUBMARINE_SECRETS=[^]*token: i\n$/);
    for (const shown of [inspected, stdout]) expect(shown).not.toContain(SECRET.slice(5, 20));
  });

  test('that are longer than a pipe arrive as a whole', async () => {
    const value = 'x'.repeat(200_000);
    const plan = planOf('echo "${#TOKEN}"', { secrets: [{ name: 'TOKEN', value }] });

    const { stdout } = await runToEnd(host(), { ...plan, user: { uid: 0 } });

    expect(stdout).toBe('200000\n');
  });

  test('that nobody reads keep no container and nobody who waits for it', async () => {
    for (const user of [{ uid: 0 }, undefined]) {
      const { end } = await runToEnd(host(), plainPlan('exit 7', { user }));
      expect(end).toEqual({ exitCode: 7 });
    }
    expect(await left()).toEqual([]);
  });

  test('are cleared away where the start is refused', async () => {
    const plan = plainPlan('true', { image: 'submarine-test:no-such-image', user: { uid: 0 } });

    await expect(runToEnd(host(), plan)).rejects.toMatchObject({ kind: 'refused' });
    expect(await left()).toEqual([]);
  });

  test('are cleared away where a run is aborted that has not read them', async () => {
    const controller = new AbortController();
    const plan = plainPlan('exec sleep 600', { user: { uid: 0 } });
    const aborted = runToEnd(host(), plan, { signal: controller.signal });
    setTimeout(() => controller.abort(), 1500);

    await expect(aborted).rejects.toMatchObject({ kind: 'interrupted' });
    expect(await left()).toEqual([]);
  });
});

test('on this machine secrets are read once, from a pipe that is gone then', async () => {
  const script = `printf '%s\\n' "\${TOKEN#it?s }" | head -n 1
[ -p "$SUBMARINE_SECRETS" ] && timeout 1 cat "$SUBMARINE_SECRETS" || echo "ended with $?"`;

  const { stdout } = await runToEnd(undefined, planOf(script, { user: { uid: 0 } }));

  expect(stdout).toMatch(/^[0-9a-f]{16}\nended with 124\n$/);
});

test('a line that is shown tells nothing of them', () => {
  expect(openEngine(undefined).show(planOf('true'))).not.toMatch(/TOKEN|SECRETS=|run\/submarine/);
});
