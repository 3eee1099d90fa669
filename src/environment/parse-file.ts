import { InvalidFileError } from '../errors.ts';
import type { Problem } from '../errors.ts';
import type { Refusal } from '../text/refusal.ts';
import type { DocumentKind } from './document-kind.ts';
import { findKind } from './document-kind.ts';
import type { Position } from '../yaml/located-yaml.ts';
import { positionOfName, twinOf } from './read-document.ts';
import type { StreamPart } from './split-documents.ts';
import { splitDocuments } from './split-documents.ts';

/** How the documents of one kind are read from a file. */
interface FileReading<Document> {
  readonly kind: DocumentKind;
  readonly parse: (text: string, start: Position) => Promise<ParsedPart<Document>>;
  /** What is said of a file that has none. */
  readonly nothing: Refusal;
}

/** One of them; undefined where it has problems. */
interface ParsedPart<Document> {
  readonly name: string | undefined;
  readonly document: Document | undefined;
  readonly problems: readonly Problem[];
}

const START: Position = { line: 1, column: 1 };

/** The documents of one kind in a file, and how many of other kinds there are. */
export async function documentsOfKind(
  text: string,
  kind: DocumentKind,
): Promise<{ readonly parts: readonly StreamPart[]; readonly others: number }> {
  const all = splitDocuments(text);
  const kinds = await Promise.all(all.map((part) => findKind(part.text)));
  const parts = all.filter((_, index) => kinds[index] === kind);
  return { parts, others: all.length - parts.length };
}

/**
 * Reads the documents of one kind of a file: one or several. Those of other kinds are passed over.
 *
 * @param source - the name of the file in messages
 * @throws InvalidFileError with every problem of every document, when there is one, or when there is none of the kind
 */
export async function parseFile<Document>(
  text: string,
  source: string,
  { kind, parse, nothing }: FileReading<Document>,
): Promise<readonly Document[]> {
  const documents: Document[] = [];
  const problems: Problem[] = [];
  const positions = new Map<string, Position>();
  const { parts } = await documentsOfKind(text, kind);
  for (const part of parts) {
    const { name, document, problems: own } = await parse(part.text, part);
    problems.push(...own);
    if (document !== undefined) documents.push(document);
    if (name === undefined) continue;
    const position = positionOfName(part.text, part);
    const first = positions.get(name);
    if (first !== undefined) problems.push({ ...position, ...twinOf(name, kind, first) });
    else positions.set(name, position);
  }
  if (documents.length === 0 && problems.length === 0) problems.push({ ...START, ...nothing });
  if (problems.length > 0) throw new InvalidFileError(source, problems);
  return documents;
}
