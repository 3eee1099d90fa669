import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { images } from '../support/bed.ts';
import { kernelFolder, specification, start } from '../support/bootstrap.ts';
import { newCache } from '../support/kernel-cache.ts';

const HELLO = specification(['hello']);

function mounted(baked: string): readonly string[] {
  return [`--mount=type=bind,source=${baked},target=/opt/submarine`];
}

test('a kernel is baked under /opt/submarine, and found there by digest and by name without a cache', async () => {
  const baked = await newCache();
  const prefix = `/opt/submarine/kernels/${kernelFolder(HELLO)}`;
  const first = await start({
    ...{ cache: await newCache(), kernel: 'greeter', command: ['hello'] },
    variables: { ...HELLO, SUBMARINE_BAKE: '1' },
    options: mounted(baked),
  });
  // The image could build nothing, and the whole file system cannot be written.
  const options = [...mounted(baked), '--read-only', '--user=12345'];
  const request = { image: images.plain, kernel: 'greeter', options };
  const byDigest = await start({ ...request, variables: HELLO, command: ['hello'] });
  const byName = await start({
    ...request,
    command: ['sh', '-c', 'hello; echo "$CONDA_PREFIX $CONDA_DEFAULT_ENV ${SUBMARINE_BAKE-unset}"'],
  });

  expect(first).toMatchObject({ exitCode: 0, stdout: `hello from ${prefix}` });
  expect(byDigest).toEqual({ exitCode: 0, stdout: `hello from ${prefix}`, stderr: '' });
  expect(byName).toEqual({
    exitCode: 0,
    stdout: `hello from ${prefix}\n/opt/submarine/envs/greeter greeter unset`,
    stderr: '',
  });
  expect(await readlink(join(baked, 'envs', 'greeter'))).toBe(prefix);
});

test('kernels that were baked are among those that an image is said to hold', async () => {
  const baked = await newCache();
  const variables = { ...HELLO, SUBMARINE_BAKE: '1' };
  const cache = await newCache();
  const request = { cache, variables, options: mounted(baked), command: ['true'] };
  await start({ ...request, kernel: 'greeter' });
  // It is there: another name costs no build.
  await start({ ...request, kernel: 'second' });

  const { exitCode, stderr } = await start({
    ...{ image: images.plain, kernel: 'other', options: mounted(baked), command: ['true'] },
  });

  expect(exitCode).toBe(66);
  expect(stderr).toContain('it holds: greeter, second;');
});
