import { SubmarineError, UsageError } from '../../errors.ts';
import { quote } from '../../text/quote.ts';
import type { Call } from '../events.ts';
import { findRunning } from '../runs/find-run.ts';
import type { KnownRun } from '../runs/known-runs.ts';
import type { Submarine } from '../submarine.ts';
import type { KnownNotebook } from './list-notebooks.ts';
import { listNotebooks, withAddress } from './list-notebooks.ts';

/** Which notebook is meant, and where. */
export interface NotebookChoice {
  /** Its id, the beginning of it, its name, its environment or `@last`; without it the only one of this user. */
  readonly notebook?: string | undefined;
  readonly engine?: string | undefined;
}

/**
 * A notebook that is running, with its address.
 *
 * @throws SubmarineError of the kind `not-found` when there is none, or it is another kind of run
 * @throws UsageError when several are meant
 */
export async function findNotebook(
  submarine: Submarine,
  { notebook, engine }: NotebookChoice = {},
  call?: Call,
): Promise<KnownNotebook> {
  if (notebook === undefined) return theOnly(await listNotebooks(submarine, { engine }, call));
  const found = await findOne(submarine, notebook, engine, call);
  return withAddress(submarine, found, engine, call);
}

/** The same of several, without their addresses; each once. */
export async function findNotebooks(
  submarine: Submarine,
  {
    notebooks,
    engine,
  }: { readonly notebooks: readonly string[]; readonly engine?: string | undefined },
  call?: Call,
): Promise<readonly KnownRun[]> {
  const found = new Map<string, KnownRun>();
  for (const run of notebooks) {
    const known = await findOne(submarine, run, engine, call);
    found.set(known.id, known);
  }
  return [...found.values()];
}

async function findOne(
  submarine: Submarine,
  given: string,
  engine: string | undefined,
  call: Call | undefined,
): Promise<KnownRun> {
  const run = await findRunning(submarine, { run: given, engine }, call);
  if (run.kind === 'notebook') return run;
  throw new SubmarineError({
    kind: 'not-found',
    code: 'not-a-notebook',
    message: `the run ${quote(run.name)} is not a notebook`,
    data: { run: run.name },
  });
}

function theOnly(running: readonly KnownNotebook[]): KnownNotebook {
  const own = running.filter(({ isOwn }) => isOwn);
  const [one, ...others] = own;
  if (one === undefined) {
    throw new SubmarineError({
      kind: 'not-found',
      code: 'no-notebook-running',
      message: 'no notebook of yours is running',
    });
  }
  if (others.length === 0) return one;
  throw new UsageError(
    `${own.length} notebooks are running`,
    `name one of them: ${own.map(({ id, environment }) => `${id} (${environment})`).join(', ')}`,
    { code: 'several-notebooks', data: { notebooks: own.map(({ id }) => id) } },
  );
}
