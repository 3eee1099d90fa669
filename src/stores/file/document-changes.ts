import type { DocumentKind } from '../../environment/document-kind.ts';
import { InvalidDataError, InvalidFileError } from '../../errors.ts';
import { quote } from '../../text/quote.ts';
import { NameTakenError } from '../store-errors.ts';
import type { DocumentStream } from './document-stream.ts';
import { appendDocuments, deleteDocuments, replaceDocuments } from './document-stream.ts';
import type { StoreEntry } from './store-entries.ts';
import { entriesOf, ofKind } from './store-entries.ts';

/** A document of a kind, as a change of a store sees it. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** Documents of one kind that are to be added. */
export interface Addition {
  readonly kind: DocumentKind;
  readonly documents: readonly NamedText[];
  readonly replace: boolean;
  /** Of the store, for messages. */
  readonly location: string;
}

/** @throws InvalidDataError when two of them have one name */
export function refuseTwins(kind: DocumentKind, documents: readonly NamedText[]): void {
  const names = documents.map(({ name }) => name);
  const twin = names.find((name, index) => names.indexOf(name) !== index);
  if (twin === undefined) return;
  throw new InvalidDataError(
    `two of the ${kind}s to add are named ${quote(twin)}`,
    'give each a name of its own',
  );
}

/**
 * A stream with documents that are added or, where their names are taken, replaced.
 *
 * @returns with those that stand at its end now
 * @throws NameTakenError with all names that exist, without `replace`
 * @throws InvalidFileError when two documents have a name that is to be replaced
 */
export function addDocuments(
  old: DocumentStream,
  entries: readonly StoreEntry[],
  { kind, documents, replace, location }: Addition,
): { readonly stream: DocumentStream; readonly added: readonly NamedText[] } {
  const held = new Set(ofKind(kind, entries).map(({ name }) => name));
  const taken = documents.filter(({ name }) => held.has(name));
  if (taken.length > 0 && !replace) {
    throw new NameTakenError(
      taken.map(({ name }) => name),
      kind,
    );
  }
  const texts = new Map(
    taken.map(({ name, text }) => [onlyEntry(kind, name, { entries, location }).part, text]),
  );
  const added = documents.filter(({ name }) => !held.has(name));
  const stream = appendDocuments(
    replaceDocuments(old, texts),
    added.map(({ text }) => text),
  );
  return { stream, added };
}

/** A stream without the documents of a kind that have one of the names; throws as `entriesOf` does. */
export function deleteNamed(
  old: DocumentStream,
  entries: readonly StoreEntry[],
  { kind, names }: { readonly kind: DocumentKind; readonly names: readonly string[] },
): DocumentStream {
  const doomed = names.flatMap((name) => entriesOf(kind, name, entries));
  return deleteDocuments(old, new Set(doomed.map(({ part }) => part)));
}

/** Of two documents of one name nobody can say which is to be replaced. */
function onlyEntry(
  kind: DocumentKind,
  name: string,
  { entries, location }: { readonly entries: readonly StoreEntry[]; readonly location: string },
): StoreEntry {
  const [first, second] = entriesOf(kind, name, entries);
  if (second === undefined) return first;
  throw new InvalidFileError(location, second.document.problems);
}

/** Compares entries by name, those without one last. */
export function byName(left: Pick<StoreEntry, 'name'>, right: Pick<StoreEntry, 'name'>): number {
  if (left.name === right.name) return 0;
  if (left.name === undefined) return 1;
  return right.name === undefined || left.name < right.name ? -1 : 1;
}
