import { join } from 'node:path';

import { captureRun } from '../../engines/collect-run.ts';
import { SubmarineError } from '../../errors.ts';
import { readJsonObject, writePrivateJson } from '../../files/private-json.ts';
import { helperPlan } from '../../launch/helper-plan.ts';
import { condaPlatform } from '../../lock/conda-platform.ts';
import type { PlatformLock } from '../../lock/lock.ts';
import type { TargetFacts } from '../../solver/virtual-packages.ts';
import type { Call } from '../events.ts';
import { newRunId } from '../runs/launch-facts.ts';
import type { LockWork } from './lock-work.ts';

type Answer = Omit<TargetFacts, 'platform'>;

/**
 * What is known of the machine that a kernel of this platform is to run on: what the user says, then in an update what
 * was locked, then what a container of the image says where it is of that platform.
 */
export async function askTarget(
  platform: string,
  { request, image, submarine, call }: LockWork,
): Promise<TargetFacts> {
  const { variables, folders } = submarine.caller;
  const { facts } = image;
  const before = request.update === undefined ? undefined : request.before?.platforms[platform];
  const locked = targetOf(before?.virtualPackages ?? {});
  const isOwn = facts !== undefined && condaPlatform(facts.platform) === platform;
  const asked =
    isOwn && locked.glibc === undefined ? await askImage(facts.id, image, folders.host, call) : {};
  const cuda = request.cuda ?? variables['CONDA_OVERRIDE_CUDA'];
  return {
    platform,
    ...asked,
    ...locked,
    ...given('glibc', request.glibc ?? variables['CONDA_OVERRIDE_GLIBC']),
    ...given('linux', variables['CONDA_OVERRIDE_LINUX']),
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

/** What the image says of its libc is remembered, since it does not change; the system is that of the engine's machine. */
async function askImage(
  id: string,
  image: LockWork['image'],
  hostFolder: string,
  call: Call | undefined,
): Promise<Answer> {
  const path = join(hostFolder, 'libcs.json');
  const known = readJsonObject(path) as Readonly<Record<string, Pick<Answer, 'glibc'>>>;
  const remembered = known[id];
  const asked = await ask(id, image, remembered === undefined, call);
  if (remembered !== undefined) return { ...asked, ...remembered };
  if (asked === undefined) return {};
  const { glibc } = asked;
  await writePrivateJson(path, { ...known, [id]: glibc === undefined ? {} : { glibc } }).catch(
    // It is asked again the next time.
    () => {},
  );
  return asked;
}

/** An image without a shell, or of a processor that the machine cannot run, tells nothing. */
async function ask(
  id: string,
  { engine }: LockWork['image'],
  withLibc: boolean,
  call: Call | undefined,
): Promise<Answer | undefined> {
  if (engine === undefined) return undefined;
  const question = `${withLibc ? 'getconf GNU_LIBC_VERSION 2>/dev/null; ' : ''}uname -r`;
  const plan = helperPlan({ runId: newRunId(), image: id, command: ['/bin/sh', '-c', question] });
  try {
    const { stdout } = await captureRun(engine.runs, plan, call);
    const lines = stdout.split('\n').map((line) => line.trim());
    const glibc = lines.find((line) => line.startsWith('glibc '))?.slice('glibc '.length);
    const linux = lines.find((line) => /^\d+\.\d/.test(line));
    return {
      ...(glibc === undefined ? {} : { glibc }),
      ...(linux === undefined ? {} : { linux }),
    };
  } catch (error) {
    if (error instanceof SubmarineError && error.kind !== 'interrupted') return undefined;
    throw error;
  }
}
