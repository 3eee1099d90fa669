import { captureRun } from '../../engines/collect-run.ts';
import type { Captured } from '../../engines/dialogue.ts';
import type { Engine } from '../../engines/engine.ts';
import { SubmarineError } from '../../errors.ts';
import type { Helper } from '../../launch/helper-plan.ts';
import type { LaunchPlan } from '../../launch/launch-plan.ts';
import type { Call } from '../events.ts';
import { newRunId } from './launch-facts.ts';
import { makeKernelFolder } from './local-files.ts';

/**
 * Makes the place for kernels where a plan mounts one and it is not there yet: a folder would be made by the engine as
 * root's, and a new volume is root's and is handed to the plan's user.
 *
 * @throws SubmarineError of the kind `cannot-write` when it cannot be made
 */
export async function prepareKernelPlace(
  plan: LaunchPlan,
  engine: Engine,
  call?: Call,
): Promise<void> {
  const place = plan.kernelPlace;
  if (place?.source === undefined) return;
  if (place.type === 'bind') return makeKernelFolder(place.source);
  if ((await engine.volumes?.has(place.source, call)) !== false) return;
  const ask = (helper: Pick<Helper, 'command' | 'user' | 'mounts'>) =>
    runHelper(engine, { ...helper, image: plan.image }, call);
  const { stdout } = await ask({
    command: ['/bin/sh', '-c', 'id -u; id -g'],
    ...(plan.user === undefined ? {} : { user: plan.user }),
  });
  const [uid, gid] = stdout.split('\n');
  if (uid === '0') return;
  const handed = await ask({
    command: ['/bin/sh', '-c', `chown ${uid}:${gid} /submarine`],
    user: { uid: 0, gid: 0 },
    mounts: [place],
  });
  if (handed.exitCode === 0) return;
  throw new SubmarineError({
    kind: 'cannot-write',
    code: 'kernel-volume-not-handed-over',
    message: `cannot give the kernel volume to user ${uid}: ${handed.stderr}`,
    data: { volume: place.source, uid },
  });
}

async function runHelper(
  { runs }: Engine,
  helper: Omit<Helper, 'runId'>,
  call: Call | undefined,
): Promise<Captured> {
  const { helperPlan } = await import('../../launch/helper-plan.ts');
  return captureRun(runs, helperPlan({ runId: newRunId(), ...helper }), call);
}
