import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { docker, dockerOutput, images } from '../support/bed.ts';
import { specification, start, startArguments } from '../support/bootstrap.ts';
import { newCache, prefixOf } from '../support/kernel-cache.ts';
import { poll } from '../support/poll.ts';
import { endWithTest } from '../support/started.ts';

const HELLO = /^hello from \/submarine\/kernels\//;

/** Starts that many containers at once, all with the same cache. */
async function startTogether(
  count: number,
  request: Omit<Parameters<typeof start>[0], 'command' | 'kernel'>,
  kernel = 'greeter',
) {
  const starts = Array.from({ length: count }, () =>
    start({ kernel, command: ['hello'], ...request }),
  );
  const outcomes = await Promise.all(starts);
  return {
    codes: new Set(outcomes.map(({ exitCode }) => exitCode)),
    stdout: outcomes.map(({ stdout }) => stdout),
    lines: outcomes.flatMap(({ stderr }) => stderr.split('\n')).filter((line) => line !== ''),
  };
}

describe('containers that start at once', () => {
  test('20 of them: one builds the kernel, the others wait and say for what', async () => {
    const cache = await newCache();
    const variables = { ...specification(['slow', 'hello']), SLOW_SECONDS: '3' };

    const { codes, stdout, lines } = await startTogether(20, { cache, variables });

    const waited = lines.filter((line) => !line.includes('was built in'));
    expect(codes).toEqual(new Set([0]));
    for (const text of stdout) expect(text).toMatch(HELLO);
    expect(lines.length - waited.length).toBe(1);
    expect(new Set(waited)).toEqual(
      new Set(['submarine: waiting for kernel "greeter", which another container builds']),
    );
    expect(waited.length).toBeGreaterThan(2);
  });

  test('with two kernels and one package cache: each is built once, one after the other', async () => {
    const cache = await newCache();
    const slow = { SLOW_SECONDS: '2' };

    const outcomes = await Promise.all(
      ['hello', 'many'].map((name) =>
        startTogether(
          6,
          { cache, variables: { ...specification(['slow', 'hello', name]), ...slow } },
          name,
        ),
      ),
    );

    const lines = outcomes.flatMap((outcome) => outcome.lines);
    for (const { codes, stdout } of outcomes) {
      expect(codes).toEqual(new Set([0]));
      for (const text of stdout) expect(text).toMatch(HELLO);
    }
    for (const name of ['hello', 'many']) {
      expect(lines.filter((line) => line.includes(`kernel "${name}" was built in`))).toHaveLength(
        1,
      );
    }
    expect(lines).toContain('submarine: waiting for another build to leave the package cache');
  });

  test.each([
    ['flock', images.test],
    ['Python', images.noFlock],
  ])('lock by %s, and on a terminal show on one line what goes on', async (_, image) => {
    const cache = await newCache();
    const variables = {
      ...{ ...specification(['slow', 'hello']), SLOW_SECONDS: '4' },
      SUBMARINE_PROGRESS: '1',
    };

    const { codes, lines } = await startTogether(3, { image, cache, variables });

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

/** A container that holds the locks of a build, for a minute at most. */
async function startSlowly(image: string, cache: string) {
  const variables = { ...specification(['slow', 'hello']), SLOW_SECONDS: '60' };
  const request = { image, cache, kernel: 'greeter', variables, command: ['hello'] };
  const id = await dockerOutput('run', '--detach', '--init', ...startArguments(request));
  await poll(async () => (await dockerOutput('top', id)).includes('sleep 60'));
  return { id, request: { ...request, variables: { ...variables, SLOW_SECONDS: '0' } } };
}

test.each([
  ['flock', images.test],
  ['Python', images.noFlock],
])(
  'one that waits by %s goes on within 3 s of the death of the one that builds',
  async (_, image) => {
    const cache = await newCache();
    const { id, request } = await startSlowly(image, cache);
    const waiting = await dockerOutput('run', '--detach', '--init', ...startArguments(request));
    await poll(async () => (await dockerLogs(waiting)).includes('waiting for kernel "greeter"'));

    const killedAt = Date.now();
    await dockerOutput('kill', id);
    await dockerOutput('wait', waiting);

    const [log = ''] = await readdir(join(cache, 'logs'));
    expect((await stat(join(cache, 'logs', log))).birthtimeMs - killedAt).toBeLessThan(3000);
    expect(await dockerLogs(waiting)).toMatch(/hello from \/submarine/);
    await dockerOutput('rm', id, waiting);
  },
);

test('one that finds its kernel about to be removed waits, and needs nothing to build with when it stays', async () => {
  const cache = await newCache();
  const variables = specification(['hello']);
  const request = { cache, kernel: 'greeter', variables, command: ['hello'] };
  await start(request);
  const mark = join(await prefixOf(cache, variables), 'conda-meta/submarine-complete');
  const locks = await readdir(join(cache, 'locks'));
  const lock = join(cache, 'locks', locks.find((name) => !name.startsWith('pkgs-')) ?? '');
  const removal = spawn('flock', [lock, 'cat'], { stdio: 'pipe' });
  endWithTest(removal);
  removal.stdin.write('held\n');
  await once(removal.stdout, 'data');
  await rename(mark, `${mark}.removing`);

  const argv = startArguments({ ...request, image: images.plain });
  const id = await dockerOutput('run', '--detach', '--init', ...argv);
  await poll(async () => (await dockerLogs(id)).includes('waiting for kernel "greeter"'));
  await rename(`${mark}.removing`, mark);
  removal.stdin.end();
  const code = await dockerOutput('wait', id);

  expect([code, await dockerLogs(id)]).toEqual(['0', expect.stringMatching(/^hello from /m)]);
  await dockerOutput('rm', id);
});

/** Both of its streams. */
async function dockerLogs(id: string): Promise<string> {
  const { stdout, stderr } = await docker('logs', id);
  return stdout + stderr;
}

test.each([
  ['INT', '130'],
  ['TERM', '143'],
])('%s ends a build at once', async (signal, code) => {
  const { id } = await startSlowly(images.test, await newCache());
  const sentAt = Date.now();

  await dockerOutput('kill', '--signal', signal, id);

  expect(await dockerOutput('wait', id)).toBe(code);
  expect(Date.now() - sentAt).toBeLessThan(5000);
  await dockerOutput('rm', id);
});
