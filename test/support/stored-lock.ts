import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { serializeLock } from '../../src/lock/lock-file.ts';
import type { Lock, LockedPackage } from '../../src/lock/lock.ts';
import { dockerOutput } from './bed.ts';
import type { User } from './submarine.ts';

/** Where the lock of an environment lies in the store that a user has by default. */
export function lockPath({ home }: User, name: string): string {
  return join(home, '.local/share/submarine/environments.yaml.lock', `${name}.yaml`);
}

/** Gives an environment of the default store a lock. */
export async function writeLock(user: User, name: string, lock: Lock): Promise<void> {
  const path = lockPath(user, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, serializeLock(lock));
}

/**
 * The packages of a channel that lies in an image, for linux-64, as a lock has them.
 *
 * @param channel - `file:///opt/test-channel`
 * @param files - names of archives: `hello-1.0-0.tar.bz2`
 */
export async function packagesOf(
  image: string,
  channel: string,
  files: readonly string[],
): Promise<readonly LockedPackage[]> {
  const folder = channel.replace('file://', '');
  const paths = ['linux-64', 'noarch'].map((subdir) => `${folder}/${subdir}/repodata.json`);
  const texts = await Promise.all(
    paths.map((path) =>
      dockerOutput('run', '--rm', '--network', 'none', '--entrypoint', 'cat', image, path),
    ),
  );
  const records = texts.flatMap((text) => {
    const { packages, 'packages.conda': inConda } = JSON.parse(text) as Record<
      'packages' | 'packages.conda',
      Record<string, Repodata>
    >;
    return Object.entries({ ...packages, ...inConda });
  });
  return files.map((file) => {
    const record = records.find(([name]) => name === file)?.[1];
    if (record === undefined) throw new Error(`${channel} has no ${file}`);
    const { name, version, build, subdir, md5, sha256, depends } = record;
    return { name, version, build, url: `${channel}/${subdir}/${file}`, sha256, md5, depends };
  });
}

interface Repodata extends Required<LockedPackage> {
  readonly subdir: string;
}
