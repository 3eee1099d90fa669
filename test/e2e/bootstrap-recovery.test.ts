import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { docker, dockerOutput, images, TEST_LABEL } from '../support/bed.ts';
import { specification, start } from '../support/bootstrap.ts';
import { newCache, prefixOf } from '../support/kernel-cache.ts';

const HELLO = specification(['hello']);
const GREETING = /^hello from \/submarine\/kernels\//;

function hello(cache: string, more: Partial<Parameters<typeof start>[0]> = {}) {
  return start({ cache, kernel: 'greeter', variables: HELLO, command: ['hello'], ...more });
}

test('half a package, and a download that was cut off, are removed and not taken for whole', async () => {
  const cache = await newCache();
  await hello(cache);
  const [platform = ''] = await readdir(join(cache, 'pkgs'));
  const packages = join(cache, 'pkgs', platform);
  // As conda leaves them when it is killed: the index of the package is there, which it looks for.
  await rm(join(packages, 'hello-1.0-0', 'info', 'repodata_record.json'));
  await rm(join(packages, 'hello-1.0-0', 'bin'), { recursive: true });
  await writeFile(join(packages, 'many-1.0-0.tar.bz2.partial'), 'the first half');
  await mkdir(join(packages, 'many-1.0-0.c~'));
  await mkdir(join(packages, '..', '..', 'wheels', `.new-${platform}`));
  await rm(await prefixOf(cache, HELLO), { recursive: true });

  const { stdout } = await hello(cache);

  expect(stdout).toMatch(GREETING);
  expect((await readdir(packages)).filter((name) => !/^(cache|urls)/.test(name))).toEqual([
    'hello-1.0-0',
    'hello-1.0-0.tar.bz2',
  ]);
  expect(await readdir(join(cache, 'wheels'))).toEqual([]);
});

describe('a disk that is full', () => {
  const volume = `submarine-test-${randomUUID()}`;

  afterAll(async () => {
    await docker('rm', '--force', volume);
    await docker('volume', 'rm', volume);
  });

  test.each([0, 60, 300, 2000, 30_000])(
    'but for %d KiB ends the build as such, and the next one is well when there is room',
    async (kib) => {
      await docker('rm', '--force', volume);
      await docker('volume', 'rm', volume);
      const tmpfs = ['type=tmpfs', 'device=tmpfs', 'o=size=200m'].flatMap((option) => [
        '--opt',
        option,
      ]);
      await dockerOutput('volume', 'create', '--label', `${TEST_LABEL}=full`, ...tmpfs, volume);
      const mount = `--mount=type=volume,source=${volume},target=/submarine`;
      // A volume of this kind lasts as long as a container has it.
      await dockerOutput(
        ...['run', '--detach', '--name', volume, mount, images.busybox, 'sleep', '120'],
      );
      const fill = `dd if=/dev/zero of=/submarine/filler bs=1k count=$((204800 - ${kib})) 2>/dev/null; true`;
      await dockerOutput('exec', volume, 'sh', '-c', fill);
      const variables = { ...specification(['hello', 'python', 'pip']), SUBMARINE_CACHE: volume };
      const request = { kernel: 'greeter', variables, options: [mount], command: ['hello'] };

      const full = await start(request);
      await dockerOutput('exec', volume, 'rm', '/submarine/filler');
      const roomy = await start(request);

      expect(full).toMatchObject({
        exitCode: 73,
        stderr: expect.stringMatching(/^submarine: .*no space is left/),
      });
      expect(full.stderr).toContain(`free some`);
      expect(roomy).toEqual({
        exitCode: 0,
        stdout: expect.stringMatching(GREETING),
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

  test('what root has built another may start; to build there, what to type is told, and helps', async () => {
    const cache = await newCache();
    await hello(cache);
    const started = await hello(cache, other);
    const more = { ...other, variables: specification(['hello', 'many']) };

    const refused = await hello(cache, more);
    await obey(refused, cache);
    const built = await hello(cache, more);

    expect(started).toEqual({ exitCode: 0, stdout: expect.stringMatching(GREETING), stderr: '' });
    expect(refused).toMatchObject(refusal);
    expect(built.stdout).toMatch(GREETING);
  });

  test('what another has built root may start and add to, and the other works on', async () => {
    const cache = await newCache();
    await hello(cache, other);
    const byRoot = [
      await hello(cache),
      await hello(cache, { variables: specification(['hello', 'many', 'left']) }),
    ];
    const shared = { ...other, variables: specification(['hello', 'left']) };

    // It has "left" unpacked from root.
    const { stdout } = await hello(cache, shared);

    for (const text of [...byRoot.map((outcome) => outcome.stdout), stdout]) {
      expect(text).toMatch(GREETING);
    }
  });

  test('what root has left half built, another is told to make his own', async () => {
    const cache = await newCache();
    await hello(cache, { ...other, variables: specification(['left']), command: ['true'] });
    await hello(cache);
    await rm(join(await prefixOf(cache, HELLO), 'conda-meta', 'submarine-complete'));

    const refused = await hello(cache, other);
    await obey(refused, cache);

    expect(refused).toMatchObject(refusal);
    expect(refused.stderr).toContain(`${await prefixOf(cache, HELLO)}, which another user made`);
    expect((await hello(cache, other)).stdout).toMatch(GREETING);
  });
});
