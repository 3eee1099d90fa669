import type { Container, Engine } from '../engines/engine.ts';
import { ExitCode, SubmarineError, UsageError } from '../errors.ts';
import { nearest } from '../text/nearest.ts';
import { quote } from '../text/quote.ts';

/**
 * The running container of ours that is meant: by its name, by the environment that it alone runs, or by the beginning
 * of its id.
 *
 * @param given - without it: the only one that runs
 * @throws UsageError when several are meant, or one that is not ours; SubmarineError with exit code 66 when none is
 */
export async function findContainer(
  given: string | undefined,
  engine: Pick<Engine, 'containers' | 'hasContainer'>,
): Promise<Container> {
  const all = await engine.containers();
  const running = all.filter(({ state }) => state === 'running');
  if (given === undefined) return theOnly(running);
  const named = all.find(({ name, id }) => name === given || id === given);
  if (named !== undefined) return refuseStopped(named);
  const inEnvironment = running.filter(({ labels }) => labels['submarine.env'] === given);
  const byId = /^[0-9a-f]+$/.test(given) ? all.filter(({ id }) => id.startsWith(given)) : [];
  const meant = inEnvironment.length > 0 ? inEnvironment : byId;
  const [one, ...others] = meant;
  if (one === undefined) throw await unknown(given, running, engine);
  if (others.length > 0) {
    throw new UsageError(
      `${quote(given)} means ${meant.length} containers`,
      `name one of them: ${namesOf(meant)}`,
    );
  }
  return refuseStopped(one);
}

function theOnly(running: readonly Container[]): Container {
  const [one, ...others] = running;
  if (one === undefined) {
    throw new SubmarineError(
      'no container of an environment runs',
      'start one, for example: submarine run -- sleep 1h',
      ExitCode.notFound,
    );
  }
  if (others.length === 0) return one;
  throw new UsageError(
    `${running.length} containers run`,
    `name one of them: ${running.map(describe).join(', ')}`,
  );
}

function refuseStopped(container: Container): Container {
  const { name, state } = container;
  if (state === 'running') return container;
  throw new SubmarineError(
    state === 'paused'
      ? `the container ${name} is paused`
      : `the container ${name} does not run: it is ${state}`,
    state === 'paused' ? `let it go on: docker unpause ${name}` : 'start another: submarine run',
    ExitCode.engineRefused,
  );
}

async function unknown(
  given: string,
  running: readonly Container[],
  engine: Pick<Engine, 'hasContainer'>,
): Promise<SubmarineError> {
  if (await engine.hasContainer(given)) {
    return new UsageError(
      `the container ${quote(given)} was not started by submarine`,
      `use the engine's own command: docker exec ${given}`,
    );
  }
  const names = running.flatMap(({ name, labels }) => [name, labels['submarine.env'] ?? name]);
  const near = nearest(given, names);
  const those = running.length === 0 ? 'none runs' : `there are: ${namesOf(running)}`;
  return new SubmarineError(
    `no container ${quote(given)} runs`,
    near === undefined ? those : `did you mean ${quote(near)}?`,
    ExitCode.notFound,
  );
}

function namesOf(containers: readonly Container[]): string {
  return containers.map(({ name }) => name).join(', ');
}

function describe({ name, labels }: Container): string {
  return `${name} (${labels['submarine.env'] ?? 'no environment'})`;
}
