import { constants } from 'node:fs';
import { chmod, lstat, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { errorCode, SubmarineError } from '../errors.ts';
import { KERNELS } from '../launch/wanted-kernel.ts';
import { quote } from '../text/quote.ts';
import { readKernelMark } from './kernel-mark.ts';
import { checkRecordedFiles } from './recorded-files.ts';
import type { BuildFolder, KernelPlace } from './kernel-place.ts';
import { partsOf, placeOf } from './kernel-place.ts';

/**
 * Kernels in a folder of this machine.
 *
 * Containers of earlier versions could write anywhere in it, so no link in it is followed.
 *
 * @param folder - without links; for its user alone
 */
export function openKernelFolder(folder: string): KernelPlace {
  return {
    location: folder,
    isNear: true,
    findDigest: async (path) => readKernelMark(folder, path)?.digest,
    differences: async (path) => {
      const mark = readKernelMark(folder, path);
      return mark === undefined
        ? ['no mark']
        : checkRecordedFiles(join(folder, 'kernels', path), mark);
    },
    forget: async () => {},
    enter: async (path, digest) => {
      const prefix = `${KERNELS}/${path}`;
      const source = join(folder, 'kernels', path);
      return {
        digest,
        prefix,
        mounts: [{ type: 'bind', source, target: prefix, readOnly: true }],
      };
    },
    planBuild: async (path) => placeOf(folder, partsOf(path)),
    openBuild: (path) => openBuild(folder, path),
  };
}

async function openBuild(folder: string, path: string): Promise<BuildFolder> {
  const parts = partsOf(path);
  const archives = join(folder, parts.archives);
  try {
    await makeFolder(folder, parts.prefix);
    await makeFolder(folder, 'builds');
    await rm(archives, { recursive: true, force: true });
    for (const kind of ['conda', 'pip']) await makeFolder(folder, `${parts.archives}/${kind}`);
    await makeFile(folder, 'logs', parts.log, constants.O_TRUNC);
    await makeFile(folder, 'locks', parts.lock, 0);
  } catch (cause) {
    throw notMade(folder, cause);
  }
  return {
    archives,
    place: placeOf(folder, parts),
    handOver: async () => {},
    close: () => rm(archives, { recursive: true, force: true }),
    discard: () => rm(join(folder, parts.prefix), { recursive: true, force: true }),
  };
}

/** Makes the folder and those above it, and refuses what is not a folder. Everybody may look into it whom the one above lets in. */
async function makeFolder(root: string, path: string): Promise<void> {
  let folder = root;
  for (const name of path.split('/')) {
    folder = join(folder, name);
    const isNew = await mkdir(folder).then(
      () => true,
      (error: unknown) => {
        if (errorCode(error) === 'EEXIST') return false;
        throw error;
      },
    );
    if (isNew) await chmod(folder, 0o755);
    if (!(await lstat(folder)).isDirectory()) throw foreign(folder);
  }
}

async function makeFile(root: string, parent: string, path: string, flag: number): Promise<void> {
  await makeFolder(root, parent);
  const { O_WRONLY, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  const flags = O_WRONLY | O_CREAT | flag | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0);
  const file = await open(join(root, path), flags, 0o600);
  try {
    if (!(await file.stat()).isFile()) throw foreign(join(root, path));
  } finally {
    await file.close();
  }
}

function foreign(path: string): SubmarineError {
  return new SubmarineError({
    kind: 'invalid',
    code: 'cache-refused',
    message: `refusing to use ${quote(path)}: it is a link or a special file, which no build makes`,
    remedy: 'remove it',
    data: { path },
  });
}

function notMade(folder: string, cause: unknown): SubmarineError {
  if (cause instanceof SubmarineError) return cause;
  return new SubmarineError({
    kind: 'cannot-write',
    code: 'kernel-folder-not-writable',
    message: `cannot prepare a build in ${quote(folder)} (${errorCode(cause) ?? String(cause)})`,
    data: { path: folder },
    cause,
  });
}
