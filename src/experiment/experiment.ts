import type { Problem } from '../errors.ts';
import type { Experiment } from './validator.generated.js';

export type { Experiment, Parameter, Resources } from './validator.generated.js';

/** One YAML document that describes an experiment: its text to the byte, and what the text says. */
export interface ExperimentDocument {
  /** The text between two `---` lines, comments and line ends included. */
  readonly text: string;
  readonly experiment: Experiment;
}

/** What a document turned out to be: an experiment, or the reasons why it is none. */
export type ParsedExperiment =
  | { readonly text: string; readonly experiment: Experiment; readonly problems: readonly [] }
  | {
      readonly text: string;
      /** The name, where the document has one that can be read. */
      readonly name: string | undefined;
      readonly experiment: undefined;
      readonly problems: readonly Problem[];
    };

/** The value of a parameter. */
export type ParameterValue = string | number | boolean;

/** Values of parameters, by name. */
export type ParameterValues = Readonly<Record<string, ParameterValue>>;
