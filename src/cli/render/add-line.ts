import { shellQuote } from '../../text/quote.ts';

/** The line that adds the documents of a kind in a file. */
export function addLine(kind: string, source: string): string {
  const isFile = !source.startsWith('<');
  return `submarine ${kind === 'experiment' ? 'experiment' : 'env'} add ${isFile ? shellQuote(source) : '-'}`;
}
