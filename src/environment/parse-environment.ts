import type { Environment, EnvironmentDocument, ParsedDocument } from './environment.ts';
import type { Position } from '../yaml/located-yaml.ts';
import { parseFile } from './parse-file.ts';
import { readDocument } from './read-document.ts';
import { findEnvironmentFindings } from './validate-environment.ts';
import { isEnvironment } from './validator.generated.js';

const START: Position = { line: 1, column: 1 };
const FORM = {
  isValid: isEnvironment,
  findFindings: findEnvironmentFindings,
  shorten: 'list only what the environment needs by name',
};

/**
 * Reads one YAML document as an environment. What is plain YAML and valid is read without loading a YAML reader.
 *
 * @param start - where the document begins in its file, for the problems
 * @returns the environment, or every problem of the document, in the order of its lines
 */
export async function parseEnvironment(text: string, start = START): Promise<ParsedDocument> {
  const read = await readDocument<Environment>(text, start, FORM);
  return read.value === undefined
    ? { text, name: read.name, environment: undefined, problems: read.problems }
    : { text, environment: toEnvironment(read.value), problems: [] };
}

/**
 * Reads a file of profiles: one document or several. Experiments are passed over.
 *
 * @param source - the name of the file in messages
 * @throws InvalidFileError with every problem of every document, when there is one
 */
export function parseEnvironments(
  text: string,
  source: string,
): Promise<readonly EnvironmentDocument[]> {
  return parseFile<EnvironmentDocument>(text, source, {
    kind: 'environment',
    nothing: NOTHING,
    parse: async (own, start) => {
      const parsed = await parseEnvironment(own, start);
      return parsed.environment === undefined
        ? { name: parsed.name, document: undefined, problems: parsed.problems }
        : { name: parsed.environment.name, document: parsed, problems: [] };
    },
  });
}

const NOTHING = {
  message: 'the file holds no environment',
  remedy: 'write at least name: and docker-image:, each on a line of its own',
};

/** An export's `prefix` names a folder of the machine that it was made on. */
function toEnvironment(environment: Environment): Environment {
  if (environment.kernel === undefined || !('prefix' in environment.kernel)) return environment;
  const { prefix: _dropped, ...kernel } = environment.kernel;
  return { ...environment, kernel };
}
