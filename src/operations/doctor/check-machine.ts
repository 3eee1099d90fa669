import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, isAbsolute } from 'node:path';

import { formatBytes } from '../../text/bytes.ts';
import type { EngineAbout } from '../../engines/engine.ts';
import type { Call } from '../events.ts';
import type { Submarine } from '../submarine.ts';
import type { Finding } from './finding.ts';
import { ok, problem } from './finding.ts';

/** As `package.json` asks for. */
const NODE: readonly [number, number] = [20, 19];

/** @param version - of this process: `v20.19.0` */
export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const isNew = major > NODE[0] || (major === NODE[0] && minor >= NODE[1]);
  return isNew
    ? ok('node', `Node ${version}`, { version })
    : problem('node', 'fail', {
        code: 'node-too-old',
        message: `Node ${version} is too old`,
        remedy: `install Node ${NODE.join('.')} or later`,
        data: { version },
      });
}

/** Whether the engine answers, and as what; and what it can give. */
export async function checkEngine(
  submarine: Submarine,
  name: string | undefined,
  call: Call,
): Promise<readonly Finding[]> {
  const engine = await submarine.engine(name);
  const about = await engine.about(call);
  const { version, endpoint, userMapping, isLocal } = about;
  const users = { none: '', rootless: ', rootless', remapped: ', with remapped users' }[
    userMapping
  ];
  const where = isLocal ? '' : ', on another machine';
  return [
    ok('engine', `${engine.name} ${version} at ${endpoint}${users}${where}`, { ...about }),
    checkGpu(about),
    ...(isLocal && existsSync(about.rootFolder)
      ? [await checkDisk(about.rootFolder, 'images')]
      : []),
  ];
}

/** A file that the driver of NVIDIA makes. */
const GPU = '/dev/nvidiactl';

function checkGpu({ givesGpus, isLocal }: EngineAbout): Finding {
  if (givesGpus) return ok('gpu', 'the engine can give GPUs');
  if (!isLocal || !existsSync(GPU)) return ok('gpu', 'no GPU was found');
  return problem('gpu', 'warn', {
    code: 'no-gpu-runtime',
    message: 'there is a GPU, and the engine cannot give it to containers',
  });
}

const LITTLE_BYTES = 5e9;
const TOO_LITTLE_BYTES = 500e6;

/** Whether there is room where kernels and environments are kept. */
export async function checkDisks({ cacheFolder, store }: Submarine): Promise<readonly Finding[]> {
  return [
    await checkDisk(cacheFolder, 'kernels'),
    ...(isAbsolute(store.location) ? [await checkDisk(dirname(store.location), 'the store')] : []),
  ];
}

async function checkDisk(folder: string, what: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(nearestFolder(folder));
  const freeBytes = bavail * bsize;
  const message = `${formatBytes(freeBytes)} free for ${what} in ${folder}`;
  const data = { folder, freeBytes };
  if (freeBytes >= LITTLE_BYTES) return ok('disk', message, data);
  const state = freeBytes < TOO_LITTLE_BYTES ? 'fail' : 'warn';
  return problem('disk', state, { code: 'disk-nearly-full', message, data });
}

/** What is not there yet will be made in the nearest that is. */
function nearestFolder(folder: string): string {
  return existsSync(folder) || folder === '/' ? folder : nearestFolder(dirname(folder));
}
