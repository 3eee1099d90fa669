import type { Call } from '../events.ts';
import { findChosenName } from '../environments/choose-environment.ts';
import { findCode } from '../runs/find-code.ts';
import type { Submarine } from '../submarine.ts';
import type { KnownNotebook } from './list-notebooks.ts';
import { listNotebooks } from './list-notebooks.ts';
import type { NotebookRequest } from './notebook-request.ts';

/** The notebook of this user that is open for the environment and the folder of a request; undefined where none is. */
export async function findOpenNotebook(
  submarine: Submarine,
  request: NotebookRequest,
  call?: Call,
): Promise<KnownNotebook | undefined> {
  // Who has none need not wait for an answer of the engine.
  if ((await submarine.records.tokens.ids()).length === 0) return undefined;
  const environment = request.environment ?? (await findChosenName(submarine))?.name;
  const { caller, settings } = submarine;
  const { code } = await findCode(request, settings, caller, { dryRun: true, call });
  if (environment === undefined || code === undefined) return undefined;
  const open = await listNotebooks(submarine, { environment, engine: request.engine }, call);
  return open.find(({ url, folder }) => url !== undefined && folder === code);
}
