/** A part of a YAML stream: the `---` or `...` that opens it, and all that follows up to the next one. */
export interface StreamPart {
  /**
   * What opens the part: nothing or a byte order mark for the first, else the `---` or `...` with its comment and
   * line end; without a line end where the document begins on the same line.
   */
  readonly marker: string;
  readonly text: string;
  /** Where the text begins in the stream, from 1. */
  readonly line: number;
  readonly column: number;
}

// No `m` flag: with it `^` would also match behind a lone CR or U+2028, which end no line in YAML 1.2 as people use it.
const MARKER = /(?<![^\n\uFEFF])(?:---|\.\.\.)(?=[ \t\r\n]|$)[ \t\r]*(?:(?:#[^\n]*)?(?:\n|$))?/g;
const DIRECTIVE = /(?<![^\n])%/;
const CONTENT = /(?<![^\n])[ \t\r]*[^ \t\r\n#]/;
const CONTENT_BUT_DIRECTIVES = /(?<![^\n])(?!%)[ \t\r]*[^ \t\r\n#]/;

/**
 * Cuts a YAML stream at its document markers; the markers and texts one after another are the stream again, whatever
 * it holds. A marker at the start of a line ends a document even inside a block or a quoted text, so no YAML needs to
 * be understood for this. Directives (`%YAML 1.2`) and the `---` behind them belong to their document's text.
 *
 * @returns at least one part; a part may be empty or hold comments alone
 * @see https://yaml.org/spec/1.2.2/#912-document-markers
 */
export function splitStream(stream: string): readonly StreamPart[] {
  const parts: StreamPart[] = [];
  let marker = stream.startsWith('\uFEFF') ? '\uFEFF' : '';
  let start = marker.length;
  let line = 1;
  let column = 1;
  const endPart = (end: number): void => {
    const text = stream.slice(start, end);
    parts.push({ marker, text, line, column });
    line += countLineEnds(text);
  };
  for (const match of stream.matchAll(MARKER)) {
    if (match[0].startsWith('---') && endsDirectives(marker, stream.slice(start, match.index))) {
      continue;
    }
    endPart(match.index);
    marker = match[0];
    start = match.index + marker.length;
    line += countLineEnds(marker);
    column = marker.endsWith('\n') ? 1 : marker.length + 1;
  }
  endPart(stream.length);
  return parts;
}

/** The parts of a YAML stream that hold a document: those with nothing but comments are left out. */
export function splitDocuments(stream: string): readonly StreamPart[] {
  return splitStream(stream).filter(holdsDocument);
}

/** Whether there is more in a part than blank lines and comments. */
export function holdsDocument(part: StreamPart): boolean {
  return CONTENT.test(part.text);
}

function endsDirectives(marker: string, text: string): boolean {
  return !marker.startsWith('---') && DIRECTIVE.test(text) && !CONTENT_BUT_DIRECTIVES.test(text);
}

function countLineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
