import type { RunInfo } from '../../engines/engine.ts';
import type { Call } from '../events.ts';
import type { Submarine } from '../submarine.ts';
import { isRun } from './find-run.ts';

/** Which runs to list. */
export interface ListRunsRequest {
  /** Only those of this environment; the stores of others may have one of the same name. */
  readonly environment?: string | undefined;
  readonly engine?: string | undefined;
}

/** The container of a run or a notebook. */
export interface ListedRun extends Pick<RunInfo, 'id' | 'name' | 'state' | 'image'> {
  readonly kind: 'run' | 'notebook';
  readonly environment: string;
}

/**
 * The runs and notebooks of an engine, whoever started them, newest first.
 *
 * @throws SubmarineError of the kind `unavailable` when the engine does not answer
 */
export async function listRuns(
  submarine: Submarine,
  { environment, engine }: ListRunsRequest = {},
  call?: Call,
): Promise<readonly ListedRun[]> {
  const { runs } = await submarine.engine(engine);
  const labels = environment === undefined ? undefined : { 'submarine.env': environment };
  const containers = await runs.list(labels && { labels }, call);
  return containers.filter(isRun).map(({ id, name, state, image, labels }) => ({
    id,
    name,
    state,
    image,
    kind: labels['submarine.kind'] === 'notebook' ? 'notebook' : 'run',
    environment: labels['submarine.env'] ?? '',
  }));
}
