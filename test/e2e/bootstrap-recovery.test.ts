import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { docker, dockerOutput, images, TEST_LABEL } from '../support/bed.ts';
import { BUILT } from '../support/bootstrap.ts';
import { type ChannelServer, condaLines, serveChannel } from '../support/channel-server.ts';
import {
  install,
  type Installation,
  installPrepared,
  placeOf,
  preparePlace,
  runInKernel,
} from '../support/kernel-build.ts';
import { newCache } from '../support/kernel-cache.ts';

let server: ChannelServer;
let hello: readonly string[];
let python: readonly string[];

beforeAll(async () => {
  server = await serveChannel();
  hello = await condaLines(server, ['hello-1.0-0.tar.bz2']);
  python = await condaLines(server, ['python-3.11.2-0_image.conda', 'pip-26.3-0.conda']);
});

test('what a build that was killed has left in the prefix is removed and not taken for whole', async () => {
  const request = { cache: await newCache(), lines: hello, sources: [server.folder] };
  await install(request);
  const { prefix } = placeOf(request.cache, hello);
  await rm(join(prefix, 'conda-meta/submarine-complete'));
  await writeFile(join(prefix, 'conda-meta/submarine-complete.new'), 'submarine-kernel 2\n');
  // As conda leaves them when it is killed: the index of the package is there, which it looks for.
  const half = join(prefix, '.submarine/pkgs/hello-1.0-0/info');
  await mkdir(half, { recursive: true });
  await writeFile(join(half, 'index.json'), '{}');
  await writeFile(join(prefix, '.submarine/pkgs/hello-1.0-0.tar.bz2.partial'), 'the first half');

  const { exitCode, stderr } = await install(request);

  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringMatching(BUILT) });
  expect(await readdir(prefix)).toEqual(['bin', 'conda-meta']);
  expect((await readdir(join(prefix, 'conda-meta'))).toSorted()).toEqual([
    ...['frozen', 'hello-1.0-0.json', 'history', 'submarine-complete'],
  ]);
  expect((await runInKernel(request, ['hello'])).stdout).toMatch(/^hello from/);
});

describe('a disk that is full', () => {
  const volume = `submarine-test-${randomUUID()}`;

  afterAll(async () => {
    await docker('rm', '--force', volume);
    await docker('volume', 'rm', volume);
  });

  test.each([0, 60, 300, 2000, 20_000])(
    'but for %d KiB ends the build as such, and the next one is well when there is room',
    async (kib) => {
      await docker('rm', '--force', volume);
      await docker('volume', 'rm', volume);
      const tmpfs = ['type=tmpfs', 'device=tmpfs', 'o=size=160m'].flatMap((option) => [
        '--opt',
        option,
      ]);
      await dockerOutput('volume', 'create', '--label', `${TEST_LABEL}=full`, ...tmpfs, volume);
      const lines = [...hello, ...python];
      const request = { cache: await newCache(), lines, sources: [server.folder] };
      await preparePlace(request);
      // A volume of this kind lasts as long as a container has it.
      await dockerOutput(
        ...[
          'run',
          '--detach',
          '--name',
          volume,
          `--mount=type=volume,source=${volume},target=/full`,
        ],
        ...[images.busybox, 'sleep', '300'],
      );
      const fill = `mkdir /full/prefix; touch /full/log; dd if=/dev/zero of=/full/filler bs=1k count=$((163840 - ${kib})) 2>/dev/null; true`;
      await dockerOutput('exec', volume, 'sh', '-c', fill);
      // The prefix and the log are on the disk that is full, in place of those of the cache.
      const full = {
        ...request,
        variables: {
          SUBMARINE_PREFIX: '/submarine/full/prefix',
          SUBMARINE_LOG: '/submarine/full/log',
        },
        options: [`--mount=type=volume,source=${volume},target=/submarine/full`],
      };

      const failed = await installPrepared(full);
      await dockerOutput('exec', volume, 'rm', '/full/filler');
      const roomy = await installPrepared(full);

      expect(failed).toMatchObject({
        exitCode: 73,
        stderr: expect.stringMatching(/^submarine: .*no space is left/),
      });
      expect(failed.stderr).toContain(`free some in ${request.cache}`);
      expect(roomy).toEqual({
        exitCode: 0,
        stdout: '',
        stderr: expect.stringMatching(/^submarine: kernel "greeter" was built in /),
      });
    },
  );
});

describe('a cache of two users', () => {
  const other = { options: ['--user=1000:1000'] };
  const refusal = {
    exitCode: 73,
    stderr: expect.stringMatching(/^submarine: .*user 1000 cannot write/),
  };

  /** Does what a refusal says. */
  async function obey({ stderr }: { readonly stderr: string }, cache: string): Promise<void> {
    const [, user = '', folder = ''] = /: sudo chown -R (\d+) (\S+)$/m.exec(stderr) ?? [];
    expect(folder).toBe(cache);
    const mount = `--mount=type=bind,source=${folder},target=/folder`;
    await dockerOutput('run', '--rm', mount, images.busybox, 'chown', '-R', user, '/folder');
  }

  async function prepare(lines = hello): Promise<Installation> {
    const request = { cache: await newCache(), lines, sources: [server.folder] };
    await preparePlace(request);
    return request;
  }

  test('what root has built is there for another, and the other way round', async () => {
    for (const [first, second] of [
      [{}, other],
      [other, {}],
    ]) {
      const request = await prepare();

      const built = await installPrepared({ ...request, ...first });
      const there = await installPrepared({ ...request, ...second });

      expect(built).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(BUILT) });
      expect(there).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    }
  });

  test('what root has left half built, another is told to make his own', async () => {
    const request = await prepare();
    const { prefix } = placeOf(request.cache, hello);
    await installPrepared(request);
    await rm(join(prefix, 'conda-meta/submarine-complete'));

    const refused = await installPrepared({ ...request, ...other });
    await obey(refused, request.cache);
    const built = await installPrepared({ ...request, ...other });

    expect(refused).toMatchObject(refusal);
    expect(refused.stderr).toContain(`cannot write into ${prefix}/`);
    expect(refused.stderr).toContain('which another user made');
    expect(built).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(BUILT) });
  });

  test('what another has left half built, root builds anew', async () => {
    const request = await prepare();
    await installPrepared({ ...request, ...other });
    await rm(join(placeOf(request.cache, hello).prefix, 'conda-meta/submarine-complete'));

    const built = await installPrepared(request);

    expect(built).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(BUILT) });
  });
});
