import { join } from 'node:path';

import { ownUser } from '../../files/own-user.ts';
import type { LaunchPlan } from '../../launch/launch-plan.ts';
import type { SecretRoute } from '../container-client/secret-delivery.ts';
import type { Asker, Remembered } from './docker-facts.ts';
import { askEngineFacts } from './docker-facts.ts';
import { findImage } from './docker-image.ts';

/** Arguments of the client by which the user in the container is another than that of the plan. */
const CHANGES_USER = /^(?:-u|--user)/;

/**
 * By which way the container of a plan gets its secrets: through a pipe of this machine where its user will own one, else
 * by a second call of the client.
 *
 * @throws SubmarineError of the kind `unavailable` when the engine does not answer
 */
export async function secretRoute(
  asker: Asker,
  plan: LaunchPlan,
  signal: AbortSignal | undefined,
): Promise<SecretRoute> {
  const uid = userNumber(plan);
  const find = () => findImage(plan.image, asker.client, { signal });
  const owner = pipeOwner(uid, await askEngineFacts(asker, find, { signal }), ownUser().uid);
  const folder = join(asker.hostFolder, 'runs', plan.runId);
  return { uid, pipe: owner === undefined ? undefined : { folder, owner } };
}

/** Undefined where only the image knows it. */
function userNumber({ user, extras }: LaunchPlan): number | undefined {
  const isChanged = extras.docker?.some((argument) => CHANGES_USER.test(argument)) ?? false;
  return isChanged || user === undefined || !('uid' in user) ? undefined : user.uid;
}

/**
 * The user of this machine as whom the container reads, where a pipe can be theirs: only root gives one away. That root
 * in a container may read what is another's is not counted on, since it can be taken from it.
 */
export function pipeOwner(
  uid: number | undefined,
  { remote, sharesPipes, mapsUsers }: Pick<Remembered, 'remote' | 'sharesPipes' | 'mapsUsers'>,
  own: number,
): number | undefined {
  if (remote || !sharesPipes || uid === undefined) return undefined;
  // Root in a container is then this user, and others are nobody that this user can be.
  if (mapsUsers) return uid === 0 ? own : undefined;
  return uid === own || own === 0 ? uid : undefined;
}
