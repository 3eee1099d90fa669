import { decodeText } from '../../environment/decode-text.ts';
import type { ExperimentDocument } from '../../experiment/experiment.ts';
import { parseExperiments } from '../../experiment/parse-experiment.ts';
import type { FileSource } from '../environments/given-file.ts';
import { readGivenFile } from '../environments/given-file.ts';
import { ownDocuments } from '../environments/own-documents.ts';
import type { Call } from '../events.ts';
import type { Submarine } from '../submarine.ts';

/** Experiments to add. */
export interface AddExperimentsRequest {
  /** A file of experiments; environments in it are passed over. */
  readonly file: FileSource;
  /** Whether a name that exists gets the new text, in its old place. */
  readonly replace?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
}

/**
 * Adds experiments: all of a file, or none.
 *
 * @throws NameTakenError with all names that exist, without `replace`
 * @throws InvalidFileError with every problem of the file
 */
export async function addExperiments(
  { store, caller }: Submarine,
  { file, replace = false, dryRun = false }: AddExperimentsRequest,
  call?: Call,
): Promise<readonly ExperimentDocument[]> {
  const { bytes, source } = await readGivenFile(file, caller, call);
  const text = decodeText(bytes, source);
  await ownDocuments(text, source, 'experiment', call);
  const documents = await parseExperiments(text, source);
  await store.experiments.add(documents, { replace, dryRun, signal: call?.signal });
  return documents;
}
