import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dockerOutput, images, temporaryDirectory, TEST_CHANNEL } from './bed.ts';
import type { Start } from './bootstrap.ts';
import { makeKernel } from './bootstrap.ts';

/** Where a finished kernel is mounted. */
export const PREFIX = '/submarine/kernels/linux-64-glibc2.36/0123456789abcdef0123456789abcdef';
const MARK = 'conda-meta/submarine-complete';

/** Makes a finished kernel by hand: its files by path. Returns its folder on this machine. */
export async function finishedKernel(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await kernelFolder();
  await makeKernel(folder, { ...files, [MARK]: 'submarine-kernel 2\n' });
  return folder;
}

/** Every user of a container may look into it. */
async function kernelFolder(): Promise<string> {
  const folder = await temporaryDirectory();
  await chmod(folder, 0o755);
  return folder;
}

/** Has the conda of an image make a kernel of packages, and marks it as finished. Returns its folder on this machine. */
export async function condaKernel(
  packages: readonly string[],
  { image = images.test, channel = TEST_CHANNEL } = {},
): Promise<string> {
  const folder = await kernelFolder();
  await mkdir(join(folder, 'conda-meta'));
  await writeFile(join(folder, 'conda-meta/history'), '');
  await dockerOutput(
    ...['run', '--rm', '--network=none', `--mount=type=bind,source=${folder},target=${PREFIX}`],
    ...['--entrypoint=/opt/conda/bin/conda', image, 'install', '--yes', '--quiet', '--offline'],
    ...['--prefix', PREFIX, '--override-channels', '--channel', channel, ...packages],
  );
  await writeFile(join(folder, MARK), 'submarine-kernel 2\n');
  return folder;
}

/** What a start in a finished kernel is given: the kernel, which nothing in the container can change. */
export function inKernel(
  folder: string,
): Required<Pick<Start, 'kernel' | 'variables' | 'options'>> {
  return {
    kernel: 'k',
    variables: { SUBMARINE_PREFIX: PREFIX, SUBMARINE_KERNEL: 'k', SUBMARINE_RUN: 'r1' },
    options: [`--mount=type=bind,source=${folder},target=${PREFIX},readonly`],
  };
}
