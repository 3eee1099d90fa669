import type { LaunchPlan } from './launch-plan.ts';
import type { Mount } from './mounts.ts';
import type { User } from './resources.ts';

/** A container that answers a question of ours or does a chore, and is gone. */
export interface Helper {
  readonly runId: string;
  readonly image: string;
  /** The program and its arguments; the bootstrap has no part in it. */
  readonly command: readonly [string, ...string[]];
  readonly mounts?: readonly Mount[];
  readonly user?: User;
}

/** Plans such a container: of the caller it gets neither code nor variables, and it asks no registry. */
export function helperPlan({ runId, image, command, mounts = [], user }: Helper): LaunchPlan {
  const [entrypoint, ...words] = command;
  return {
    runId,
    name: `submarine-helper-${runId}`,
    image,
    entrypoint,
    arguments: words,
    detached: false,
    interaction: 'none',
    key: { does: 'nothing' },
    network: undefined,
    mounts,
    variables: [],
    secrets: [],
    secretFiles: [],
    ports: [],
    labels: { 'submarine.kind': 'helper', 'submarine.run': runId },
    user,
    noNewPrivileges: true,
    workdir: undefined,
    shmBytes: 64 * 1024 ** 2,
    memoryBytes: undefined,
    cpus: undefined,
    gpus: undefined,
    platform: undefined,
    pull: 'never',
    extras: {},
  };
}
