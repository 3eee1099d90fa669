import type { RunInfo } from '../../engines/engine.ts';
import { SubmarineError, UsageError } from '../../errors.ts';
import { nearest } from '../../text/nearest.ts';
import { quote } from '../../text/quote.ts';
import type { Call } from '../events.ts';
import type { Submarine } from '../submarine.ts';
import type { KnownRun } from './known-runs.ts';
import { knownRuns, knownRunsIfAny } from './known-runs.ts';

/** Which run is meant, and where. */
export interface RunChoice {
  /** See `matchRun`. */
  readonly run: string;
  readonly engine?: string | undefined;
}

/** The run that this user started last. */
const LAST = '@last';

/**
 * The run or notebook that is meant, running or not.
 *
 * @throws UsageError when several are meant, or a container that is not ours
 * @throws SubmarineError of the kind `not-found` when none is
 */
export async function findRun(
  submarine: Submarine,
  { run, engine }: RunChoice,
  call?: Call,
): Promise<KnownRun> {
  // Who names one that is running, and no other, need not wait for what is known of all others.
  const named = await findNamed(submarine, { run, engine }, call);
  if (named !== undefined) return named;
  const present = await knownRuns(submarine, { engine, all: false }, call);
  const found = present.find(({ id, name }) => id === run || name === run);
  if (found !== undefined) return found;
  const all = await knownRuns(submarine, { engine, all: true }, call);
  return matchRun(run, all) ?? (await unknown(run, all, submarine, engine, call));
}

const OWN_NAME = /^submarine-.*-[0-9a-f]{8}$/;

/** One that is running, by its id or by the name that we give: its container is asked for alone, which is faster than a list. */
async function findNamed(
  submarine: Submarine,
  { run, engine }: RunChoice,
  call?: Call,
): Promise<KnownRun | undefined> {
  const isId = /^[0-9a-f]{8}$/.test(run);
  const record = isId ? await submarine.records.find(run).catch(() => undefined) : undefined;
  const container = record?.end === undefined ? (record?.name ?? run) : undefined;
  if (container === undefined || (record === undefined && !OWN_NAME.test(run))) return undefined;
  const [found] = await knownRuns(submarine, { engine, all: false, container }, call);
  return found !== undefined && [found.id, found.name].includes(run) ? found : undefined;
}

/** The same for several, each once however often it is named. */
export async function findRuns(
  submarine: Submarine,
  { runs, engine }: { readonly runs: readonly string[]; readonly engine?: string | undefined },
  call?: Call,
): Promise<readonly KnownRun[]> {
  const found = new Map<string, KnownRun>();
  for (const run of runs) {
    const known = await findRun(submarine, { run, engine }, call);
    found.set(known.id, known);
  }
  return [...found.values()];
}

/** The same, also where no engine answers: then it is one of the records. */
export async function findRecordedRun(
  submarine: Submarine,
  { run, engine }: RunChoice,
  call?: Call,
): Promise<KnownRun> {
  const all = await knownRunsIfAny(submarine, { engine, all: true }, call);
  return matchRun(run, all) ?? (await unknown(run, all, submarine, engine, call));
}

/**
 * The same for one that is running.
 *
 * @param choice - without a run: the only one that is running
 * @throws SubmarineError of the kind `refused` when it is not
 */
export async function findRunning(
  submarine: Submarine,
  { run, engine }: Pick<RunChoice, 'engine'> & { readonly run: string | undefined },
  call?: Call,
): Promise<KnownRun> {
  const named = run && (await findNamed(submarine, { run, engine }, call));
  if (named) return requireRunning(named);
  // Who names one that is running need not wait for what is known of all others.
  const present = await knownRuns(submarine, { engine, all: false }, call);
  if (run === undefined) return theOnly(present.filter(({ status }) => status === 'running'));
  const found = run === LAST ? undefined : matchRun(run, present);
  return requireRunning(found ?? (await findRun(submarine, { run, engine }, call)));
}

/**
 * The one run of an environment that is running; undefined where none is.
 *
 * @throws UsageError when several are
 */
export async function findRunningIn(
  submarine: Submarine,
  { environment, engine }: { readonly environment: string; readonly engine?: string | undefined },
  call?: Call,
): Promise<KnownRun | undefined> {
  const present = await knownRuns(submarine, { environment, engine, all: false }, call);
  return theOne(
    environment,
    present.filter(({ status }) => status === 'running'),
  );
}

/**
 * Which of these runs is meant: by its name, its id or `@last`, by the environment that it alone is running, or by the
 * beginning of its id or of its container's.
 *
 * @throws UsageError when several are meant
 */
