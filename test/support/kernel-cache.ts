import { chmod, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from './bed.ts';
import { kernelFolder } from './bootstrap.ts';

/** Makes a folder for kernels that every user may write into, so that tests can change the user. */
export async function newCache(): Promise<string> {
  const folder = await temporaryDirectory();
  await chmod(folder, 0o777);
  return folder;
}

/** The prefix on this machine of the kernel that was built into a cache from these variables. */
export async function prefixOf(
  cache: string,
  variables: Readonly<Record<string, string>>,
): Promise<string> {
  const [platform = ''] = await readdir(join(cache, 'kernels'));
  return join(cache, 'kernels', platform, kernelFolder(variables));
}
