import { posix } from 'node:path';
import {
  constraintsFile,
  parsePipLine,
  requirementsFile,
  unreadWords,
  withoutUnread,
} from '../kernel/pip-line.ts';
import { inlineConstraint, refusePipLine } from '../kernel/pip-requirement.ts';
import { excerpt } from '../text/excerpt.ts';
import type { Refusal } from '../text/refusal.ts';

/**
 * Reads a file that lies in the folder of the one that names it, or below; undefined when it is not there. The path has
 * no `..` in it; that no link leads out of the folder is for this function to see to.
 */
export type ReadBeside = (file: string) => Promise<string | undefined>;

/** Lines of a requirements file, and what is wrong with them. */
export interface Requirements {
  readonly lines: readonly string[];
  readonly refusals: readonly Refusal[];
  /** What pip reads over in a line. */
  readonly unread: readonly string[];
}

const MOST_FILES = 20;
const NOTHING: Requirements = { lines: [], refusals: [], unread: [] };

/**
 * Reads in a requirements file that a line `-r FILE` names, and those that it names in turn.
 *
 * @param file - as the line has it; relative to the folder that `readBeside` reads from
 * @returns requirements and options without comments; a file outside of the folder is refused and not opened
 * @see https://pip.pypa.io/en/stable/reference/requirements-file-format/
 */
export async function readRequirements(
  file: string,
  readBeside: ReadBeside,
  seen: Set<string> = new Set(),
): Promise<Requirements> {
  const refused = (message: string, remedy: string): Requirements => ({
    ...NOTHING,
    refusals: [{ message, remedy }],
  });
  const path = posix.normalize(file.replaceAll('\\', '/'));
  if (posix.isAbsolute(path) || /^(?:\.\.(?:\/|$)|[A-Za-z]:|~)/.test(path)) {
    return refused(
      `${excerpt(file)} lies outside of the folder of this file`,
      'write its lines here, or put it beside this file',
    );
  }
  if (seen.has(path)) return NOTHING;
  seen.add(path);
  if (seen.size > MOST_FILES)
    return refused(`${excerpt(file)} is one file too many`, 'write its lines here');
  const text = await readBeside(path);
  if (text === undefined)
    return refused(`there is no file ${excerpt(file)}`, 'write its lines here');
  return joined(
    await Promise.all(toLines(text).map((line) => readLine(line, path, readBeside, seen))),
  );
}

async function readLine(
  { text, number }: NumberedLine,
  path: string,
  readBeside: ReadBeside,
  seen: Set<string>,
): Promise<Requirements> {
  const nested = requirementsFile(text);
  const beside = (file: string): string => posix.join(posix.dirname(path), file);
  if (nested !== undefined && !nested.includes('://')) {
    return readRequirements(beside(nested), readBeside, seen);
  }
  const constraints = localConstraints(text);
  if (constraints !== undefined) {
    return readConstraints(beside(constraints), readBeside, seen);
  }
  const line = withoutUnread(text);
  const refusal = line === '' ? undefined : refusePipLine(line);
  const unread = unreadWords(parsePipLine(text));
  if (refusal === undefined) return { lines: line === '' ? [] : [line], refusals: [], unread };
  const message = `line ${number} of ${excerpt(path)}: ${refusal.message}`;
  return { ...NOTHING, refusals: [{ message, remedy: refusal.remedy }] };
}

/** The file beside this one that a line `-c FILE` names. */
export function localConstraints(line: string): string | undefined {
  const file = constraintsFile(line);
  return file === undefined || file.includes('://') || inlineConstraint(line) !== undefined
    ? undefined
    : file;
}

/**
 * Reads in a constraints file: its versions hold for whatever else needs those packages, and none of them is installed
 * for it.
 *
 * @returns a line `-c name==1.2` for each
 * @see https://pip.pypa.io/en/stable/user_guide/#constraints-files
 */
export async function readConstraints(
  file: string,
  readBeside: ReadBeside,
  seen: Set<string> = new Set(),
): Promise<Requirements> {
  const { lines, ...read } = await readRequirements(file, readBeside, seen);
  // A name alone holds nothing.
  const held = lines
    .map((line) => line.replace(/^(?:-c|--constraint)[\s=]+/, '').replace(/\s+-.*$/, ''))
    .filter((line) => /[=<>!~]/.test(line) && !line.startsWith('-'));
  return { ...read, lines: held.map((line) => `-c ${line}`) };
}

interface NumberedLine {
  readonly text: string;
  readonly number: number;
}

/** Lines that go on behind a `\` are one; a comment begins at the line's start or behind a blank. */
function toLines(text: string): readonly NumberedLine[] {
  const lines: NumberedLine[] = [];
  let begun = '';
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.endsWith('\\')) {
      begun += line.slice(0, -1);
    } else {
      const content = (begun + line).replace(/(?:^|\s)#.*$/, '').trim();
      if (content !== '') lines.push({ text: content, number: index + 1 });
      begun = '';
    }
  }
  return lines;
}

function joined(parts: readonly Requirements[]): Requirements {
  return {
    lines: parts.flatMap(({ lines }) => lines),
    refusals: parts.flatMap(({ refusals }) => refusals),
    unread: parts.flatMap(({ unread }) => unread),
  };
}
