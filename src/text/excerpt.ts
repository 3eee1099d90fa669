import { quote } from './quote.ts';

const LENGTH = 80;

/** A value in quotes for a message; of a long one its beginning, since a message is one line. */
export function excerpt(text: string): string {
  return quote(text.length > LENGTH ? `${text.slice(0, LENGTH - 1)}…` : text);
}
