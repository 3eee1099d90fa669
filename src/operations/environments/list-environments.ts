import type { ParsedDocument } from '../../environment/environment.ts';
import type { Submarine } from '../submarine.ts';
import { findChosenName } from './choose-environment.ts';

/** A document of the store. */
export type ListedEnvironment = ParsedDocument & {
  /** Undefined where it has none that can be read. */
  readonly name: string | undefined;
  /** Whether it is the environment that is used where none is named. */
  readonly selected: boolean;
};

/** Every document of the store, sorted by name; one that is not a valid environment is among them with its problems. */
export async function listEnvironments(
  submarine: Submarine,
): Promise<readonly ListedEnvironment[]> {
  const [documents, chosen] = await Promise.all([
    submarine.store.list(),
    findChosenName(submarine),
  ]);
  return documents.map((document) => {
    const name = nameOf(document);
    const selected = name !== undefined && name === chosen?.name;
    return Object.assign({ selected }, document, { name });
  });
}

/** The name of a document; undefined where it has none that can be read. */
export function nameOf(document: ParsedDocument): string | undefined {
  return document.environment === undefined ? document.name : document.environment.name;
}
