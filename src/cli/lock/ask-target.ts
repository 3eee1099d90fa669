import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { SubmarineError } from '../../errors.ts';
import { readJsonObject, writePrivateJson } from '../../files/private-json.ts';
import { helperPlan } from '../../launch/helper-plan.ts';
import { condaPlatform } from '../../lock/conda-platform.ts';
import type { PlatformLock } from '../../lock/lock.ts';
import type { TargetFacts } from '../../solver/virtual-packages.ts';
import type { LockWork } from './lock-work.ts';

type Answer = Omit<TargetFacts, 'platform'>;

/**
 * What is known of the machine that a kernel of this platform is to run on: what the user says, then in an update what
 * was locked, then what a container of the image says where it is of that platform.
 */
export async function askTarget(
  platform: string,
  { request, image, context }: LockWork,
): Promise<TargetFacts> {
  const { env } = context.host;
  const { facts } = image;
  const before = request.update === undefined ? undefined : request.before?.platforms[platform];
  const locked = targetOf(before?.virtualPackages ?? {});
  const isOwn = facts !== undefined && condaPlatform(facts.platform) === platform;
  const asked =
    isOwn && locked.glibc === undefined
      ? await remembered(facts.id, image, (await context.folders()).host)
      : {};
  const cuda = request.cuda ?? env['CONDA_OVERRIDE_CUDA'];
  return {
    platform,
    ...asked,
    ...locked,
    ...given('glibc', request.glibc ?? env['CONDA_OVERRIDE_GLIBC']),
    ...given('linux', env['CONDA_OVERRIDE_LINUX']),
    ...given('cuda', cuda),
  };
}

/** What `virtualPackages` was told. */
function targetOf({ __glibc, __linux, __cuda }: PlatformLock['virtualPackages']): Answer {
  return { ...given('glibc', __glibc), ...given('linux', __linux), ...given('cuda', __cuda) };
}

/** conda takes an empty override for none. */
function given(key: string, value: string | undefined): Record<string, string> {
  return value === undefined || value === '' ? {} : { [key]: value };
}

/** An image does not change, so one container of it is enough. */
async function remembered(
  id: string,
  image: LockWork['image'],
  hostFolder: string,
): Promise<Answer> {
  const path = join(hostFolder, 'targets.json');
  const known = readJsonObject(path) as Readonly<Record<string, Answer>>;
  const old = known[id];
  if (old !== undefined) return old;
  const answer = await ask(id, image);
  if (answer === undefined) return {};
  try {
    await writePrivateJson(path, { ...known, [id]: answer });
  } catch {
    // It is asked again the next time.
  }
  return answer;
}

/** An image without a shell, or of a processor that the machine cannot run, tells nothing. */
async function ask(id: string, { engine }: LockWork['image']): Promise<Answer | undefined> {
  const runId = randomBytes(4).toString('hex');
  const question = 'getconf GNU_LIBC_VERSION 2>/dev/null; uname -r';
  const command = ['/bin/sh', '-c', question] as const;
  try {
    const asked = await engine?.capture(helperPlan({ runId, image: id, command: [...command] }));
    const lines = (asked?.stdout ?? '').split('\n').map((line) => line.trim());
    const glibc = lines.find((line) => line.startsWith('glibc '))?.slice('glibc '.length);
    const linux = lines.find((line) => /^\d+\.\d/.test(line));
    return {
      ...(glibc === undefined ? {} : { glibc }),
      ...(linux === undefined ? {} : { linux }),
    };
  } catch (error) {
    if (error instanceof SubmarineError && error.exitCode < 128) return undefined;
    throw error;
  }
}
