/**
 * Writes a text for a person to read on one line: in double quotes, with control characters, line separators,
 * direction marks and lone surrogates escaped, so that no value can move the cursor or hide a part of itself.
 */
export function quote(text: string): string {
  return `"${escapeControls(text.replaceAll(/["\\]/g, String.raw`\$&`))}"`;
}

const CONTROLS = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const SHORT = new Map([
  ['\n', String.raw`\n`],
  ['\r', String.raw`\r`],
  ['\t', String.raw`\t`],
]);

/** The text with every character escaped that a terminal would obey instead of show. */
export function escapeControls(text: string): string {
  return text.replaceAll(
    CONTROLS,
    (character) =>
      SHORT.get(character) ?? String.raw`\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** One argument as a POSIX shell reads it back unchanged; left bare where no character of it is special. */
export function shellQuote(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument)
    ? argument
    : `'${argument.replaceAll("'", String.raw`'\''`)}'`;
}
