import { InvalidFileError } from '../errors.ts';
import type { Problem } from '../errors.ts';
import { excerpt } from '../text/excerpt.ts';
import type { Environment, EnvironmentDocument, ParsedDocument } from './environment.ts';
import { isMapping, toProblem } from './finding.ts';
import type { LocatedYaml, Position } from './located-yaml.ts';
import { readQuickYaml } from './quick-yaml.ts';
import { splitDocuments } from './split-documents.ts';
import { findTextProblems } from './text-problems.ts';
import { findEnvironmentFindings } from './validate-environment.ts';
import { isEnvironment } from './validator.generated.js';

/** Far more than an export of 500 packages needs, and read in well under a second. */
const MAX_LENGTH = 1024 ** 2;
const START: Position = { line: 1, column: 1 };

/**
 * Reads one YAML document as an environment. What is plain YAML and valid is read without loading a YAML reader.
 *
 * @param start - where the document begins in its file, for the problems
 * @returns the environment, or every problem of the document, in the order of its lines
 */
export async function parseEnvironment(text: string, start = START): Promise<ParsedDocument> {
  if (text.length > MAX_LENGTH) {
    return {
      text,
      name: findName(text.slice(0, 1000)),
      environment: undefined,
      problems: [{ ...start, ...TOO_LONG }],
    };
  }
  const value = readQuickYaml(text);
  if (isEnvironment(value) && findEnvironmentFindings(value).length === 0) {
    return { text, environment: toEnvironment(value), problems: [] };
  }
  const { readLocatedYaml } = await import('./located-yaml.ts');
  return judge(text, readLocatedYaml(text, start), start);
}

const TOO_LONG = {
  message: 'the document is longer than 1 MiB',
  remedy: 'list only what the environment needs by name',
};

/**
 * Reads a file of profiles: one document or several.
 *
 * @param source - the name of the file in messages
 * @throws InvalidFileError with every problem of every document, when there is one
 */
export async function parseEnvironments(
  text: string,
  source: string,
): Promise<readonly EnvironmentDocument[]> {
  const documents: EnvironmentDocument[] = [];
  const problems: Problem[] = [];
  const positions = new Map<string, Position>();
  for (const part of splitDocuments(text)) {
    const parsed = await parseEnvironment(part.text, part);
    const name = parsed.environment === undefined ? parsed.name : parsed.environment.name;
    const position = positionOfName(part.text, part);
    const first = name === undefined ? undefined : positions.get(name);
    problems.push(...parsed.problems);
    if (parsed.environment !== undefined) documents.push(parsed);
    if (first !== undefined) problems.push({ ...position, ...twin(name, first) });
    else if (name !== undefined) positions.set(name, position);
  }
  if (documents.length === 0 && problems.length === 0) problems.push({ ...START, ...NOTHING });
  if (problems.length > 0) throw new InvalidFileError(source, problems);
  return documents;
}

const NOTHING = {
  message: 'the file holds no environment',
  remedy: 'write at least name: and docker-image:, each on a line of its own',
};

function judge(text: string, yaml: LocatedYaml, start: Position): ParsedDocument {
  const findings = yaml.value === undefined ? [] : findEnvironmentFindings(yaml.value);
  const problems = [
    ...yaml.problems,
    ...yaml.warnings,
    ...findings.map((finding) => toProblem(finding, yaml.locate(finding))),
  ];
  if (problems.length === 0 && isEnvironment(yaml.value)) {
    return { text, environment: toEnvironment(yaml.value), problems: [] };
  }
  const textProblems = findTextProblems(text, start);
  return {
    text,
    name: yaml.value === undefined ? findName(text) : nameOf(yaml.value),
    environment: undefined,
    problems: (textProblems.length > 0 ? textProblems : problems).toSorted(
      (left, right) => left.line - right.line || left.column - right.column,
    ),
  };
}

/** An export's `prefix` names a folder of the machine that it was made on. */
function toEnvironment(environment: Environment): Environment {
  if (environment.kernel === undefined || !('prefix' in environment.kernel)) return environment;
  const { prefix: _dropped, ...kernel } = environment.kernel;
  return { ...environment, kernel };
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

function positionOfName(text: string, { line, column }: Position): Position {
  const index = NAME_LINE.exec(text)?.index ?? 0;
  const before = text.slice(0, index).split('\n').length - 1;
  return { line: line + before, column: before === 0 ? column : 1 };
}

function twin(name = '', { line }: Position): Omit<Problem, 'line' | 'column'> {
  return {
    message: `the name ${excerpt(name)} is taken by the environment in line ${line}`,
    remedy: 'give one of the two another name',
  };
}
