import { chmod, copyFile, mkdir, readFile, readdir, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, expect, test } from '@jest/globals';

import { docker, images } from '../support/bed.ts';
import { kernelFolder, lockedSpecification, start } from '../support/bootstrap.ts';
import { type ChannelServer, condaLines, serveChannel } from '../support/channel-server.ts';
import { newCache } from '../support/kernel-cache.ts';

let server: ChannelServer;

beforeAll(async () => {
  server = await serveChannel();
});

function mounted(baked: string): readonly string[] {
  return [`--mount=type=bind,source=${baked},target=/opt/submarine`];
}

/** Makes the folder that lies beside the bootstrap in a stage of an image's build. */
async function prepareBake(lines: readonly string[]): Promise<string> {
  const folder = await newCache();
  for (const name of ['submarine-bootstrap.sh', 'submarine-bake.sh']) {
    await copyFile(new URL(`../../bootstrap/${name}`, import.meta.url), join(folder, name));
    await chmod(join(folder, name), 0o755);
  }
  await mkdir(join(folder, 'archives/conda'), { recursive: true });
  await copyFile(
    join(server.folder, 'noarch/hello-1.0-0.tar.bz2'),
    join(folder, 'archives/conda/hello-1.0-0.tar.bz2'),
  );
  const { SUBMARINE_SPEC_1 = '' } = lockedSpecification(lines);
  await writeFile(join(folder, 'specification-1'), SUBMARINE_SPEC_1.slice(0, 20));
  await writeFile(join(folder, 'specification-2'), SUBMARINE_SPEC_1.slice(20));
  return folder;
}

/** Bakes a kernel as the instructions of a Dockerfile do, into a folder that stands for /opt/submarine. */
async function bake(name: string, lines: readonly string[], baked: string) {
  const folder = await prepareBake(lines);
  const variables = {
    ...{ SUBMARINE_BAKE: '1', SUBMARINE_BUILD: 'bake', SUBMARINE_INSTALL: 'conda finish' },
    SUBMARINE_DIGEST: lockedSpecification(lines)['SUBMARINE_DIGEST'] ?? '',
    SUBMARINE_PREFIX: prefixOf(lines),
  };
  return docker(
    ...['run', '--rm', '--network=none', ...mounted(baked)],
    `--mount=type=bind,source=${folder},target=/submarine-bake`,
    ...Object.entries(variables).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    ...['--entrypoint=/bin/sh', images.test, '/submarine-bake/submarine-bake.sh', name],
  );
}

function prefixOf(lines: readonly string[]): string {
  return `/opt/submarine/kernels/${kernelFolder(lockedSpecification(lines))}`;
}

test('a kernel is baked under /opt/submarine, and found there by folder and by name without a cache', async () => {
  const baked = await newCache();
  const hello = await condaLines(server, ['hello-1.0-0.tar.bz2']);
  const prefix = prefixOf(hello);
  const { exitCode, stderr } = await bake('greeter', hello, baked);
  // The image could build nothing, and the whole file system cannot be written.
  const options = [...mounted(baked), '--read-only', '--user=12345'];
  const request = { image: images.plain, kernel: 'greeter', options };
  const byFolder = await start({
    ...{ ...request, variables: { SUBMARINE_PREFIX: prefix }, command: ['hello'] },
  });
  const byName = await start({
    ...request,
    command: ['sh', '-c', 'hello; echo "$CONDA_PREFIX $CONDA_DEFAULT_ENV ${SUBMARINE_BAKE-unset}"'],
  });

  expect({ exitCode, stderr }).toEqual({
    exitCode: 0,
    stderr: expect.stringMatching(/^submarine: kernel "greeter" was built in /),
  });
  expect(byFolder).toEqual({ exitCode: 0, stdout: `hello from ${prefix}`, stderr: '' });
  expect(byName).toEqual({
    exitCode: 0,
    stdout: `hello from ${prefix}\n/opt/submarine/envs/greeter greeter unset`,
    stderr: '',
  });
  expect(await readlink(join(baked, 'envs', 'greeter'))).toBe(prefix);
  const mark = join(baked, prefix.replace('/opt/submarine', ''), 'conda-meta/submarine-complete');
  expect(await readFile(mark, 'utf8')).toMatch(/^submarine-kernel 2\ndigest [0-9a-f]{64}\n/);
});

test('kernels that were baked are among those that an image is said to hold', async () => {
  const baked = await newCache();
  const hello = await condaLines(server, ['hello-1.0-0.tar.bz2']);
  await bake('greeter', hello, baked);
  // It is there: another name costs no build.
  const second = await bake('second', hello, baked);

  const { exitCode, stderr } = await start({
    ...{ image: images.plain, kernel: 'other', options: mounted(baked), command: ['true'] },
  });

  expect(second).toMatchObject({ exitCode: 0, stderr: '' });
  expect(exitCode).toBe(66);
  expect(stderr).toContain('it holds: greeter, second;');
});

test('a bake that fails prints its log, and leaves no kernel', async () => {
  const baked = await newCache();
  const lines = await condaLines(server, ['many-1.0-0.tar.bz2']);

  const { exitCode, stdout, stderr } = await bake('greeter', lines, baked);

  expect(exitCode).toBe(65);
  expect(stderr).toContain('  | many-1.0-0.tar.bz2\n');
  expect(stdout).toMatch(
    /^\nsubmarine-log begins\nsubmarine: missing: many-1\.0-0\.tar\.bz2\n[^]*\nsubmarine-log ends$/,
  );
  expect(await readdir(join(baked, prefixOf(lines).replace('/opt/submarine', '')))).toEqual([]);
  expect(await readdir(baked)).toEqual(['kernels']);
});
