import type { ContainerEnd, RunInfo } from '../../engines/engine.ts';
import type { EndReason, RunRecord } from '../../run-records/run-record.ts';
import { shellQuote } from '../../text/quote.ts';
import type { Call } from '../events.ts';
import { warn } from '../events.ts';
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
  /**
   * `running`, `paused` or another state of the engine's; `finished`; `lost` where its container is gone and nobody saw
   * its end; `starting` where it has no container yet; `unknown` where it is on an engine that was not asked.
   */
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
  /** The name of the one container that is looked at. */
  readonly container?: string | undefined;
  /** Whether it is told which records cannot be read. */
  readonly tellDamaged?: boolean | undefined;
}

/**
 * The runs and notebooks of an engine, whoever started them, and those of the user's records, newest first. What is seen
 * to have ended is recorded.
 *
 * @throws SubmarineError of the kind `unavailable` when the engine does not answer; records alone need none
 */
export async function knownRuns(
  submarine: Submarine,
  choice: RunsToKnow,
  call?: Call,
): Promise<readonly KnownRun[]> {
  const { engine: named, all, environment, container } = choice;
  const engine = await submarine.engine(named);
  const { runs } = engine;
  const labels = environment === undefined ? undefined : { 'submarine.env': environment };
  const filter = container === undefined ? { labels, onlyRunning: !all } : { id: container };
  const containers = (await runs.list(filter, call)).filter(isRun);
  const shown = all ? containers : containers.filter(({ state }) => !hasEnded(state));
  const records = await recordsOf(shown, submarine, choice, call);
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
  const areOpen = gone.some(({ end }) => end === undefined);
  const engineId = areOpen ? (await engine.facts(undefined, call)).id : undefined;
  return newestFirst([...present, ...gone.map((record) => withoutContainer(record, engineId))]);
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
    const { environment } = choice;
    const records = [...(await recordsOf([], submarine, choice, call)).values()].filter(
      (record) => (environment ?? record.environment.name) === record.environment.name,
    );
    return newestFirst(records.map((record) => withoutContainer(record, undefined)));
  }
}

function newestFirst(runs: readonly KnownRun[]): readonly KnownRun[] {
  return runs.toSorted((one, other) => other.startedAt.getTime() - one.startedAt.getTime());
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
  { all, tellDamaged = false }: RunsToKnow,
  call: Call | undefined,
): Promise<ReadonlyMap<string, RunRecord>> {
  if (!all) {
    const found = await Promise.all(
      containers.map((container) => records.find(runIdOf(container)).catch(() => undefined)),
    );
    return new Map(found.flatMap((record) => (record === undefined ? [] : [[record.id, record]])));
  }
  const { records: found, damaged } = await records.list();
  for (const { id, message } of tellDamaged ? damaged : []) {
    warn(call, { code: 'record-damaged', run: id, message });
  }
  return new Map(found.map((record) => [record.id, record]));
}

async function withContainer(
  container: RunInfo,
  record: RunRecord | undefined,
  end: ContainerEnd | undefined,
  submarine: Submarine,
): Promise<KnownRun> {
  const { id, name, state, image, labels, createdAt, commandLine } = container;
  if (record?.end !== undefined && end === undefined && hasEnded(state)) {
    // The engine is removing it.
    return { ...withoutContainer(record, undefined), containerId: id };
  }
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
    exitCode: completed?.end?.exitCode ?? end?.exitCode,
    reason: completed?.end?.reason,
    containerId: id,
    isOwn: record !== undefined,
  };
}

/** @param engineId - of the engine that was asked, and has no container of it */
function withoutContainer(record: RunRecord, engineId: string | undefined): KnownRun {
  const { id, name, environment, image, request, startedAt, end } = record;
  return {
    id,
    name,
    kind: request.kind === 'notebook' ? 'notebook' : 'run',
    environment: environment.name,
    image: image.reference,
    command: commandOf(record),
    status: statusWithoutContainer(record, engineId),
    startedAt,
    endedAt: end?.at,
    exitCode: end?.exitCode,
    reason: end?.reason,
    isOwn: true,
  };
}

/** How long an engine may take from the record to the container. */
const STARTING_MS = 30_000;

function statusWithoutContainer(
  { end, engine, startedAt }: RunRecord,
  engineId: string | undefined,
): string {
  if (end !== undefined) return end.reason === 'lost' ? 'lost' : 'finished';
  if (engine.id !== engineId) return 'unknown';
  return Date.now() - startedAt.getTime() < STARTING_MS ? 'starting' : 'lost';
}

function commandOf({ request }: RunRecord): string {
  return request.command.map(shellQuote).join(' ');
}

/** Behind what the bootstrap is told. */
function ownWords(commandLine: string): string {
  const at = commandLine.indexOf(' -- ');
  return at < 0 ? commandLine : commandLine.slice(at + ' -- '.length);
}
