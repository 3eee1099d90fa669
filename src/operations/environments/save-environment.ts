import type { EnvironmentDocument } from '../../environment/environment.ts';
import { overrideDocument } from '../../environment/override-document.ts';
import { serializeLock } from '../../lock/lock-file.ts';
import { wholeLock } from '../locks/stored-lock.ts';
import type { Call } from '../events.ts';
import { warn } from '../events.ts';
import { environmentOfRun } from '../runs/recorded-run.ts';
import type { Submarine } from '../submarine.ts';
import { addDocuments } from './add-documents.ts';
import { parseComposed } from './documents-to-add.ts';

/** The environment of a run, to be kept under a name. */
export interface SaveRequest {
  /** What it is to be called. */
  readonly name: string;
  /** As `matchRun` knows it. */
  readonly run: string;
  /** Whether a name that exists gets the new text, in its old place. */
  readonly replace?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
}

/**
 * Adds the environment that a run had to the store, with the exact image and packages where those were locked.
 *
 * @throws SubmarineError of the kind `not-found` when there is no record of the run
 * @throws NameTakenError when the name exists, without `replace`
 */
export async function saveEnvironment(
  submarine: Submarine,
  { name, run: given, replace = false, dryRun = false }: SaveRequest,
  call?: Call,
): Promise<EnvironmentDocument> {
  const { text, recorded, environment } = await environmentOfRun(submarine, { run: given }, call);
  const { run } = recorded;
  const documents = await parseComposed(await overrideDocument(text, { name }));
  const lock = wholeLock(recorded, { text, environment });
  if (lock === undefined) warn(call, { code: 'saved-without-lock', environment: name, run });
  const locks = new Map(lock === undefined ? [] : [[name, serializeLock(lock)]]);
  await addDocuments(submarine, documents, { replace, dryRun, locks }, call);
  return documents[0] ?? { text, environment };
}
