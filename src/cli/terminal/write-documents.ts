import type { Problem } from '../../errors.ts';
import { escapeControls } from '../../text/quote.ts';
import type { Context } from '../context.ts';
import type { OutputFormat } from '../options/output-options.ts';
import { toJson } from '../options/output-options.ts';
import { documentStream } from '../render/document-stream.ts';
import { writeTable } from './table.ts';

/** A document of the store. */
interface Listed {
  readonly text: string;
  /** Undefined where it has none that can be read. */
  readonly name: string | undefined;
  /** None for a valid one. */
  readonly problems: readonly Problem[];
  /** Whether it is the one in use. */
  readonly selected?: boolean;
}

/** How documents of one kind are shown. */
interface Showing<Document> {
  readonly headings: readonly string[];
  /** The cells of a valid one, in the order of the headings. */
  readonly cells: (document: Document) => readonly string[];
  /** What programs get. */
  readonly toValue: (document: Document) => object;
  /** Said in the place of an empty table. */
  readonly none: readonly string[];
  /** Whether one of them is in use, which has a column of its own. */
  readonly marks?: boolean;
}

export interface ListOptions {
  readonly output: OutputFormat;
  /** `false` for `--no-headers`. */
  readonly headers: boolean;
}

/** Writes documents of the store in the format that is asked for; those that are not valid have their first problem. */
export async function writeDocuments<Document extends Listed>(
  documents: readonly Document[],
  { output, headers }: ListOptions,
  showing: Showing<Document>,
  context: Context,
): Promise<void> {
  const { io } = context;
  if (documents.length === 0 && output !== 'json') {
    for (const line of showing.none) io.note(line);
    return;
  }
  switch (output) {
    case 'name':
      for (const document of documents) io.out(shownName(document));
      break;
    case 'json':
      io.out(toJson(documents.map(showing.toValue)));
      break;
    case 'yaml':
      io.write(documentStream(documents));
      break;
    case 'table':
    case 'wide':
      await writeDocumentTable(documents, { output, headers }, showing, context);
      break;
  }
}

function writeDocumentTable<Document extends Listed>(
  documents: readonly Document[],
  { output, headers }: ListOptions,
  { headings, cells, marks = false }: Showing<Document>,
  context: Context,
): Promise<void> {
  const rows = documents.map((document) => [
    ...(marks ? [document.selected === true ? '*' : ''] : []),
    shownName(document),
    ...(document.problems.length === 0
      ? cells(document)
      : problemCells(document, headings.length)
    ).map(escapeControls),
  ]);
  // A terminal would break a long description into the next line; a pipe gets all of it.
  const columns = output === 'wide' ? undefined : context.host.streams.stdout.columns;
  const table = [[...(marks ? [''] : []), 'NAME', ...headings], ...rows] as const;
  return writeTable(
    table,
    {
      ...{ headers, columns },
      paint: (line, index, palette) => {
        const document = documents[index];
        if ((document?.problems.length ?? 0) > 0) return palette.error(line);
        return document?.selected === true ? palette.selected(line) : line;
      },
    },
    context,
  );
}

/** In the last column, which has the description. */
function problemCells({ problems }: Listed, columns: number): readonly string[] {
  const problem = `invalid: ${problems[0]?.message ?? 'it cannot be read'}`;
  return [...Array.from({ length: columns - 1 }, () => ''), problem];
}

function shownName({ name }: Listed): string {
  return escapeControls(name ?? '(no name)');
}

/** The first line of a description. */
export function firstLine(description = ''): string {
  return description.trim().split('\n')[0] ?? '';
}
