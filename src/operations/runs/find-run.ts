import type { EngineCall, RunInfo, Runs } from '../../engines/engine.ts';
import { SubmarineError, UsageError } from '../../errors.ts';
import { nearest } from '../../text/nearest.ts';
import { quote } from '../../text/quote.ts';

/** Whether somebody works in it; a build or a chore of ours is not one, and is found by its name alone. */
export function isRun({ labels }: RunInfo): boolean {
  return ['run', 'notebook'].includes(labels['submarine.kind'] ?? '');
}

/**
 * The running container of ours that is meant: by its name, by the environment that it alone runs, or by the beginning
 * of its id.
 *
 * @param given - without it: the only one that is running
 * @throws UsageError when several are meant, or one that is not ours
 * @throws SubmarineError of the kind `not-found` when none is
 */
export async function findRun(
  given: string | undefined,
  runs: Pick<Runs, 'list'>,
  call?: EngineCall,
): Promise<RunInfo> {
  const all = await runs.list({}, call);
  const candidates = all.filter(isRun);
  const running = candidates.filter(({ state }) => state === 'running');
  if (given === undefined) return theOnly(running);
  const named = all.find(({ name, id }) => name === given || id === given);
  if (named !== undefined) return refuseStopped(named);
  const inEnvironment = running.filter(({ labels }) => labels['submarine.env'] === given);
  const byId = /^[0-9a-f]+$/.test(given) ? candidates.filter(({ id }) => id.startsWith(given)) : [];
  const meant = inEnvironment.length > 0 ? inEnvironment : byId;
  const [one, ...others] = meant;
  if (one === undefined) throw await unknown(given, running, runs, call);
  if (others.length > 0) {
    throw new UsageError(
      `${quote(given)} means ${meant.length} containers`,
      `name one of them: ${namesOf(meant)}`,
      { code: 'several-containers', data: { containers: meant.map(({ name }) => name) } },
    );
  }
  return refuseStopped(one);
}

function theOnly(running: readonly RunInfo[]): RunInfo {
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
    `name one of them: ${running.map(describe).join(', ')}`,
    { code: 'several-containers', data: { containers: running.map(({ name }) => name) } },
  );
}

function refuseStopped(container: RunInfo): RunInfo {
  const { name, state } = container;
  if (state === 'running') return container;
  throw new SubmarineError({
    kind: 'refused',
    code: state === 'paused' ? 'container-paused' : 'container-not-running',
    message:
      state === 'paused'
        ? `the container ${name} is paused`
        : `the container ${name} is not running: it is ${state}`,
    data: { container: name, state },
  });
}

async function unknown(
  given: string,
  running: readonly RunInfo[],
  runs: Pick<Runs, 'list'>,
  call: EngineCall | undefined,
): Promise<SubmarineError> {
  const [foreign] = await runs.list({ id: given }, call);
  if (foreign !== undefined && foreign.labels['submarine.run'] === undefined) {
    return new UsageError(`the container ${quote(given)} was not started by submarine`, undefined, {
      code: 'container-foreign',
      data: { container: given },
    });
  }
  const names = running.flatMap(({ name, labels }) => [name, labels['submarine.env'] ?? name]);
  const near = nearest(given, names);
  const those = running.length === 0 ? 'none is running' : `there are: ${namesOf(running)}`;
  return new SubmarineError({
    kind: 'not-found',
    code: 'container-not-found',
    message: `no container ${quote(given)} is running`,
    remedy: near === undefined ? those : `did you mean ${quote(near)}?`,
    data: { container: given, nearest: near },
  });
}

function namesOf(containers: readonly RunInfo[]): string {
  return containers.map(({ name }) => name).join(', ');
}

function describe({ name, labels }: RunInfo): string {
  return `${name} (${labels['submarine.env'] ?? 'no environment'})`;
}
