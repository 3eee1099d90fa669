import type { ParsedDocument } from '../../environment/environment.ts';
import type { StreamPart } from '../../environment/split-documents.ts';
import type { Problem } from '../../errors.ts';
import { EnvironmentNotFoundError, InvalidFileError } from '../../errors.ts';
import { excerpt } from '../../text/excerpt.ts';
import { nearest } from '../../text/nearest.ts';
import { quote } from '../../text/quote.ts';
import type { DocumentStream } from './document-stream.ts';
import { documentsOf } from './document-stream.ts';
import { findPlainName } from './plain-name.ts';

/** As long as a document may be to be read as an environment. */
const MAX_READ_LENGTH = 1024 ** 2;

/** A document of the store: where it stands, and what it turned out to be, its lines being those of the store. */
export interface StoreEntry {
  readonly part: StreamPart;
  readonly name: string | undefined;
  readonly document: ParsedDocument;
}

/** As `parseEnvironment`. */
export type ParseDocument = (text: string, start: StreamPart) => Promise<ParsedDocument>;

/** A store's documents as they were read, and how and from where. */
export interface StoreText {
  readonly stream: DocumentStream;
  /** Of the store, for messages. */
  readonly path: string;
  readonly parse: ParseDocument;
}

/**
 * Reads every document of a store, in the order of the file. One that is not a valid environment has problems, the
 * second of a name among them.
 *
 * @throws InvalidFileError when a document is not YAML
 */
export async function readEntries(store: StoreText): Promise<readonly StoreEntry[]> {
  const entries = await parseParts(documentsOf(store.stream), store.parse);
  await refuseBrokenYaml(entries, store.path);
  return entries;
}

/**
 * Reads the documents of a name: parses it and those whose names only a parser can tell. Every document is parsed
 * before it is said that none has the name.
 *
 * @returns all that have the name, in the order of the file
 * @throws EnvironmentNotFoundError with the nearest name
 * @throws InvalidFileError when one of them is not YAML
 */
export async function readEntriesOf(name: string, store: StoreText): Promise<EntriesOfName> {
  const mayBeIt = ({ text }: StreamPart): boolean => (findPlainName(text) ?? name) === name;
  const parsed = await parseParts(documentsOf(store.stream).filter(mayBeIt), store.parse);
  const found = parsed.filter((entry) => entry.name === name);
  if (found.length === 0) return entriesOf(name, await readEntries(store));
  await refuseBrokenYaml(found, store.path);
  return entriesOf(name, found);
}

type EntriesOfName = readonly [StoreEntry, ...StoreEntry[]];

/**
 * Every entry of a name, in the order of the file.
 *
 * @throws EnvironmentNotFoundError with the nearest name
 */
export function entriesOf(name: string, entries: readonly StoreEntry[]): EntriesOfName {
  const [first, ...others] = entries.filter((entry) => entry.name === name);
  if (first !== undefined) return [first, ...others];
  const names = entries.flatMap((entry) => entry.name ?? []);
  throw new EnvironmentNotFoundError(name, nearest(name, names));
}

async function parseParts(
  parts: readonly StreamPart[],
  parse: ParseDocument,
): Promise<readonly StoreEntry[]> {
  const parsed = await Promise.all(
    parts.map(async (part) => ({ part, document: await parse(part.text, part) })),
  );
  const lines = new Map<string, number>();
  return parsed.map(({ part, document }) => {
    const name = nameOf(document);
    if (name === undefined) return { part, name, document };
    const firstLine = lines.get(name);
    if (firstLine !== undefined) {
      return { part, name, document: withTwin(document, name, part, firstLine) };
    }
    lines.set(name, part.line);
    return { part, name, document };
  });
}

function nameOf(document: ParsedDocument): string | undefined {
  return document.environment === undefined ? document.name : document.environment.name;
}

/** Asks the whole reader, which is loaded only where a document has problems. */
async function refuseBrokenYaml(entries: readonly StoreEntry[], path: string): Promise<void> {
  const doubtful = entries.filter(({ document }) => document.environment === undefined);
  if (doubtful.length === 0) return;
  const { parseDocument } = await import('yaml');
  const isBroken = ({ part: { text } }: StoreEntry): boolean => {
    // A longer one is refused as an environment unread; where it ends is known without reading it.
    if (text.length > MAX_READ_LENGTH) return false;
    try {
      const { errors } = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
      // A key that stands twice makes an environment invalid; the document can still be read.
      return errors.some(({ code }) => code !== 'DUPLICATE_KEY');
    } catch {
      // Nested too deeply for the reader's stack, which says nothing about its being YAML.
      return false;
    }
  };
  const problems = doubtful.filter(isBroken).flatMap(problemsWithText);
  if (problems.length > 0) throw new InvalidFileError(path, problems);
}

/** The problems with the text of their lines; what is not closed is found missing behind the last of them. */
function problemsWithText({ part, document }: StoreEntry): readonly Problem[] {
  const lines = part.text.split('\n').map((line) => line.trim());
  return document.problems.map((problem) => {
    const index = problem.line - part.line;
    const line = lines[index] || lines.slice(0, index).findLast((text) => text !== '') || '';
    const isQuoted = problem.message.includes(excerpt(line));
    const where = lines[index] === line ? 'in' : 'behind';
    return isQuoted
      ? problem
      : { ...problem, message: `${problem.message}, ${where} ${excerpt(line)}` };
  });
}

function withTwin(
  { text, problems }: ParsedDocument,
  name: string,
  { line, column }: StreamPart,
  firstLine: number,
): ParsedDocument {
  const twin: Problem = {
    line,
    column,
    message: `the name ${quote(name)} is taken by the document in line ${firstLine}`,
    remedy: 'give one of them another name, or delete it',
  };
  return { text, name, environment: undefined, problems: [twin, ...problems] };
}
