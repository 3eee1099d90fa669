import type { Problem } from '../errors.ts';
import { excerpt } from '../text/excerpt.ts';
import type { Refusal } from '../text/refusal.ts';
import type { Finding } from './finding.ts';
import { isMapping, toProblem } from './finding.ts';
import type { LocatedYaml, Position } from '../yaml/located-yaml.ts';
import { readQuickYaml } from '../yaml/quick-yaml.ts';
import { findTextProblems } from './text-problems.ts';

/** Far more than an export of 500 packages needs, and read in well under a second. */
const MAX_LENGTH = 1024 ** 2;

/** What a document of one kind must be. */
export interface DocumentForm<Value> {
  /** Whether a value is as the schema has it. */
  readonly isValid: (value: unknown) => value is Value;
  /** Everything that keeps a value from being one, also what a schema cannot say. */
  readonly findFindings: (value: unknown) => readonly Finding[];
  /** What to do about a document that is too long. */
  readonly shorten: string;
  /** Whether `{{` may stand in it, and is no template that somebody forgot to fill in. */
  readonly hasBraces?: boolean;
}

/** What a document turned out to be: a value, or the reasons why it is none, with its name where that can be read. */
export type ReadDocument<Value> =
  | { readonly value: Value; readonly problems: readonly [] }
  | {
      readonly value: undefined;
      readonly name: string | undefined;
      readonly problems: readonly Problem[];
    };

/**
 * Reads one YAML document. What is plain YAML and valid is read without loading a YAML reader.
 *
 * @param start - where the document begins in its file, for the problems
 * @returns the value, or every problem of the document, in the order of its lines
 */
export async function readDocument<Value>(
  text: string,
  start: Position,
  form: DocumentForm<Value>,
): Promise<ReadDocument<Value>> {
  if (text.length > MAX_LENGTH) {
    const problem = { message: 'the document is longer than 1 MiB', remedy: form.shorten };
    const name = findName(text.slice(0, 1000));
    return { value: undefined, name, problems: [{ ...start, ...problem }] };
  }
  const value = readQuickYaml(text);
  if (form.isValid(value) && form.findFindings(value).length === 0) return { value, problems: [] };
  const { readLocatedYaml } = await import('../yaml/located-yaml.ts');
  return judge(text, readLocatedYaml(text, start), start, form);
}

function judge<Value>(
  text: string,
  yaml: LocatedYaml,
  start: Position,
  { isValid, findFindings, hasBraces = false }: DocumentForm<Value>,
): ReadDocument<Value> {
  const findings = yaml.value === undefined ? [] : findFindings(yaml.value);
  const problems = [
    ...yaml.problems,
    ...yaml.warnings,
    ...findings.map((finding) => toProblem(finding, yaml.locate(finding))),
  ];
  if (problems.length === 0 && isValid(yaml.value)) return { value: yaml.value, problems: [] };
  const textProblems = findTextProblems(text, start, { hasBraces });
  return {
    value: undefined,
    name: yaml.value === undefined ? findName(text) : nameOf(yaml.value),
    problems: inOrder(textProblems.length > 0 ? textProblems : problems),
  };
}

function inOrder(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted((left, right) => left.line - right.line || left.column - right.column);
}

function nameOf(value: unknown): string | undefined {
  const name = isMapping(value) ? value['name'] : undefined;
  return typeof name === 'string' ? name : undefined;
}

const NAME_LINE = /^(\uFEFF?name[ \t]*:[ \t]*)(?:(["']?)([\w.-]+)\2)?/m;

/** The name in a text that is no YAML. */
function findName(text: string): string | undefined {
  return NAME_LINE.exec(text)?.[3];
}

/** Where the name of a document stands, that begins at `start`. */
export function positionOfName(text: string, { line, column }: Position): Position {
  const index = NAME_LINE.exec(text)?.index ?? 0;
  const before = text.slice(0, index).split('\n').length - 1;
  return { line: line + before, column: before === 0 ? column : 1 };
}

/** What is said of the second document of a file with a name. */
export function twinOf(name: string, what: string, { line }: Position): Refusal {
  return {
    message: `the name ${excerpt(name)} is taken by the ${what} in line ${line}`,
    remedy: 'give one of the two another name',
  };
}
