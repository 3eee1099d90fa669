import type { DocumentKind } from '../../environment/document-kind.ts';
import { findKind } from '../../environment/document-kind.ts';
import type { ParsedDocument } from '../../environment/environment.ts';
import type { StreamPart } from '../../environment/split-documents.ts';
import type { ParsedExperiment } from '../../experiment/experiment.ts';
import type { Problem } from '../../errors.ts';
import {
  EnvironmentNotFoundError,
  ExperimentNotFoundError,
  InvalidFileError,
} from '../../errors.ts';
import { excerpt } from '../../text/excerpt.ts';
import { nearest } from '../../text/nearest.ts';
import { quote } from '../../text/quote.ts';
import type { DocumentStream } from './document-stream.ts';
import { documentsOf } from './document-stream.ts';
import { findPlainName } from './plain-name.ts';

/** As long as a document may be to be read. */
const MAX_READ_LENGTH = 1024 ** 2;

/** What a document of each kind turns out to be, its lines being those of the store. */
interface Parsed {
  readonly environment: ParsedDocument;
  readonly experiment: ParsedExperiment;
}

/** A document of the store: where it stands, its kind, and what it turned out to be. */
export type StoreEntry<Kind extends DocumentKind = DocumentKind> = {
  readonly [Each in Kind]: {
    readonly part: StreamPart;
    readonly kind: Each;
    readonly name: string | undefined;
    readonly document: Parsed[Each];
  };
}[Kind];

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
 * Reads every document of a store, in the order of the file. One that is not valid has problems, the second of a kind
 * and a name among them.
 *
 * @throws InvalidFileError when a document is not YAML
 */
export async function readEntries(store: StoreText): Promise<readonly StoreEntry[]> {
  const entries = await parseParts(await partsOf(store), store.parse);
  await refuseBrokenYaml(entries, store.path);
  return entries;
}

/**
 * Reads every document of one kind; the others are not looked at.
 *
 * @throws InvalidFileError when one of them is not YAML
 */
export async function readEntriesOfKind<Kind extends DocumentKind>(
  kind: Kind,
  store: StoreText,
): Promise<readonly StoreEntry<Kind>[]> {
  const parts = (await partsOf(store)).filter((one) => one.kind === kind);
  const entries = await parseParts(parts, store.parse);
  await refuseBrokenYaml(entries, store.path);
  return ofKind(kind, entries);
}

/**
 * The names of a kind in a store, each once, sorted: parses those documents alone whose names only a parser can tell.
 *
 * @throws InvalidFileError when one of those is not YAML
 */
export async function readNames(kind: DocumentKind, store: StoreText): Promise<readonly string[]> {
  const parts = (await partsOf(store)).filter((one) => one.kind === kind);
  const plain = parts.map((one) => ({ one, name: findPlainName(one.part.text) }));
  const others = plain.flatMap(({ one, name }) => (name === undefined ? [one] : []));
  const parsed = await parseParts(others, store.parse);
  await refuseBrokenYaml(parsed, store.path);
  const names = [...plain, ...parsed].flatMap(({ name }) => name ?? []);
  return [...new Set(names)].toSorted();
}

/** Those of one kind, in their order. */
export function ofKind<Kind extends DocumentKind>(
  kind: Kind,
  entries: readonly StoreEntry[],
): readonly StoreEntry<Kind>[] {
  return entries.filter((entry) => entry.kind === kind) as unknown as readonly StoreEntry<Kind>[];
}

/**
 * Reads the documents of a kind and a name: parses it and those whose names only a parser can tell. Every document of
 * the kind is parsed before it is said that none has the name.
 *
 * @returns all that have the name, in the order of the file
 * @throws EnvironmentNotFoundError or ExperimentNotFoundError with the nearest name
 * @throws InvalidFileError when one of them is not YAML
 */
export async function readEntriesOf<Kind extends DocumentKind>(
  kind: Kind,
  name: string,
  store: StoreText,
): Promise<EntriesOfName<Kind>> {
  const candidates = documentsOf(store.stream).filter(
    ({ text }) => (findPlainName(text) ?? name) === name,
  );
  const parts = (await kindsOf(candidates)).filter((one) => one.kind === kind);
  const parsed = await parseParts(parts, store.parse);
  const found = parsed.filter((entry) => entry.name === name);
  if (found.length === 0) return named(kind, name, await readEntriesOfKind(kind, store));
  await refuseBrokenYaml(found, store.path);
  return entriesOf(kind, name, found);
}

