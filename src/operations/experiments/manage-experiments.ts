import type { ExperimentDocument, ParsedExperiment } from '../../experiment/experiment.ts';
import type { DeleteRequest } from '../environments/delete-environments.ts';
import type { Call } from '../events.ts';
import type { Submarine } from '../submarine.ts';

/** An experiment of the store, or a document that was to be one. */
export type ListedExperiment = ParsedExperiment & {
  /** Undefined where it has none that can be read. */
  readonly name: string | undefined;
};

/** Every experiment of the store, sorted by name; one that is not valid is among them with its problems. */
export async function listExperiments({ store }: Submarine): Promise<readonly ListedExperiment[]> {
  const documents = await store.experiments.list();
  return documents.map((document) =>
    Object.assign({}, document, {
      name: document.experiment === undefined ? document.name : document.experiment.name,
    }),
  );
}

/**
 * An experiment by its name.
 *
 * @throws ExperimentNotFoundError when the store does not hold it
 */
export async function getExperiment(
  { store }: Submarine,
  name: string,
): Promise<ExperimentDocument> {
  return store.experiments.get(name);
}

/**
 * Deletes experiments: all that are named, or none.
 *
 * @throws ExperimentNotFoundError for the first name that the store does not hold
 */
export async function deleteExperiments(
  { store }: Submarine,
  { names: given, dryRun = false }: DeleteRequest,
  call?: Call,
): Promise<readonly string[]> {
  const names = [...new Set(given)];
  await store.experiments.delete(names, { dryRun, signal: call?.signal });
  return names;
}
