import { InvalidDataError } from '../errors.ts';

/**
 * The text of a file: UTF-8, or UTF-16 where a mark at its beginning says so, as a Windows shell's `>` writes it.
 *
 * @param source - the name of the file in messages
 * @returns the text without the mark
 * @throws InvalidDataError when the bytes are no text
 */
export function decodeText(bytes: Uint8Array, source: string): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe
      ? 'utf-16le'
      : first === 0xfe && second === 0xff
        ? 'utf-16be'
        : 'utf-8';
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch (error) {
    throw new InvalidDataError(
      `${source} is no text in ${encoding.toUpperCase()}`,
      'save it as UTF-8',
      {
        cause: error,
      },
    );
  }
  throw new InvalidDataError(`${source} is no text: it holds NUL bytes`, 'save it as UTF-8');
}
