import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from '@jest/globals';

import { docker, dockerOutput, images } from '../support/bed.ts';
import { BUILT } from '../support/bootstrap.ts';
import { type ChannelServer, condaLines, serveChannel } from '../support/channel-server.ts';
import {
  type Installation,
  installArguments,
  installPrepared,
  placeOf,
  preparePlace,
  runInKernel,
} from '../support/kernel-build.ts';
import { newCache } from '../support/kernel-cache.ts';
import { poll } from '../support/poll.ts';
import { endWithTest } from '../support/started.ts';

const WAITING = 'waiting for kernel "greeter", which another container builds';
let server: ChannelServer;
let slow: readonly string[];

beforeAll(async () => {
  server = await serveChannel();
  slow = await condaLines(server, ['slow-1.0-0.tar.bz2', 'hello-1.0-0.tar.bz2']);
});

/** What is built in a cache of its own, and sleeps while it is. */
async function prepareSlow(
  seconds: number,
  more: Partial<Installation> = {},
): Promise<Installation> {
  const request = {
    ...{ cache: await newCache(), lines: slow, sources: [server.folder] },
    ...more,
    variables: { SLOW_SECONDS: String(seconds), ...more.variables },
  };
  await preparePlace(request);
  return request;
}

/** Starts that many containers at once, all of which are to make one kernel. */
async function buildTogether(count: number, request: Installation) {
  const builds = Array.from({ length: count }, () => installPrepared(request));
  const outcomes = await Promise.all(builds);
  return {
    codes: new Set(outcomes.map(({ exitCode }) => exitCode)),
    lines: outcomes.flatMap(({ stderr }) => stderr.split('\n')).filter((line) => line !== ''),
  };
}

describe('containers that build one kernel at once', () => {
  test('20 of them: one builds it, the others wait and say for what', async () => {
    const request = await prepareSlow(3);

    const { codes, lines } = await buildTogether(20, request);

    const waited = lines.filter((line) => !BUILT.test(line));
    expect(codes).toEqual(new Set([0]));
    expect(lines.length - waited.length).toBe(1);
    expect(new Set(waited)).toEqual(new Set([`submarine: ${WAITING}`]));
    expect(waited.length).toBeGreaterThan(2);
    expect((await runInKernel(request, ['hello'])).stdout).toMatch(/^hello from/);
  });

  test('two kernels in one cache do not wait for each other', async () => {
    const first = await prepareSlow(4);
    const second = { ...first, lines: [...slow, '# another'], sources: [server.folder] };
    await preparePlace(second);

    const outcomes = await Promise.all([buildTogether(1, first), buildTogether(1, second)]);

    for (const { codes, lines } of outcomes) {
      expect(codes).toEqual(new Set([0]));
      expect(lines).toEqual([expect.stringMatching(BUILT)]);
    }
  });

  test.each([
    ['flock', images.test],
    ['Python', images.noFlock],
  ])('lock by %s, and on a terminal show on one line what goes on', async (_, image) => {
    const request = await prepareSlow(4, { image, variables: { SUBMARINE_PROGRESS: '1' } });

    const { codes, lines } = await buildTogether(3, request);

    const text = lines.join('\n');
    expect(codes).toEqual(new Set([0]));
    expect(text.match(/is built now, once; log: \//g)).toHaveLength(1);
    expect(text).toMatch(
      /\rsubmarine: building kernel "greeter" \([1-9] s\): Executing transaction: /,
    );
    expect(text.match(/\(0 s\)/g)).toHaveLength(3);
    expect(
      text.match(/waiting for kernel "greeter", which another container builds \(0 s\)/g),
    ).toHaveLength(2);
    expect(text).not.toContain('was built in');
    // The line is cleared at the end.
    for (const line of lines.filter((text) => text.includes('\r')))
      expect(line.endsWith('\r\u001B[K')).toBe(true);
  });
});

/** A container that holds the lock of a build, for a minute at most. */
async function startSlowly(image: string) {
  const request = await prepareSlow(60, { image });
  const id = await start(request);
  await poll(async () => (await dockerOutput('top', id)).includes('sleep 60'));
  return { id, request: { ...request, variables: { SLOW_SECONDS: '0' } } };
}

function start(request: Installation): Promise<string> {
  return dockerOutput('run', '--detach', '--init', ...installArguments(request));
}

test.each([
  ['flock', images.test],
  ['Python', images.noFlock],
])(
  'one that waits by %s goes on within 3 s of the death of the one that builds',
  async (_, image) => {
    const { id, request } = await startSlowly(image);
    const waiting = await start(request);
    await poll(async () => (await dockerLogs(waiting)).includes(WAITING));

    const killedAt = Date.now();
    await dockerOutput('kill', id);
    const code = await dockerOutput('wait', waiting);

    const { prefix } = placeOf(request.cache, slow);
    expect((await stat(join(prefix, 'conda-meta'))).birthtimeMs - killedAt).toBeLessThan(3000);
    expect([code, await dockerLogs(waiting)]).toEqual(['0', expect.stringContaining('was built')]);
    await dockerOutput('rm', id, waiting);
  },
);

test('one that finds its kernel about to be removed waits, and needs nothing to build with when it stays', async () => {
  const request = await prepareSlow(0);
  await installPrepared(request);
  const { prefix, lock } = placeOf(request.cache, slow);
  const mark = join(prefix, 'conda-meta/submarine-complete');
  const removal = spawn('flock', [lock, 'cat'], { stdio: 'pipe' });
  endWithTest(removal);
  removal.stdin.write('held\n');
  await once(removal.stdout, 'data');
  await rename(mark, `${mark}.removing`);

  const id = await start({ ...request, image: images.plain });
  await poll(async () => (await dockerLogs(id)).includes(WAITING));
  await rename(`${mark}.removing`, mark);
  removal.stdin.end();
  const code = await dockerOutput('wait', id);

  expect([code, await dockerLogs(id)]).toEqual(['0', `submarine: ${WAITING}`]);
  await dockerOutput('rm', id);
});

test('where nobody else builds nothing is locked, and no program for it is needed', async () => {
  const request = await prepareSlow(0, { variables: { SUBMARINE_LOCK: '' } });
  const removal = spawn('flock', [placeOf(request.cache, slow).lock, 'cat'], { stdio: 'pipe' });
  endWithTest(removal);
  removal.stdin.write('held\n');
  await once(removal.stdout, 'data');

  const { exitCode, stderr } = await installPrepared(request);
  removal.stdin.end();

  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringMatching(BUILT) });
});

/** Both of its streams. */
async function dockerLogs(id: string): Promise<string> {
  const { stdout, stderr } = await docker('logs', id);
  return stdout + stderr;
}

test.each([
  ['INT', '130'],
  ['TERM', '143'],
])('%s ends a build at once, and the next one is well', async (signal, code) => {
  const { id, request } = await startSlowly(images.test);
  const sentAt = Date.now();

  await dockerOutput('kill', '--signal', signal, id);

  expect(await dockerOutput('wait', id)).toBe(code);
  expect(Date.now() - sentAt).toBeLessThan(5000);
  expect((await installPrepared(request)).exitCode).toBe(0);
  expect(await readdir(placeOf(request.cache, slow).prefix)).not.toContain('.submarine');
  await dockerOutput('rm', id);
});
