import type { Call } from './events.ts';
import type { KnownRun } from './runs/known-runs.ts';
import type { Submarine } from './submarine.ts';

/** A name, and what a person knows it by. */
export interface KnownName {
  readonly value: string;
  readonly description?: string | undefined;
}

/** What has names that a person types. */
export type NamedKind =
  | 'environment'
  | 'experiment'
  | 'run'
  | 'running'
  | 'notebook'
  | 'kernel'
  | 'image';

/**
 * The names that there are of a kind, for the completion of a line.
 *
 * @throws what reading the store or asking the engine throws
 */
export function knownNames(
  submarine: Submarine,
  kind: NamedKind,
  call: Call,
): Promise<readonly KnownName[]> {
  return NAMES[kind](submarine, call);
}

const NAMES: Readonly<
  Record<NamedKind, (submarine: Submarine, call: Call) => Promise<readonly KnownName[]>>
> = {
  environment: async ({ store }) => plain(await store.names()),
  experiment: async ({ store }) => plain(await store.experiments.names()),
  kernel: kernelNames,
  image: imageNames,
  run: runNames,
  running: runningNames,
  notebook: async (submarine, call) =>
    runningNames(submarine, call, ({ kind }) => kind === 'notebook'),
};

async function environments(submarine: Submarine) {
  const { listEnvironments } = await import('./environments/list-environments.ts');
  return listEnvironments(submarine);
}

function plain(names: readonly string[]): readonly KnownName[] {
  return names.map((value) => ({ value }));
}

async function kernelNames(submarine: Submarine): Promise<readonly KnownName[]> {
  return (await environments(submarine)).flatMap(({ name, environment }) =>
    name === undefined || environment?.kernel === undefined
      ? []
      : [{ value: name, description: environment.kernel.name }],
  );
}

async function imageNames(submarine: Submarine): Promise<readonly KnownName[]> {
  const images = (await environments(submarine)).flatMap(
    ({ environment }) => environment?.['docker-image'] ?? [],
  );
  return [...new Set(images)].map((value) => ({ value }));
}

/** Where no engine answers in time, those that have records. */
async function runNames(submarine: Submarine, call: Call): Promise<readonly KnownName[]> {
  const { listRuns } = await import('./runs/list-runs.ts');
  return named(await listRuns(submarine, { all: true, own: true }, call));
}

async function runningNames(
  submarine: Submarine,
  call: Call,
  isMeant: (run: KnownRun) => boolean = () => true,
): Promise<readonly KnownName[]> {
  const { listRuns } = await import('./runs/list-runs.ts');
  return named((await listRuns(submarine, {}, call)).filter(isMeant));
}

function named(runs: readonly KnownRun[]): readonly KnownName[] {
  const last = runs.some(({ isOwn }) => isOwn);
  return [
    ...(last ? [{ value: '@last', description: 'the last of yours' }] : []),
    ...runs.map(({ id, environment, command }) => ({
      value: id,
      description: `${environment}: ${command}`,
    })),
  ];
}
