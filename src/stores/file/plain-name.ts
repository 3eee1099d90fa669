// A line at the left edge that is neither a comment nor a key of a mapping in blocks.
const ODD_LINE = /(?<![^\n])(?![ \t\r\n#])(?![A-Za-z_][\w-]*:[ \t\r\n])[^\n]/;
const NAME_LINE =
  /(?<![^\n])name:(?:[ \t]+(["']?)([A-Za-z\d][\w.-]*)\1(?:[ \t]+#[^\n]*|[ \t]*)(?=\r?\n|\r?$))?/g;

/**
 * The name that a document of plain YAML has, without parsing it: of a mapping in blocks whose one line `name:` holds
 * a single word. Of ten thousand documents it takes some milliseconds.
 *
 * @returns undefined where only a parser can tell. YAML that is not well indented may have another name than this
 */
export function findPlainName(text: string): string | undefined {
  if (ODD_LINE.test(text)) return undefined;
  const [only, ...others] = text.matchAll(NAME_LINE);
  return others.length > 0 ? undefined : only?.[2];
}
