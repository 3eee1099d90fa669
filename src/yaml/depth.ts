/** Far deeper than anything that is written here. */
const MOST_LEVELS = 100;

/**
 * Whether a text is nested so deeply that a reader of YAML may use up the stack, with which Node ends. Brackets are
 * counted wherever they stand; in a text there are not that many of one kind open.
 */
export function isTooDeep(text: string): boolean {
  return hasDeepBrackets(text) || hasDeepBlocks(text);
}

function hasDeepBrackets(text: string): boolean {
  let depth = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth = Math.max(0, depth + (bracket === '[' || bracket === '{' ? 1 : -1));
    if (depth > MOST_LEVELS) return true;
  }
  return false;
}

/** Each hyphen, and each line that begins further to the right, opens a level. */
function hasDeepBlocks(text: string): boolean {
  const columns: number[] = [];
  for (const [line] of text.matchAll(/^.*[^\s#].*$/gm)) {
    const [, indent = '', markers = ''] = /^(\s*)((?:[-?:][ \t]+)*)/.exec(line) ?? [];
    while ((columns.at(-1) ?? -1) >= indent.length) columns.pop();
    columns.push(indent.length);
    for (const { index } of markers.matchAll(/[-?:]/g)) columns.push(indent.length + index + 1);
    if (columns.length > MOST_LEVELS) return true;
  }
  return false;
}