export function matchRun(given: string, runs: readonly KnownRun[]): KnownRun | undefined {
  if (given === LAST) return runs.find(({ isOwn }) => isOwn);
  const exact = runs.filter(({ name, id }) => name === given || id === given);
  // A name can be given again when the container that had it is gone.
  const named = exact.filter(({ containerId }) => containerId !== undefined);
  if (exact.length > 0) return theOne(given, named.length > 0 ? named : exact);
  const inEnvironment = runs.filter(
    ({ environment, status }) => environment === given && status === 'running',
  );
  if (inEnvironment.length > 0) return theOne(given, inEnvironment);
  if (!/^[0-9a-f]+$/.test(given)) return undefined;
  const byId = runs.filter(
    ({ id, containerId }) => id.startsWith(given) || containerId?.startsWith(given) === true,
  );
  return byId.length === 0 ? undefined : theOne(given, byId);
}

function theOne(given: string, meant: readonly KnownRun[]): KnownRun | undefined {
  if (meant.length < 2) return meant[0];
  throw new UsageError(
    `${quote(given)} means ${meant.length} runs`,
    `name one of them: ${meant.map(({ name }) => name).join(', ')}`,
    { code: 'several-containers', data: { containers: meant.map(({ name }) => name) } },
  );
}

function theOnly(running: readonly KnownRun[]): KnownRun {
  const [one, ...others] = running;
  if (one === undefined) {
    throw new SubmarineError({
      kind: 'not-found',
      code: 'nothing-running',
      message: 'no container of an environment is running',
    });
  }
  if (others.length === 0) return one;
  throw new UsageError(
    `${running.length} containers are running`,
    `name one of them: ${running.map(({ name, environment }) => `${name} (${environment})`).join(', ')}`,
    { code: 'several-containers', data: { containers: running.map(({ name }) => name) } },
  );
}

/**
 * The container of a run that has not ended, as its engine knows it.
 *
 * @throws SubmarineError of the kind `unavailable` when it is on another engine, `refused` when it has none
 */
export function containerOf({ containerId, name, status }: KnownRun): Pick<RunInfo, 'id' | 'name'> {
  if (containerId !== undefined) return { id: containerId, name };
  throw status === 'unknown'
    ? new SubmarineError({
        kind: 'unavailable',
        code: 'run-elsewhere',
        message: `the run ${quote(name)} was started on another engine, which was not asked`,
        data: { run: name },
      })
    : new SubmarineError({
        kind: 'refused',
        code: 'run-without-container',
        message: `the run ${quote(name)} has no container${status === 'starting' ? ' yet' : ''}`,
        data: { run: name, state: status },
      });
}

/** @throws SubmarineError of the kind `refused` when it is not running */
export function requireRunning(run: KnownRun): KnownRun {
  const { name, status } = run;
  if (status === 'running') return run;
  if (status === 'unknown') containerOf(run);
  throw new SubmarineError({
    kind: 'refused',
    code: status === 'paused' ? 'container-paused' : 'container-not-running',
    message:
      status === 'paused'
        ? `the container ${name} is paused`
        : `the container ${name} is not running: it ${status === 'finished' ? 'has' : 'is'} ${status}`,
    data: { container: name, state: status },
  });
}

async function unknown(
  given: string,
  all: readonly KnownRun[],
  submarine: Submarine,
  engineName: string | undefined,
  call: Call | undefined,
): Promise<never> {
  if (given === LAST) {
    throw new SubmarineError({
      kind: 'not-found',
      code: 'no-last-run',
      message: 'you have started no run yet',
    });
  }
  const { runs } = await submarine.engine(engineName);
  const [foreign] = await runs.list({ id: given }, call).catch(() => []);
  if (foreign !== undefined && foreign.labels['submarine.run'] === undefined) {
    throw new UsageError(`the container ${quote(given)} was not started by submarine`, undefined, {
      code: 'container-foreign',
      data: { container: given },
    });
  }
  const running = all.filter(({ status }) => status === 'running');
  const names = running.flatMap(({ name, environment }) => [name, environment]);
  const near = nearest(given, [...names, ...all.map(({ name }) => name)]);
  throw new SubmarineError({
    kind: 'not-found',
    code: 'run-not-found',
    message: `no run ${quote(given)}`,
    remedy: near === undefined ? undefined : `did you mean ${quote(near)}?`,
    data: { run: given, nearest: near, running: running.map(({ name }) => name) },
  });
}
