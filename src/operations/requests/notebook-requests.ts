import { MAX_TIMER_MS } from '../../text/time-span.ts';
import type { NotebookChoice } from '../notebooks/find-notebook.ts';
import type { ListNotebooksRequest } from '../notebooks/list-notebooks.ts';
import type { NotebookRequest } from '../notebooks/notebook-request.ts';
import type { StopNotebooksRequest } from '../notebooks/stop-notebooks.ts';
import { flag, list, object, text, whole } from './check.ts';
import { address, givenRuns, port, serverKeys, spanMs } from './launch-requests.ts';

export const notebook = object<NotebookRequest>({
  ...{ ...serverKeys, port, host: address, arguments: list(text) },
  idleTimeoutMs: whole(1000, MAX_TIMER_MS),
});

export const chosenNotebook = object<NotebookChoice>({ notebook: text, engine: text });

export const listNotebooks = object<ListNotebooksRequest>({ environment: text, engine: text });

export const stopNotebooks = object<StopNotebooksRequest>(
  { notebooks: givenRuns, timeoutMs: spanMs, dryRun: flag, engine: text },
  ['notebooks'],
);
