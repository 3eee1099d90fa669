import type { StreamPart } from '../../environment/split-documents.ts';
import { holdsDocument, splitStream } from '../../environment/split-documents.ts';

/** The text of a store, cut into its documents and what stands between them; their lines are those of the file. */
export type DocumentStream = readonly StreamPart[];

const BARE_MARKER = /^(?:---|\.\.\.)[ \t]*\r?\n?$/;
const HEADER = /^(?:(?:#[^\n]*\n)+(?:[ \t]*\r?\n)+)+/;
const DIRECTIVE = /^(?:[ \t\r]*(?:#[^\n]*)?\n)*%/;

export function parseStream(text: string): DocumentStream {
  return splitStream(text);
}

export function serializeStream(stream: DocumentStream): string {
  return stream.map(({ marker, text }) => marker + text).join('');
}

/** The parts that are documents; these very objects name them in `replaceDocuments` and `deleteDocuments`. */
export function documentsOf(stream: DocumentStream): DocumentStream {
  return stream.filter(holdsDocument);
}

/** The stream with one more document for each text at its end; every byte that was there stays. */
export function appendDocuments(stream: DocumentStream, texts: readonly string[]): DocumentStream {
  let whole = serializeStream(stream);
  let last = stream.at(-1);
  const lineEnd = lineEndOf(whole);
  for (const text of texts) {
    if (!/^\uFEFF?$/.test(whole)) {
      const isOpen = last?.text === '' && last.marker.startsWith('---') && !DIRECTIVE.test(text);
      whole = closed(whole, lineEnd) + (isOpen ? '' : markerFor(text, '---', lineEnd));
    }
    whole += closed(text, lineEnd);
    last = undefined;
  }
  return splitStream(whole);
}

/**
 * The stream with new texts in the places of old documents; the markers stay.
 *
 * A comment at the head of the file that a blank line parts from the first document speaks of the file and stays too.
 */
export function replaceDocuments(
  stream: DocumentStream,
  texts: ReadonlyMap<StreamPart, string>,
): DocumentStream {
  const lineEnd = lineEndOf(serializeStream(stream));
  const replaced = stream.map((part, index) => {
    const text = texts.get(part);
    if (text === undefined) return part;
    const header = index === 0 ? headerOf(part.text) : '';
    return {
      ...part,
      marker: markerFor(text, part.marker, lineEnd),
      text: (text.startsWith(header) ? '' : header) + closed(text, lineEnd),
    };
  });
  return splitStream(serializeStream(replaced));
}

/** The stream without some of its documents and their markers; a comment on the whole file stays, as in `replaceDocuments`. */
export function deleteDocuments(
  stream: DocumentStream,
  documents: ReadonlySet<StreamPart>,
): DocumentStream {
  const kept = stream.flatMap((part, index) => {
    const before = stream[index - 1];
    if (documents.has(part)) return index === 0 ? [{ ...part, text: headerOf(part.text) }] : [];
    const endsDeleted = before !== undefined && documents.has(before) && isBareEnd(part);
    return endsDeleted ? [] : [part];
  });
  const [first, second, ...rest] = kept;
  const needsNoMarker =
    kept[0] !== stream[0] && first?.text === '' && second !== undefined && canOpenStream(second);
  const whole = needsNoMarker ? [first, { ...second, marker: '' }, ...rest] : kept;
  return splitStream(serializeStream(whole));
}

function headerOf(text: string): string {
  return HEADER.exec(text)?.[0] ?? '';
}

function isBareEnd({ marker, text }: StreamPart): boolean {
  return text === '' && marker.startsWith('.') && BARE_MARKER.test(marker);
}

/** Whether a part means the same without its marker at the head of a stream: a `%` behind `---` is no directive. */
function canOpenStream({ marker, text }: StreamPart): boolean {
  return BARE_MARKER.test(marker) && !(marker.startsWith('-') && DIRECTIVE.test(text));
}

/** Directives are allowed behind `...` alone; a new document never begins on the line of its marker. */
function markerFor(text: string, marker: string, lineEnd: string): string {
  if (!/^(?:---|\.\.\.)/.test(marker)) return marker;
  const fitting = DIRECTIVE.test(text) ? marker.replace('---', '...') : marker;
  return fitting.endsWith('\n') ? fitting : fitting.trimEnd() + lineEnd;
}

/** A text whose last line has an end, so that what follows it, by hand too, begins on a line of its own. */
function closed(text: string, lineEnd: string): string {
  return text.endsWith('\n') ? text : text + (text.includes('\n') ? lineEndOf(text) : lineEnd);
}

function lineEndOf(text: string): string {
  return text.endsWith('\r\n', text.lastIndexOf('\n') + 1) ? '\r\n' : '\n';
}
