import type { Problem } from '../errors.ts';
import { excerpt } from '../text/excerpt.ts';
import type { Position } from '../yaml/located-yaml.ts';

interface LineCheck {
  readonly pattern: RegExp;
  /** What is wrong with a line, from the part of it that the pattern found. */
  readonly describe: (found: string) => { readonly message: string; readonly remedy: string };
}

const TEMPLATE: LineCheck = {
  pattern: /^[^#]*?(?<found>\{\{.*?(?:\}\}|$)|\{%.*?(?:%\}|$))/,
  describe: (found) => ({ message: `${excerpt(found)} is a template`, remedy: 'fill it in first' }),
};
const CONFLICT: LineCheck = {
  pattern: /^(?<found>(?:<{7}|={7}|>{7})(?: .*)?$)/,
  describe: (found) => ({
    message: `${excerpt(found)} is the mark of a merge that was not finished`,
    remedy: 'choose one of the two sides, and remove the marks',
  }),
};
const QUOTED_COMMA: LineCheck = {
  pattern: /^\s*(?:- +)?(?:[\w-]+:\s+)?(?:"[^"]*"|'[^']*')(?<found>,)\s*$/,
  describe: () => ({
    message: 'the line ends in a comma',
    remedy: 'leave out the comma at the end of each line, YAML needs none',
  }),
};
const COMMA: LineCheck = {
  ...QUOTED_COMMA,
  pattern: /^\s*(?:- +)?(?:[\w-]+:\s+)?(?:"[^"]*"|'[^']*'|[^\s"'#[{][^#]*?)(?<found>,)\s*$/,
};

/**
 * Looks for what makes a text no YAML, or another YAML than was meant, for a reason that a reader of YAML cannot know:
 * a template, a merge that was not finished, a text copied from where each line ends in a comma. Ask only when
 * something is wrong: in a valid text such lines are what they are.
 *
 * @param options - `hasBraces`: `{{` means what it says, and no template
 */
export function findTextProblems(
  text: string,
  start: Position,
  { hasBraces = false }: { readonly hasBraces?: boolean } = {},
): readonly Problem[] {
  const lines = text.split(/\r?\n/);
  for (const check of hasBraces ? [CONFLICT] : [CONFLICT, TEMPLATE]) {
    const problems = findLines(lines, check, start);
    if (problems.length > 0) return problems;
  }
  const hasCommas = findLines(lines, QUOTED_COMMA, start).length > 0;
  return hasCommas ? findLines(lines, COMMA, start) : [];
}

function findLines(
  lines: readonly string[],
  check: LineCheck,
  start: Position,
): readonly Problem[] {
  return lines.flatMap((line, index) => {
    const { pattern, describe } = check;
    // What is longer was written by a program, and would only be slow to look at.
    const found = line.length > 1000 ? undefined : pattern.exec(line)?.groups?.['found'];
    if (found === undefined) return [];
    const column = line.lastIndexOf(found) + (index === 0 ? start.column : 1);
    return [{ line: start.line + index, column, ...describe(found) }];
  });
}
