import type { ParsedDocument } from '../../environment/environment.ts';
import { parseEnvironment } from '../../environment/parse-environment.ts';
import type { StreamPart } from '../../environment/split-documents.ts';
import type { Problem } from '../../errors.ts';
import { InvalidFileError } from '../../errors.ts';
import { excerpt } from '../../text/excerpt.ts';
import { quote } from '../../text/quote.ts';
import type { DocumentStream } from './document-stream.ts';
import { documentsOf } from './document-stream.ts';

/** As long as a document may be to be read as an environment. */
const MAX_READ_LENGTH = 1024 ** 2;

interface ParsedPart {
  readonly part: StreamPart;
  readonly document: ParsedDocument;
}

/** A document of the store: where it stands, and what it turned out to be, its lines being those of the store. */
export interface StoreEntry extends ParsedPart {
  readonly name: string | undefined;
}

/**
 * Reads every document of a store, in the order of the file. One that is no valid environment has problems, the second
 * of a name among them.
 *
 * @param path - of the store, for messages
 * @throws InvalidFileError when a document is no YAML
 */
export async function readEntries(
  stream: DocumentStream,
  path: string,
): Promise<readonly StoreEntry[]> {
  const parsed = await Promise.all(
    documentsOf(stream).map(async (part) => ({
      part,
      document: await parseEnvironment(part.text, part),
    })),
  );
  await refuseBrokenYaml(parsed, path);
  const lines = new Map<string, number>();
  return parsed.map(({ part, document }) => {
    const name = nameOf(document);
    if (name === undefined) return { part, name, document };
    const firstLine = lines.get(name);
    if (firstLine === undefined) lines.set(name, part.line);
    return firstLine === undefined
      ? { part, name, document }
      : { part, name, document: withTwin(document, name, part, firstLine) };
  });
}

function nameOf(document: ParsedDocument): string | undefined {
  return document.environment === undefined ? document.name : document.environment.name;
}

/** Documents that are no YAML, by the whole reader, which is loaded only where a document has problems. */
async function refuseBrokenYaml(parsed: readonly ParsedPart[], path: string): Promise<void> {
  const doubtful = parsed.filter(({ document }) => document.environment === undefined);
  if (doubtful.length === 0) return;
  const { parseDocument } = await import('yaml');
  const isBroken = ({ part: { text } }: ParsedPart): boolean => {
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
function problemsWithText({ part, document }: ParsedPart): readonly Problem[] {
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