export type EntriesOfName<Kind extends DocumentKind> = readonly [
  StoreEntry<Kind>,
  ...StoreEntry<Kind>[],
];

/**
 * Every entry of a kind and a name, in the order of the file.
 *
 * @throws EnvironmentNotFoundError or ExperimentNotFoundError with the nearest name
 */
export function entriesOf<Kind extends DocumentKind>(
  kind: Kind,
  name: string,
  entries: readonly StoreEntry[],
): EntriesOfName<Kind> {
  return named(kind, name, ofKind(kind, entries));
}

function named<Kind extends DocumentKind>(
  kind: Kind,
  name: string,
  own: readonly StoreEntry<Kind>[],
): EntriesOfName<Kind> {
  const [first, ...others] = own.filter((entry) => entry.name === name);
  if (first !== undefined) return [first, ...others];
  const names = own.flatMap((entry) => entry.name ?? []);
  const NotFound = kind === 'experiment' ? ExperimentNotFoundError : EnvironmentNotFoundError;
  throw new NotFound(name, nearest(name, names));
}

interface KindOfPart {
  readonly part: StreamPart;
  readonly kind: DocumentKind;
}

function partsOf({ stream }: StoreText): Promise<readonly KindOfPart[]> {
  return kindsOf(documentsOf(stream));
}

function kindsOf(parts: readonly StreamPart[]): Promise<readonly KindOfPart[]> {
  return Promise.all(parts.map(async (part) => ({ part, kind: await findKind(part.text) })));
}

async function parseParts(
  parts: readonly KindOfPart[],
  parse: ParseDocument,
): Promise<readonly StoreEntry[]> {
  const parsed = await Promise.all(parts.map((one) => parseAs(one, parse)));
  const lines = new Map<string, number>();
  return parsed.map((entry) => {
    const { part, kind, name } = entry;
    if (name === undefined) return entry;
    const firstLine = lines.get(`${kind} ${name}`);
    if (firstLine !== undefined) return withTwin(entry, name, firstLine);
    lines.set(`${kind} ${name}`, part.line);
    return entry;
  });
}

async function parseAs({ part, kind }: KindOfPart, parse: ParseDocument): Promise<StoreEntry> {
  if (kind === 'experiment') {
    // Most stores have none, and need not load what reads them.
    const { parseExperiment } = await import('../../experiment/parse-experiment.ts');
    const document = await parseExperiment(part.text, part);
    const name = document.experiment === undefined ? document.name : document.experiment.name;
    return { part, kind, name, document };
  }
  const document = await parse(part.text, part);
  const name = document.environment === undefined ? document.name : document.environment.name;
  return { part, kind, name, document };
}

/** Asks the whole reader, which is loaded only where a document has problems. */
async function refuseBrokenYaml(entries: readonly StoreEntry[], path: string): Promise<void> {
  const doubtful = entries.filter(({ document }) => document.problems.length > 0);
  if (doubtful.length === 0) return;
  const { parseDocument } = await import('yaml');
  const isBroken = ({ part: { text } }: StoreEntry): boolean => {
    // A longer one is refused unread; where it ends is known without reading it.
    if (text.length > MAX_READ_LENGTH) return false;
    try {
      const { errors } = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
      // A key that stands twice makes a document invalid; the document can still be read.
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

function withTwin(entry: StoreEntry, name: string, firstLine: number): StoreEntry {
  const { part, kind, document } = entry;
  const { line, column, text } = part;
  const twin: Problem = {
    line,
    column,
    message: `the name ${quote(name)} is taken by the document in line ${firstLine}`,
    remedy: 'give one of them another name, or delete it',
  };
  const invalid = { text, name, problems: [twin, ...document.problems] };
  return kind === 'experiment'
    ? { part, kind, name, document: { ...invalid, experiment: undefined } }
    : { part, kind, name, document: { ...invalid, environment: undefined } };
}
