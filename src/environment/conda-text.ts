import type { Problem } from '../errors.ts';

const NAMES: ReadonlyMap<string, string> = new Map([
  ['\t', 'a tab'],
  ['\u00A0', 'a no-break space'],
  ['\u2007', 'a figure space'],
  ['\u202F', 'a narrow no-break space'],
  ['\u3000', 'an ideographic space'],
  ['\u200B', 'a zero-width space'],
]);

/**
 * Finds blanks that look like spaces and are none. YAML allows some of them, and conda's reader of YAML does not, or
 * takes them for a part of a name.
 */
export function findOddBlanks(text: string): readonly Problem[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    const content = line.replace(/(?:^|[ \t])#.*$/, '');
    const column =
      content.trim() === '' ? -1 : content.search(/[\t\u00A0\u2007\u202F\u3000\u200B]/);
    if (column === -1) return [];
    const name = NAMES.get(content.charAt(column)) ?? 'a blank';
    const message = `there is ${name} in the line`;
    return [{ line: index + 1, column: column + 1, message, remedy: 'use plain spaces' }];
  });
}
