import { JUPYTER_PORT } from '../../launch/jupyter.ts';
import type { Call } from '../events.ts';
import { containerOf } from '../runs/find-run.ts';
import type { KnownRun } from '../runs/known-runs.ts';
import { knownRuns } from '../runs/known-runs.ts';
import type { Submarine } from '../submarine.ts';
import { notebookUrl } from './server-address.ts';

/** A notebook that is running. */
export interface KnownNotebook extends KnownRun {
  /** Its address with the token; undefined for one that somebody else started, or that cannot be reached. */
  readonly url?: string | undefined;
  /** The folder of this machine that it opens; undefined where it opens none, or somebody else started it. */
  readonly folder?: string | undefined;
}

/** Which notebooks to list. */
export interface ListNotebooksRequest {
  /** Only those of this environment. */
  readonly environment?: string | undefined;
  readonly engine?: string | undefined;
}

/**
 * The notebooks of an engine that are running, whoever started them, newest first. Whether their servers answer is not
 * asked.
 *
 * @throws SubmarineError of the kind `unavailable` when the engine does not answer
 */
export async function listNotebooks(
  submarine: Submarine,
  { environment, engine }: ListNotebooksRequest = {},
  call?: Call,
): Promise<readonly KnownNotebook[]> {
  const running = await knownRuns(submarine, { environment, engine, all: false }, call);
  const notebooks = running.filter(({ kind }) => kind === 'notebook');
  return Promise.all(notebooks.map((run) => withAddress(submarine, run, engine, call)));
}

/** The same of one run. */
export async function withAddress(
  submarine: Submarine,
  run: KnownRun,
  engine: string | undefined,
  call: Call | undefined,
): Promise<KnownNotebook> {
  const token = await submarine.records.tokens.find(run.id).catch(() => undefined);
  if (token === undefined) return run;
  const { runs } = await submarine.engine(engine);
  const opened = runs.open(containerOf(run), call);
  const address = await opened.address(JUPYTER_PORT).catch(() => undefined);
  const record = await submarine.records.find(run.id).catch(() => undefined);
  return {
    ...{ ...run, folder: record?.request.code },
    url: address === undefined ? undefined : notebookUrl(address, token),
  };
}
