import type { Position } from '../yaml/located-yaml.ts';
import { parseFile } from '../environment/parse-file.ts';
import { readDocument } from '../environment/read-document.ts';
import type { Experiment, ExperimentDocument, ParsedExperiment } from './experiment.ts';
import { findExperimentFindings } from './validate-experiment.ts';
import { isExperiment } from './validator.generated.js';

const START: Position = { line: 1, column: 1 };
const FORM = {
  isValid: isExperiment,
  findFindings: findExperimentFindings,
  shorten: 'keep what the command reads in a file of the code',
  hasBraces: true,
};

/**
 * Reads one YAML document as an experiment.
 *
 * @param start - where the document begins in its file, for the problems
 * @returns the experiment, or every problem of the document, in the order of its lines
 */
export async function parseExperiment(text: string, start = START): Promise<ParsedExperiment> {
  const read = await readDocument<Experiment>(text, start, FORM);
  return read.value === undefined
    ? { text, name: read.name, experiment: undefined, problems: read.problems }
    : { text, experiment: read.value, problems: [] };
}

/**
 * Reads the experiments of a file; environments are passed over.
 *
 * @param source - the name of the file in messages
 * @throws InvalidFileError with every problem of every experiment, or when there is none
 */
export function parseExperiments(
  text: string,
  source: string,
): Promise<readonly ExperimentDocument[]> {
  return parseFile<ExperimentDocument>(text, source, {
    kind: 'experiment',
    nothing: NOTHING,
    parse: async (own, start) => {
      const parsed = await parseExperiment(own, start);
      return parsed.experiment === undefined
        ? { name: parsed.name, document: undefined, problems: parsed.problems }
        : { name: parsed.experiment.name, document: parsed, problems: [] };
    },
  });
}

const NOTHING = {
  message: 'the file holds no experiment',
  remedy: 'write at least kind: experiment, name:, environment: and command:',
};
