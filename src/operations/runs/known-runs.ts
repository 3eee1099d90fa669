import type { ContainerEnd, RunInfo } from '../../engines/engine.ts';
import type { EndReason, RunRecord } from '../../run-records/run-record.ts';
import { shellQuote } from '../../text/quote.ts';
import type { Call } from '../events.ts';
import { isUnavailable } from '../if-engine-answers.ts';
import type { Submarine } from '../submarine.ts';
import { completeRecord } from './complete-record.ts';

/** What is known of a run or a notebook: by its container, its record, or both. */
export interface KnownRun {
  /** Eight hexadecimal digits. */
  readonly id: string;
  /** Of its container. */
  readonly name: string;
  readonly kind: 'run' | 'notebook';
  readonly environment: string;
  readonly image: string;
  /** The command as a shell reads it. */
  readonly command: string;
  /** `running`, `paused` or another state of the engine's; `finished`, or `lost` where its container is gone and nobody saw its end. */
  readonly status: string;
  readonly startedAt: Date;
  readonly endedAt?: Date | undefined;
  readonly exitCode?: number | undefined;
  readonly reason?: EndReason | undefined;
  /** The engine's own id of its container, while there is one. */
  readonly containerId?: string | undefined;
  /** Whether this user started it. */
  readonly isOwn: boolean;
}

interface RunsToKnow {
  readonly engine?: string | undefined;
  /** Whether those that have ended are looked for as well. */
  readonly all: boolean;
  readonly environment?: string | undefined;
}

/**
 * The runs and notebooks of an engine, whoever started them, and those of the user's records, newest first. What is seen
 * to have ended is recorded.
 *
 * @throws SubmarineError of the kind `unavailable` when the engine does not answer; records alone need none
 */
export async function knownRuns(
  submarine: Submarine,
  { engine: named, all, environment }: RunsToKnow,
  call?: Call,
): Promise<readonly KnownRun[]> {
  const { runs } = await submarine.engine(named);
  const labels = environment === undefined ? undefined : { 'submarine.env': environment };
  const containers = (await runs.list(labels && { labels }, call)).filter(isRun);
  const shown = all ? containers : containers.filter(({ state }) => !hasEnded(state));
  const records = await recordsOf(shown, submarine, all);
  const ended = shown.filter(({ state }) => hasEnded(state));
  const ends = await runs.ends(
    ended.map(({ id }) => id),
    call,
  );
  const present = await Promise.all(
    shown.map((container) =>
      withContainer(container, records.get(runIdOf(container)), ends.get(container.id), submarine),
    ),
  );
  const ids = new Set(containers.map(runIdOf));
  const gone = [...records.values()].filter(
    (record) =>
      !ids.has(record.id) && (environment ?? record.environment.name) === record.environment.name,
  );
  return [...present, ...gone.map(withoutContainer)].toSorted(
    (one, other) => other.startedAt.getTime() - one.startedAt.getTime(),
  );
}

/** The user's runs as far as the records know them, for when no engine answers. */
export async function recordedRuns({ records }: Submarine): Promise<readonly KnownRun[]> {
  return (await records.list()).records.map(withoutContainer);
}

/** The same as `knownRuns`, of the records alone where no engine answers. */
export async function knownRunsIfAny(
  submarine: Submarine,
  choice: RunsToKnow,
  call?: Call,
): Promise<readonly KnownRun[]> {
  try {
    return await knownRuns(submarine, choice, call);
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    return recordedRuns(submarine);
  }
}

/** Whether somebody works in it; a build or a chore of ours is not one. */
export function isRun({ labels }: Pick<RunInfo, 'labels'>): boolean {
  return ['run', 'notebook'].includes(labels['submarine.kind'] ?? '');
}

function hasEnded(state: string): boolean {
  return ['exited', 'dead', 'removing'].includes(state);
}

function runIdOf({ labels }: RunInfo): string {
  return labels['submarine.run'] ?? '';
}

async function recordsOf(
  containers: readonly RunInfo[],
  { records }: Submarine,
  all: boolean,
): Promise<ReadonlyMap<string, RunRecord>> {
  const found = all
    ? (await records.list()).records
    : await Promise.all(
        containers.map((container) => records.find(runIdOf(container)).catch(() => undefined)),
      );
  return new Map(found.flatMap((record) => (record === undefined ? [] : [[record.id, record]])));
}

async function withContainer(
  container: RunInfo,
  record: RunRecord | undefined,
  end: ContainerEnd | undefined,
  submarine: Submarine,
): Promise<KnownRun> {
  const { id, name, state, image, labels, createdAt, commandLine } = container;
  const completed = record && end && (await completeRecord(submarine, record, end));
  return {
    id: runIdOf(container),
    name,
    kind: labels['submarine.kind'] === 'notebook' ? 'notebook' : 'run',
    environment: labels['submarine.env'] ?? '',
    image,
    command: record === undefined ? ownWords(commandLine) : commandOf(record),
    status: end === undefined ? state : 'finished',
    startedAt: end?.startedAt ?? record?.startedAt ?? createdAt,
    endedAt: end?.endedAt,
    exitCode: end?.exitCode,
    reason: completed?.end?.reason,
    containerId: id,
    isOwn: record !== undefined,
  };
}

function withoutContainer(record: RunRecord): KnownRun {
  const { id, name, environment, image, request, startedAt, end } = record;
  return {
    id,
    name,
    kind: request.kind === 'notebook' ? 'notebook' : 'run',
    environment: environment.name,
    image: image.reference,
    command: commandOf(record),
    status: end === undefined || end.reason === 'lost' ? 'lost' : 'finished',
    startedAt,
    endedAt: end?.at,
    exitCode: end?.exitCode,
    reason: end?.reason,
    isOwn: true,
  };
}

function commandOf({ request }: RunRecord): string {
  return request.command.map(shellQuote).join(' ');
}

/** Behind what the bootstrap is told. */
function ownWords(commandLine: string): string {
  const at = commandLine.indexOf(' -- ');
  return at < 0 ? commandLine : commandLine.slice(at + ' -- '.length);
}
