import type { LaunchFacts, LaunchRequest } from './launch-request.ts';
import type { Mount } from './mounts.ts';
import type { User } from './resources.ts';
import { isSameUser } from './resources.ts';
import type { Variable } from './variables.ts';

/** The folder of a run for what it installs for itself; its kernel never changes. */
export interface UserBase {
  readonly mounts: readonly Mount[];
  readonly variables: readonly Variable[];
}

const TARGET = '/submarine/user';

/**
 * Where a run installs what it needs besides its kernel.
 *
 * It lies on this machine where the container's user may write there, so that it can be told afterwards what was
 * installed; a user with another number could not.
 */
export function planUserBase(
  { kind }: Pick<LaunchRequest, 'kind'>,
  user: User | undefined,
  facts: Pick<LaunchFacts, 'engine' | 'caller' | 'runFolder' | 'runId'>,
): UserBase {
  if (kind === 'build') return { mounts: [], variables: [] };
  const { engine, caller, runFolder, runId } = facts;
  const variable = (value: string): Variable => ({ name: 'SUBMARINE_USER_BASE', value });
  const canWrite = engine.mapsUsers || isSameUser(user, caller);
  if (runFolder === undefined || engine.remote || !canWrite) {
    return { mounts: [], variables: [variable(`/tmp/submarine-${runId}-user`)] };
  }
  return {
    mounts: [{ type: 'bind', source: `${runFolder}/base`, target: TARGET }],
    variables: [variable(TARGET)],
  };
}
