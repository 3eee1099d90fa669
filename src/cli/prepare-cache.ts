import { randomBytes } from 'node:crypto';

import type { Captured, Engine } from '../engines/engine.ts';
import { ExitCode, SubmarineError } from '../errors.ts';
import type { LaunchPlan } from '../launch/launch-plan.ts';
import type { Mount } from '../launch/mounts.ts';
import { makeFolder } from './local-files.ts';

/**
 * Makes the place for kernels where a plan mounts one and it is not there yet: a folder would be made by the engine as
 * root's, and a new volume is root's and is handed to the plan's user.
 *
 * @throws SubmarineError with exit code 73 when it cannot be made
 */
export async function prepareCache(plan: LaunchPlan, engine: Engine): Promise<void> {
  const cache = plan.mounts.find(({ target }) => target === '/submarine');
  if (cache?.type === 'bind') await makeFolder(cache.source);
  if (cache?.type !== 'volume' || (await engine.hasVolume(cache.source))) return;
  const { stdout } = await runHelper(engine, plan, ['id -u; id -g'], {
    ...(plan.user === undefined ? {} : { user: plan.user }),
  });
  const [uid, gid] = stdout.split('\n');
  if (uid === '0') return;
  const handed = await runHelper(engine, plan, [`chown ${uid}:${gid} /submarine`], {
    user: '0:0',
    mounts: [cache],
  });
  if (handed.exitCode === 0) return;
  throw new SubmarineError(
    `the volume for kernels cannot be handed to user ${uid}: ${handed.stderr}`,
    'start it once with --user 0:0',
    ExitCode.cannotWrite,
  );
}

async function runHelper(
  engine: Engine,
  { image }: LaunchPlan,
  script: readonly [string],
  options: { readonly user?: string; readonly mounts?: readonly Mount[] },
): Promise<Captured> {
  const { helperPlan } = await import('../launch/helper-plan.ts');
  const runId = randomBytes(4).toString('hex');
  return engine.capture(
    helperPlan({ runId, image, command: ['/bin/sh', '-c', ...script], ...options }),
  );
}
